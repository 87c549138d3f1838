"""Work that an older release had begun, whose steps this release does not know."""

import sqlalchemy as sa

from serve_app.adapters.job_queue_format import SCHEMA
from serve_app.adapters.job_queue_tables import ENDED_WORDS, STATUS, STEPS, STREAM
from serve_app.telemetry import LOG


def begin_again(engine: sa.Engine, *, version: str) -> int:
    """Let what another version has under way begin anew in this one; how much that was.

    DBOS would leave it to a process of the other version, for ever. To be called before the launch, by the
    only dispatcher. Nothing is done twice in effect: the ids of all that a job makes come from its own.
    """
    sqlite = engine.dialect.name == "sqlite"
    schema = None if sqlite else SCHEMA
    if not sa.inspect(engine).has_table(STATUS.name, schema=schema):
        return 0
    stale = (
        STATUS.c.application_version != version,
        STATUS.c.status.not_in(ENDED_WORDS),
    )
    bound = engine.execution_options(schema_translate_map={SCHEMA: schema})
    with bound.begin() as connection:
        # A query and not a list: there may be more deliveries than a statement takes parameters.
        ids = sa.select(STATUS.c.workflow_uuid).where(*stale)
        for table in (STEPS, STREAM):
            connection.execute(sa.delete(table).where(table.c.workflow_uuid.in_(ids)))
        count = connection.execute(
            sa.update(STATUS).where(*stale).values(application_version=version)
        ).rowcount
    if count:
        LOG.warning("%d workflows of another version begin anew", count)
    return count
