"""One connection in one transaction: a fixed view for a reader, all or nothing for a writer."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from serve_app.adapters.database.address import POSTGRES
from serve_app.ports.backup import BackupError

_BUSY_S = 60
"""Time that SQLite waits for another process's writing."""


def is_postgres(address: sa.URL) -> bool:
    """Else it is SQLite."""
    return address.drivername == POSTGRES


def exists(address: sa.URL) -> bool:
    """Whether there is a database; SQLite would make a file that is not there."""
    return is_postgres(address) or _path(address).exists()


def without_password(address: sa.URL) -> str:
    """The address, to be shown."""
    return address.set(drivername=address.get_backend_name()).render_as_string(hide_password=True)


@contextlib.contextmanager
def transaction(address: sa.URL, *, writes: bool) -> Iterator[sa.Connection]:
    """A connection whose transaction commits when the block ends, and is undone when it raises.

    Raises:
        BackupError: the database is not there, does not answer, or refuses.
    """
    if not exists(address):
        raise BackupError(f"There is no database at {without_password(address)}.")
    engine = _postgres(address) if is_postgres(address) else _sqlite(address)
    begun = _in_postgres if is_postgres(address) else _in_sqlite
    try:
        with engine.connect() as connection, begun(connection, writes=writes):
            yield connection
    except sa.exc.SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise BackupError(f"{without_password(address)}: {reason}") from error
    finally:
        engine.dispose()


@contextlib.contextmanager
def _in_sqlite(connection: sa.Connection, *, writes: bool) -> Iterator[None]:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
    connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")  # a reader's view begins here
    try:
        yield
    except BaseException:
        connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")


@contextlib.contextmanager
def _in_postgres(connection: sa.Connection, *, writes: bool) -> Iterator[None]:
    level = "READ COMMITTED" if writes else "REPEATABLE READ"
    connection.execution_options(isolation_level=level, postgresql_readonly=not writes)
    with connection.begin():
        yield


def _postgres(address: sa.URL) -> sa.Engine:
    arguments = {"connect_timeout": 10, "application_name": "mighty backup", "prepare_threshold": None}
    return sa.create_engine(address, poolclass=NullPool, connect_args=arguments)


def _sqlite(address: sa.URL) -> sa.Engine:
    query = {"mode": "rw", "uri": "true"}
    address = address.set(drivername="sqlite", database=_path(address).as_uri()).update_query_dict(query)
    return sa.create_engine(
        address, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args={"timeout": _BUSY_S}
    )


def _path(address: sa.URL) -> Path:
    return Path(address.database or "")
