"""Makes the SQLAlchemy engine of an address; nothing is opened before the first use."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from serve_app.adapters.database.address import POSTGRES

CONNECT_S = 3
"""Time to open a connection to Postgres: a far server with TLS needs some ten round trips."""
POSTGRES_LIMIT_S = 0.8
"""Time of an operation on a server, which may be gone; below the second that the port promises."""
SQLITE_LIMIT_S = 5.0
"""Time of an operation on a file, which is seldom gone, but may be busy: SQLite lets whoever asks at the
right moment write first, so a process may wait for a burst of another's, on a slow disk some seconds."""
_BUSY_MS = 4_800
"""Time that a statement waits for another process to end its writing; less than the operation's limit."""
_MIGRATION_BUSY_MS = 30_000
_RECYCLE_S = 300
"""Age at which a connection is replaced: load balancers silently forget those that idle longer."""


def open_engine(address: URL, *, connections: int) -> AsyncEngine:
    """The engine of every day: each statement is its own transaction, which saves two round trips."""
    if address.drivername == POSTGRES:
        return create_async_engine(
            address,
            isolation_level="AUTOCOMMIT",
            pool_size=connections,
            max_overflow=0,
            pool_pre_ping=True,
            pool_recycle=_RECYCLE_S,
            use_native_hstore=False,
            connect_args=_postgres_arguments(address),
        )
    return _sqlite(address, busy_ms=_BUSY_MS, pool_size=connections, max_overflow=0)


def open_migration_engine(address: URL) -> AsyncEngine:
    """An engine that keeps no connection and has time; its transactions hold all of a migration."""
    if address.drivername == POSTGRES:
        arguments = {**_postgres_arguments(address), "connect_timeout": 10}
        return create_async_engine(
            address, poolclass=NullPool, use_native_hstore=False, connect_args=arguments
        )
    return _sqlite(address, busy_ms=_MIGRATION_BUSY_MS, poolclass=NullPool)


def _postgres_arguments(address: URL) -> dict[str, Any]:
    """What libpq is told; what the URL says comes first.

    No prepared statements: behind a transaction pooler (PgBouncer, Supabase's) the next statement may run in
    another session. For the same reason there is no `statement_timeout` here: as a start-up option poolers
    refuse it, as a SET it would leak to the session's next user. `Connections` cancels what takes too long.
    """
    arguments: dict[str, Any] = {
        "connect_timeout": CONNECT_S,
        "application_name": "mighty-image-api",
        "keepalives_idle": 30,
        "tcp_user_timeout": 5000,
    }
    kept = {name: value for name, value in arguments.items() if name not in address.query}
    return {**kept, "prepare_threshold": None}


def _sqlite(address: URL, *, busy_ms: int, **pool: Any) -> AsyncEngine:
    file = Path(address.database or "")
    engine = create_async_engine(
        # rw: a file that is missing is an error, not a new and empty database. Only a migration makes one.
        address.set(database=f"{file.as_uri()}").update_query_dict({"mode": "rw", "uri": "true"}),
        isolation_level="AUTOCOMMIT",
        connect_args={"timeout": busy_ms / 1000, "check_same_thread": False},
        **pool,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _set_up(connection: sqlite3.Connection, _record: object) -> None:
        cursor = connection.cursor()
        # FULL: in WAL mode NORMAL would lose the last commits with the power, and with them an accepted
        # claim or a row whose asset was acknowledged.
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine
