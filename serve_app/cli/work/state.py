"""`mighty migrate` and `mighty cleanup`."""

import asyncio
from dataclasses import asdict

from configs.settings import Settings
from serve_app.adapters.table_copy import job_tables, service_tables
from serve_app.cli.calls import Exit
from serve_app.cli.work.output import bars, megabytes, note, say, say_facts, say_json
from serve_app.cli.work.settings import need_tables, read_settings
from serve_app.services.clean_up import CleanUp, CleanUpReport
from serve_app.wiring import open_database, open_store


def migrate(*, as_json: bool) -> Exit:
    """Make or change the tables."""
    settings = read_settings()
    tables, jobs = service_tables(settings.sql_url), job_tables(settings.jobs_url)

    async def work() -> None:
        await tables.conclude()
        await jobs.conclude()

    asyncio.run(work())
    facts = {"database": tables.revision(), "jobs": jobs.revision()}
    if as_json:
        say_json(facts)
    else:
        say(
            f"The database is at revision {facts['database']}, the tables of the jobs are at {facts['jobs']}."
        )
    return Exit.DONE


def clean_up(*, dry_run: bool, as_json: bool) -> Exit:
    """Remove, or count, what is past its time."""
    settings = read_settings()
    need_tables(service_tables(settings.sql_url))
    report = asyncio.run(_clean_up(settings, dry_run=dry_run))
    if as_json:
        say_json(asdict(report))
    else:
        facts = {**asdict(report), "freed_bytes": megabytes(report.freed_bytes)}
        del facts["dry_run"]
        say("Would remove:" if dry_run else "Removed:")
        say_facts(facts)
    if report.failed_objects:
        note("Some objects could not be deleted; the next run tries them again.")
        return Exit.NOT_WHOLE
    return Exit.DONE


async def _clean_up(settings: Settings, *, dry_run: bool) -> CleanUpReport:
    database = open_database(settings)
    counts: dict[str, int] = {}
    try:
        with bars() as told:

            def progress(stage: str, count: int) -> None:
                told(stage, count - counts.get(stage, 0), 0)
                counts[stage] = count

            return await CleanUp(database, open_store(settings), on_progress=progress).run(dry_run=dry_run)
    finally:
        await database.close()
