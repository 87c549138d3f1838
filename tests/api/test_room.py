"""Megapixels in flight are bounded: what does not fit waits, and is told when to come back."""

import asyncio
import shutil
from pathlib import Path

import httpx
import pytest

from configs.settings import Settings
from serve_app.api.create import create_api
from serve_app.wiring import create_services
from tests.api.conftest import KEY
from tests.local_engines import LocalEngines

UPSCALE = "/api/v1/upscale"


@pytest.fixture
def small(settings: Settings, empty_database: Path) -> Settings:
    """Settings over a database of the test's own."""
    shutil.copy(empty_database, settings.data_dir)
    return settings


def size(each: int) -> dict[str, str]:
    """A size of each request's own: equal requests would be done once."""
    return {"width": str(320 - each)}


async def test_images_wait_for_room_and_all_are_served(logo_png: bytes, small: Settings) -> None:
    """With room for one image at a time, six requests at once are served, never two at the same time."""
    seen: list[float] = []
    settings = small.model_copy(update={"max_megapixels_in_flight": 0.2})
    services = create_services(
        settings,
        engines=LocalEngines(),
        device="cpu",
        on_pixels=lambda in_flight_mp, _: seen.append(in_flight_mp),
    )
    api = create_api(services)
    transport = httpx.ASGITransport(api)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=KEY) as http:
        answers = await asyncio.gather(
            *(http.post(UPSCALE, files={"image": ("a.png", logo_png)}, data=size(each)) for each in range(6))
        )
    assert [answer.status_code for answer in answers] == [200] * 6
    assert 0 < max(seen) <= 0.2
    assert seen[-1] == 0


async def test_no_room_in_time_is_503(
    logo_png: bytes, small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that finds no room within its share of the deadline is refused, with `Retry-After`."""
    monkeypatch.setattr("serve_app.wiring.WAIT_SHARE", 0.001)
    settings = small.model_copy(update={"max_megapixels_in_flight": 0.001})
    services = create_services(settings, engines=LocalEngines(), device="cpu")
    transport = httpx.ASGITransport(create_api(services))
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://test", headers=KEY) as http,
        services.budget.hold(1),
    ):
        answer = await http.post(UPSCALE, files={"image": ("a.png", logo_png)}, data={"scale": "1"})
    assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")
    assert int(answer.headers["retry-after"]) >= 1
