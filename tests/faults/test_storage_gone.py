"""Objects cannot be stored: refusals, nothing half there, and all goes on afterwards."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import pytest

from serve_app.adapters.object_store import ObstoreObjectStore
from tests.faults.audit import nothing_lost, remains, remains_in
from tests.faults.load import NUMBERS, Answer, Load, history, jobs, later, rest, told, upscale
from tests.faults.replicas import Replica, started
from tests.faults.scale import SCALE
from tests.servers.disk import SmallDisk, small_disk
from tests.servers.s3 import S3Server, s3_server

pytestmark = pytest.mark.timeout(300 + 3 * SCALE.storage_gone_s)
ASKS = (upscale, history, upscale, later, upscale, jobs)
WRITES, READS = ("upscale", "later"), ("history", "jobs")
DISK = "24m"
"""The two databases' logs may take 4 MB each."""


async def serving(replicas: list[Replica]) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the one replica of the API, once it is ready."""
    await replicas[0].ready()
    async with replicas[0].client() as http:
        yield http


def by(answers: list[Answer], asks: tuple[str, ...]) -> list[Answer]:
    """Those to some kinds of requests."""
    return [answer for answer in answers if answer.ask in asks]


async def break_and_mend(
    http: httpx.AsyncClient, *, leave: Callable[[], None], come_back: Callable[[], None]
) -> tuple[Load, list[Answer], str]:
    """Load while the storage goes and comes back: all answers, those of the outage, and a line of figures."""
    async with Load([http], ASKS, at_once=4) as load:
        await rest(1)
        await asyncio.to_thread(leave)
        gone_at = time.monotonic()
        await rest(SCALE.storage_gone_s)
        returning_at = time.monotonic()
        await asyncio.to_thread(come_back)
        back_at = time.monotonic()
        await rest(SCALE.watched_s)
    outage = [answer for answer in load.between(gone_at, returning_at) if answer.ended_at <= returning_at]
    refused = [answer for answer in load.answers if answer.status not in (200, 202)]
    assert {(answer.status, answer.code) for answer in refused} == {(503, "unavailable")}
    assert {answer.status for answer in by(outage, WRITES)} == {503}
    recovered_s = max(answer.ended_at for answer in refused) - back_at
    figures = (
        f"  during, writes: {told(by(outage, WRITES))}\n"
        f"  during, reads:  {told(by(outage, READS))}\n"
        f"  after:          {told(load.between(back_at, float('inf')))}\n"
        f"  last refusal {recovered_s:.1f} s after its return"
    )
    assert recovered_s <= SCALE.recovery_s, figures
    return load, outage, figures


@pytest.fixture(scope="module")
def bucket() -> Iterator[S3Server]:
    """An S3 server to be stopped."""
    with s3_server() as server:
        yield server


@pytest.fixture
async def over_s3(bucket: S3Server, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A service whose objects are in the bucket and whose rows are in SQLite."""
    environment = {"STORAGE_URL": bucket.url, "DATA_DIR": str(tmp_path), **bucket.environment}
    with started(apis=1, environment=environment, folder=tmp_path) as replicas:
        async for http in serving(replicas):
            yield http


async def test_the_object_store_goes_under_load(
    over_s3: httpx.AsyncClient, bucket: S3Server, tmp_path: Path, report: Callable[[str], None]
) -> None:
    """While S3 is gone writes are 503 and reading rows goes on; back, all acknowledged is there and whole."""
    load, outage, figures = await break_and_mend(over_s3, leave=bucket.stop, come_back=bucket.start)
    assert {answer.status for answer in by(outage, READS)} == {200}
    made, accepted = await nothing_lost(over_s3, load.answers)
    store = ObstoreObjectStore.from_url(bucket.url, s3_options=bucket.options)
    left = await remains_in(f"sqlite:///{tmp_path}/mighty.sqlite", store)
    report(
        f"S3 stopped for {SCALE.storage_gone_s} s\n{figures}\n"
        f"  {made} results and {accepted} jobs found and opened; {left.orphans} objects without a row swept"
    )


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A disk that is soon full; skips where mounting is not allowed."""
    with small_disk(tmp_path / "disk", size=DISK) as made:
        yield made


@pytest.fixture
async def on_small_disk(disk: SmallDisk, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A service whose objects, rows and jobs are all on the small disk."""
    with started(apis=1, environment={"DATA_DIR": str(disk.folder)}, folder=tmp_path) as replicas:
        async for http in serving(replicas):
            yield http


async def test_the_disk_is_full_under_load(
    on_small_disk: httpx.AsyncClient, disk: SmallDisk, report: Callable[[str], None]
) -> None:
    """Without room for objects, rows and jobs writes are 503; with room again, all acknowledged is there."""
    kept = (await upscale(on_small_disk, next(NUMBERS))).json()["assets"][0]["url"]
    load, _, figures = await break_and_mend(on_small_disk, leave=disk.fill, come_back=disk.make_room)
    assert (await on_small_disk.get(kept)).status_code == 200
    made, accepted = await nothing_lost(on_small_disk, load.answers)
    left = await remains(f"sqlite:///{disk.folder}/mighty.sqlite", (disk.folder / "objects").as_uri())
    assert not list((disk.folder / "objects" / ".staging").iterdir())
    report(
        f"a full disk for {SCALE.storage_gone_s} s\n{figures}\n"
        f"  {made} results and {accepted} jobs found and opened; {left.orphans} objects without a row swept"
    )
