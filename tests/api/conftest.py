"""A client of the whole API over ASGI, with in-process deployments."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image, ImageDraw

from configs.settings import Settings
from imaging.types import Pixels
from serve_app.api.create import create_api
from serve_app.dispatcher import build_runtime
from serve_app.services.container import Services
from serve_app.wiring import create_services, open_database, open_jobs
from tests.local_engines import LocalEngines

KEY = {"Authorization": "Bearer dev-key"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The local profile, with its data in a folder of the test's own."""
    return Settings(_env_file=None, data_dir=tmp_path, storage_url="memory://", deadline_s=60)


@pytest.fixture
async def engines() -> LocalEngines:
    """The deployments in this process."""
    return LocalEngines()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table and no row, to be copied: migrating takes longer than most tests."""
    place = Settings(_env_file=None, data_dir=tmp_path_factory.mktemp("database"))
    asyncio.run(open_database(place).migrate())
    return place.data_dir / "mighty.sqlite"


@pytest.fixture
async def services(
    settings: Settings, engines: LocalEngines, empty_database: Path
) -> AsyncIterator[Services]:
    """The services as the ingress wires them."""
    shutil.copy(empty_database, settings.data_dir)
    made = create_services(settings, engines=engines, device="cpu")
    yield made
    await made.close()


async def _dispatcher_was_here(settings: Settings) -> None:
    queue = open_jobs(settings)
    runtime = build_runtime(settings, engines=LocalEngines(), device="cpu", queue=queue)
    await runtime.start()
    await runtime.close()
    await queue.close()


@pytest.fixture(scope="session")
def left_queue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SQLite file of a queue that has no job, to be copied: a first start takes seconds."""
    place = Settings(_env_file=None, data_dir=tmp_path_factory.mktemp("queue"), storage_url="memory://")
    asyncio.run(_dispatcher_was_here(place))
    return place.data_dir / "jobs.sqlite"


@pytest.fixture
async def queue_only(settings: Settings, left_queue: Path) -> None:
    """A queue whose dispatcher has been there once and is gone."""
    shutil.copy(left_queue, settings.data_dir)


@pytest.fixture
async def client(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    """A client with a valid key."""
    transport = httpx.ASGITransport(create_api(services), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=KEY) as http:
        yield http


def png(pixels: Pixels, **options: object) -> bytes:
    """A PNG file of these pixels."""
    out = BytesIO()
    Image.fromarray(pixels).save(out, "PNG", **options)
    return out.getvalue()


@pytest.fixture(scope="session")
def logo_png() -> bytes:
    """A red ring on white: one counter through which the ground shows."""
    image = Image.new("RGB", (160, 160), "white")
    draw = ImageDraw.Draw(image)
    draw.ellipse((20, 20, 140, 140), fill=(200, 16, 46))
    draw.ellipse((60, 60, 100, 100), fill="white")
    return png(np.asarray(image))


@pytest.fixture(scope="session")
def photo_png() -> bytes:
    """A soft blob with texture on a textured ground: nothing flat anywhere."""
    rng = np.random.default_rng(7)
    ys, xs = np.mgrid[0:128, 0:128]
    blob = np.exp(-((xs - 64) ** 2 + (ys - 64) ** 2) / 900.0)[..., None]
    ground = 40 + 30 * np.sin(xs / 9.0)[..., None] + np.zeros((1, 1, 3))
    image = ground + blob * np.array([180.0, 140.0, 90.0]) + rng.normal(0, 6, (128, 128, 3))
    return png(np.clip(image, 0, 255).astype(np.uint8))
