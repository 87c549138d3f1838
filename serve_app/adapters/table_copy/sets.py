"""Which tables there are to copy: the service's own, and DBOS's, which hold the jobs."""

import asyncio
from pathlib import Path

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from dbos import DBOS
from dbos import error as dbos_errors

from serve_app.adapters.database.address import read_address
from serve_app.adapters.database.migrate import FOLDER, migrate
from serve_app.adapters.database.tables import metadata
from serve_app.adapters.job_queue_format import JOB_QUEUE, SCHEMA
from serve_app.adapters.table_copy.connections import is_postgres, without_password
from serve_app.adapters.table_copy.tables import SqlTables
from serve_app.ports.backup import BackupError

_DBOS_VERSION = "dbos_migrations"


def service_tables(url: str) -> SqlTables:
    """The tables of `DATABASE_URL`.

    Raises:
        ValueError: the URL is of no known form.
    """
    address = read_address(url)

    async def make(revision: str | None) -> None:
        await migrate(address, to=revision or "head")

    return SqlTables(
        address=address,
        schema=None,
        names=lambda _connection: list(metadata.tables),
        version=lambda connection: MigrationContext.configure(connection).get_current_revision(),
        check_revision=_check_ours,
        make=make,
    )


def job_tables(url: str) -> SqlTables:
    """DBOS's system tables: jobs, what they have told, and the queues.

    Args:
        url: `sqlite:///path` or `postgresql://…`, the dispatcher's.

    Raises:
        ValueError: the URL is of no known form.
    """
    address = read_address(url)
    schema = SCHEMA if is_postgres(address) else None

    def names(connection: sa.Connection) -> list[str]:
        found = sa.inspect(connection).get_table_names(schema=schema)
        return [name for name in found if name != _DBOS_VERSION]

    def version(connection: sa.Connection) -> str | None:
        if not sa.inspect(connection).has_table(_DBOS_VERSION, schema=schema):
            return None
        table = sa.table(_DBOS_VERSION, sa.column("version"), schema=schema)
        return str(connection.execute(sa.select(table.c.version)).scalar())

    async def make(_revision: str | None) -> None:
        await asyncio.to_thread(_migrate_jobs, address)

    return SqlTables(
        address=address,
        schema=schema,
        names=names,
        version=version,
        check_revision=_check_dbos,
        make=make,
        # A service that has only been started has queues there, and scheduled work that has run.
        data={"workflow_status": sa.column("queue_name") == JOB_QUEUE},
    )


def _check_ours(revision: str, own: str | None) -> str | None:
    known = {script.revision for script in ScriptDirectory(str(FOLDER)).walk_revisions()}
    if revision not in known:
        return f"its tables are of revision {revision}, which this version of the service does not know"
    if own is not None and own != revision:
        return (
            f"its tables are of revision {revision} and the database is of {own}: restore into a new one, "
            "which is then migrated"
        )
    return None


def _check_dbos(revision: str, own: str | None) -> str | None:
    if own is not None and int(own) < int(revision):
        return f"its jobs were written by a newer DBOS (tables {revision}, here {own})"
    return None


def _migrate_jobs(address: sa.URL) -> None:
    """Bring DBOS's tables to the installed version; it only goes forward."""
    if not is_postgres(address):
        file = Path(address.database or "")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
    plain = address.set(drivername="postgresql" if is_postgres(address) else "sqlite")
    try:
        DBOS.migrate(plain.render_as_string(hide_password=False), schema=SCHEMA)
    except (sa.exc.SQLAlchemyError, dbos_errors.DBOSException, OSError) as error:
        raise BackupError(f"{without_password(address)}: the tables of the jobs cannot be made.") from error
