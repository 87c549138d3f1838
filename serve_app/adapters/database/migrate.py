"""Runs the migrations from Python; there is no alembic.ini."""

import asyncio
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from filelock import AsyncFileLock
from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from serve_app.adapters.database.address import POSTGRES
from serve_app.adapters.database.engines import open_migration_engine
from serve_app.errors import UnavailableError

FOLDER: Final = Path(__file__).with_name("migrations")
LIMIT_S: Final = 300.0
_LOCK: Final = 0x6D_69_67_68_74_79
"""Name of the advisory lock in Postgres: the letters "mighty"."""


async def migrate(address: URL, *, to: str = "head") -> None:
    """Bring a database to a revision, as one transaction: it is done, or nothing is.

    Processes that migrate at once wait for each other and find the work done: in Postgres for an advisory
    lock, which ends with the transaction and so works behind a transaction pooler too; in SQLite for a lock
    on a file beside it.

    Raises:
        UnavailableError: It cannot be reached or written to, or is newer than this version.
    """
    engine = open_migration_engine(address)
    try:
        async with asyncio.timeout(LIMIT_S):
            if address.drivername == POSTGRES:
                await _migrate_postgres(engine, to=to)
            else:
                await _migrate_sqlite(engine, file=Path(address.database or ""), to=to)
    except (SQLAlchemyError, OSError, CommandError) as error:
        raise UnavailableError("The database could not be migrated.") from error
    finally:
        await engine.dispose()


async def _migrate_postgres(engine: AsyncEngine, *, to: str) -> None:
    async with engine.begin() as connection:
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        await connection.run_sync(_upgrade, to)


async def _migrate_sqlite(engine: AsyncEngine, *, file: Path, to: str) -> None:
    await asyncio.to_thread(_make, file)
    # Nobody may have the file open while it is switched to WAL: SQLite fails then instead of waiting.
    async with AsyncFileLock(f"{file}.lock", timeout=LIMIT_S), engine.connect() as connection:
        await connection.exec_driver_sql("PRAGMA journal_mode=WAL")  # kept in the file
        await connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            await connection.run_sync(_upgrade, to)
            await connection.exec_driver_sql("COMMIT")
        except BaseException:
            await connection.invalidate()  # rolls back
            raise


def _make(file: Path) -> None:
    """An empty file is an empty database; readable by its owner only, for it holds clients' data."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        file.touch(mode=0o600)


def _upgrade(connection: sa.Connection, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
