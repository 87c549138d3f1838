"""Jobs in flight survive the loss of everything: a backup made while they ran takes them on."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from serve_app.adapters.database import SqlDatabase
from serve_app.adapters.job_queue import DbosJobQueue
from serve_app.adapters.object_store import ObstoreObjectStore
from serve_app.adapters.table_copy import job_tables, service_tables
from serve_app.ports.backup import Tables
from serve_app.services.backup import Backup
from serve_app.services.restore import Restore
from tests.contract.jobs_service import ended, new_job, notes_of, open_service, until, until_noted

ENGINES = ("sqlite", "postgres")


def jobs_url(engine: str, folder: Path, request: pytest.FixtureRequest) -> str:
    """Where the jobs of an installation are."""
    if engine == "sqlite":
        return f"sqlite:///{folder}/jobs.sqlite"
    server = request.getfixturevalue("postgres_server")
    name = f"flight_{folder.name}_{abs(hash(request.node.nodeid))}"
    server.execute(f"CREATE DATABASE {name}")
    return str(server.url_of(name))


def parts_of(folder: Path, url: str) -> dict[str, Tables]:
    """The tables of an installation."""
    return {"jobs": job_tables(url), "database": service_tables(f"sqlite:///{folder}/tables.sqlite")}


async def back_up(folder: Path, url: str, path: Path) -> None:
    """As the command does."""
    database = SqlDatabase.from_url(f"sqlite:///{folder}/tables.sqlite")
    store = ObstoreObjectStore.from_url(f"file://{folder}/objects")
    report = await Backup(parts_of(folder, url), database, store).run(path)
    assert report.is_whole
    await database.close()


def start(url: str, folder: Path) -> "subprocess.Popen[bytes]":
    """A dispatcher in a process of its own."""
    return subprocess.Popen([sys.executable, "-m", "tests.contract.jobs_service", url, str(folder)])


@pytest.mark.parametrize("target", ENGINES)
@pytest.mark.parametrize("source", ENGINES)
async def test_jobs_in_flight(
    tmp_path: Path, request: pytest.FixtureRequest, *, source: str, target: str
) -> None:
    """What had ended is told as before, what ran goes on where it was, what waited begins."""
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    url = jobs_url(source, old, request)
    done, running = new_job("one"), new_job("one", "two", waits={"two": "gate"})
    waiting = new_job("one", owner=running.owner)
    process = start(url, old)
    try:
        await until((old / "started").exists)
        queue = DbosJobQueue.from_url(url)
        await queue.submit(done)
        await ended(queue, done)
        await queue.submit(running)
        await until_noted(old, running, "two")
        await queue.submit(waiting)
        await queue.close()
        await back_up(old, url, tmp_path / "backup.tar")
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    before = notes_of(old, running)
    new.mkdir()
    shutil.move(old / "notes.txt", new / "notes.txt")
    shutil.rmtree(old)

    new_url = jobs_url(target, new, request)
    store = ObstoreObjectStore.from_url(f"file://{new}/objects")
    await Restore(parts_of(new, new_url), store).run(tmp_path / "backup.tar")
    (new / "gate").touch()
    service = await open_service(new_url, new)
    await service.runtime.start()
    try:
        for job in (done, running, waiting):
            record = await service.ended(job)
            assert record.state == "succeeded"
            for item in record.items:
                assert (await service.store.get(item.assets[0].key)).data
        assert notes_of(new, running) == [*before, "start", "two", "two done"]
        assert notes_of(new, done).count("one") == 1
    finally:
        await service.close()
