"""`mighty backup` and `mighty restore`."""

import asyncio
from dataclasses import asdict
from pathlib import Path

from configs.settings import Settings
from serve_app.adapters.table_copy import job_tables, service_tables
from serve_app.cli.calls import Exit
from serve_app.cli.work.output import bars, megabytes, note, say, say_json
from serve_app.cli.work.settings import need_tables, read_settings
from serve_app.ports.backup import Tables
from serve_app.services.backup import Backup, BackupReport
from serve_app.services.restore import Restore, RestoreReport
from serve_app.wiring import open_database, open_store


def backup(*, path: Path, as_json: bool) -> Exit:
    """Write a backup; `NOT_WHOLE` where the store does not have what the rows name."""
    settings = read_settings()
    need_tables(service_tables(settings.sql_url))
    report = asyncio.run(_back_up(settings, path.absolute()))
    if as_json:
        say_json({**asdict(report), "is_whole": report.is_whole})
    else:
        size = megabytes(report.object_bytes)
        say(f"Backed up {report.rows} rows and {report.objects} objects ({size}) to {report.path}.")
        if report.deleted_meanwhile:
            note(f"{report.deleted_meanwhile} objects were deleted meanwhile, with their rows: left out.")
    if report.is_whole:
        return Exit.DONE
    note(
        f"The file store lacks {report.absent} objects that rows name and has {report.damaged} with other "
        "bytes than were stored: left_out.jsonl in the backup names them."
    )
    return Exit.NOT_WHOLE


def restore(*, path: Path, force: bool, as_json: bool) -> Exit:
    """Take a backup in."""
    report = asyncio.run(_restore(read_settings(), path.absolute(), force=force))
    if as_json:
        say_json(asdict(report))
        return Exit.DONE
    size = megabytes(report.object_bytes)
    say(f"Restored {report.rows} rows and {report.objects} objects ({size}) as of {report.created_at}.")
    if report.rows_left_out:
        note(f"{report.rows_left_out} rows were left out: the backup has no objects for them.")
    return Exit.DONE


async def _back_up(settings: Settings, path: Path) -> BackupReport:
    database = open_database(settings)
    try:
        with bars(of_bytes=["objects"]) as told:
            return await Backup(_parts(settings), database, open_store(settings), on_progress=told).run(path)
    finally:
        await database.close()


async def _restore(settings: Settings, path: Path, *, force: bool) -> RestoreReport:
    with bars(of_bytes=["verify", "objects"]) as told:
        work = Restore(_parts(settings), open_store(settings), on_progress=told)
        return await work.run(path, force=force)


def _parts(settings: Settings) -> dict[str, Tables]:
    return {"jobs": job_tables(settings.jobs_url), "database": service_tables(settings.sql_url)}
