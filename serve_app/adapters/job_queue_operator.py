"""Jobs of every owner, for who runs the service; the queue itself shows each owner's own only."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from serve_app.adapters.database.address import read_address
from serve_app.adapters.job_queue_format import JOB, SCHEMA
from serve_app.adapters.job_queue_rows import PLACE
from serve_app.adapters.job_queue_tables import STATES, STATUS
from serve_app.adapters.table_copy.connections import is_postgres, transaction
from serve_app.records import JobState


@dataclass(frozen=True, slots=True)
class AllJobs:
    """Which jobs there are, and whose."""

    url: str
    """As `DbosJobQueue.from_url` takes it."""

    def newest(
        self, *, limit: int, owner: str | None = None, state: JobState | None = None
    ) -> list[tuple[str, str]]:
        """Ids with their owners, newest first.

        Raises:
            BackupError: the database is not there or does not answer.
        """
        query = _jobs().order_by(*(column.desc() for column in PLACE)).limit(limit)
        if owner is not None:
            query = query.where(STATUS.c.authenticated_user == owner)
        if state is not None:
            query = query.where(STATUS.c.status.in_([word for word, ours in STATES.items() if ours == state]))
        return self._pairs(query)

    def owner_of(self, job_id: str) -> str | None:
        """Whose it is; None when there is no such job. Raises as `newest`."""
        found = self._pairs(_jobs().where(STATUS.c.workflow_uuid == job_id))
        return found[0][1] if found else None

    def _pairs(self, query: sa.Select[Any]) -> list[tuple[str, str]]:
        address = read_address(self.url)
        place = SCHEMA if is_postgres(address) else None
        with transaction(address, writes=False) as connection:
            here = connection.execution_options(schema_translate_map={SCHEMA: place})
            return [(str(row[0]), str(row[1])) for row in here.execute(query)]


def _jobs() -> sa.Select[Any]:
    return sa.select(STATUS.c.workflow_uuid, STATUS.c.authenticated_user).where(STATUS.c.name == JOB)
