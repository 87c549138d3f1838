"""Connections to the database of the jobs, so that none of them waits long for a server that is gone."""

import contextlib
import threading
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from serve_app.adapters.database.address import read_address

CONNECT_S = 2
"""libpq takes nothing shorter."""
AGAIN_S = 0.5
SILENCE_MS = 8_000
"""A connection whose server answers nothing for so long is given up by the kernel."""


MENDABLE = ("disk is full", "disk I/O error", "readonly database", "unable to open database file")
"""What SQLite says of a disk that is full, gone or not to be written to."""


def open_engine(
    url: str, *, pool_size: int, statement_s: float, patient: threading.Event | None = None
) -> sa.Engine:
    """An engine; nothing connects yet.

    Args:
        url: As `DATABASE_URL`.
        pool_size: Connections at most.
        statement_s: Longest time that a statement, or waiting for SQLite's lock, may take.
        patient: While it is set, connecting to Postgres waits for it as long as it takes.

    Raises:
        ValueError: the URL is of no known form.
    """
    address = read_address(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite(address.set(drivername="sqlite"), pool_size=pool_size, lock_s=statement_s)
    engine = _postgres(address, pool_size=pool_size, statement_s=statement_s)
    if patient is not None:
        _wait_for_server(engine, patient)
    return engine


def _sqlite(url: sa.URL, *, pool_size: int, lock_s: float) -> sa.Engine:
    engine = sa.create_engine(url, pool_size=pool_size, max_overflow=0, pool_timeout=lock_s)

    @event.listens_for(engine, "do_connect")
    def make(_dialect: Any, _record: Any, _arguments: Any, _options: Any) -> None:
        # As the tables' file: readable by its owner only, for it holds clients' data.
        with contextlib.suppress(OSError):  # SQLite says it better
            Path(url.database or "").touch(mode=0o600)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # What DBOS sets on its own connections, and a log that lets readers read beside the one writer.
        connection.isolation_level = "IMMEDIATE"
        connection.execute(f"PRAGMA busy_timeout={int(lock_s * 1e3)}")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA journal_mode=WAL")

    @event.listens_for(engine, "handle_error")
    def tell_what_passes(context: Any) -> None:
        # A disk gets room as a server comes back. DBOS waits for lost connections only, and would leave a job
        # whose progress finds no room under way for ever.
        if any(words in str(context.original_exception) for words in MENDABLE):
            context.is_disconnect = True

    return engine


def _postgres(url: sa.URL, *, pool_size: int, statement_s: float) -> sa.Engine:
    patience = {
        "connect_timeout": CONNECT_S,
        "tcp_user_timeout": SILENCE_MS,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 2,
        # Poolers between us and Postgres hand every transaction to another session.
        "prepare_threshold": None,
        "application_name": "mighty-jobs",
    }
    engine = sa.create_engine(
        url,
        connect_args=patience,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=statement_s,
        pool_pre_ping=True,
    )

    @event.listens_for(engine, "begin")
    def limit(connection: sa.Connection) -> None:
        # For the transaction only: behind a pooler the session is somebody else's after it.
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {int(statement_s * 1e3)}")

    return engine


def _wait_for_server(engine: sa.Engine, patient: threading.Event) -> None:
    """Connect in the end.

    DBOS tries a lost connection again after waits that grow to a minute, and a service that waited so long
    after each outage would be late. Here the next try is never far.
    """

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Any, _record: Any, arguments: Any, options: Any) -> Any:
        while True:
            try:
                return dialect.connect(*arguments, **options)
            except dialect.loaded_dbapi.OperationalError:
                if not patient.is_set():
                    raise
                time.sleep(AGAIN_S)
