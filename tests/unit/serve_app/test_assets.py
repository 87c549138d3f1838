"""Stored assets."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serve_app.adapters.object_store import ObstoreObjectStore
from serve_app.adapters.signing import UrlSigner
from serve_app.domain import Encoded, Principal
from serve_app.errors import ExpiredError, NotFoundError
from serve_app.services.assets import AssetService, _made_at

START = datetime(2026, 5, 1, 12, tzinfo=UTC)
ALICE, BOB = (Principal(name, name, frozenset({"write"})) for name in ("alice", "bob"))
FILE = Encoded(b"\x89PNG...", "image/png", 3, 2, 300.0)


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock at the start."""
    return Clock()


@pytest.fixture
def assets(clock: Clock) -> AssetService:
    """Assets in memory: a week each, links for a day."""
    return AssetService(
        ObstoreObjectStore.from_url("memory://"),
        UrlSigner(b"s" * 32),
        asset_ttl=timedelta(days=7),
        url_ttl=timedelta(days=1),
        now=clock,
    )


async def test_owner_reads_own_asset_back(assets: AssetService) -> None:
    """The owner gets the bytes by id; the asset says what it is."""
    asset = await assets.save(FILE, role="upscaled", owner=ALICE)
    assert (await assets.read_own(asset.id, owner=ALICE)).data == FILE.data
    assert (asset.role, asset.width, asset.height, asset.dpi) == ("upscaled", 3, 2, 300.0)
    assert asset.expires_at - asset.created_at == timedelta(days=7)


async def test_strangers_asset_is_as_if_it_never_was(assets: AssetService) -> None:
    """Another owner's id and an id that never was raise the same error with the same text."""
    asset = await assets.save(FILE, role="upscaled", owner=ALICE)
    texts = set()
    for asset_id in (asset.id, "ast_" + "0" * 32, "nonsense", "", "ast_", "ast_" + "٣" * 32):
        with pytest.raises(NotFoundError) as error:
            await assets.read_own(asset_id, owner=BOB)
        texts.add(str(error.value))
    assert len(texts) == 1


async def test_asset_expires(assets: AssetService, clock: Clock) -> None:
    """After its time an asset answers that it has expired."""
    asset = await assets.save(FILE, role="upscaled", owner=ALICE)
    clock.now += timedelta(days=7, seconds=1)
    with pytest.raises(ExpiredError):
        await assets.read_own(asset.id, owner=ALICE)


async def test_link_expires_before_its_asset(assets: AssetService, clock: Clock) -> None:
    """A link is good for its day, then it has expired; a new request signs a new one."""
    asset = await assets.save(FILE, role="upscaled", owner=ALICE)
    path, _, query = asset.url.partition("?")
    fields = dict(part.split("=") for part in query.split("&"))
    key = path.removeprefix("/api/v1/files/")
    assert (await assets.open_signed(key, **fields)).data == FILE.data
    clock.now += timedelta(days=1, seconds=1)
    with pytest.raises(ExpiredError):
        await assets.open_signed(key, **fields)


async def test_link_does_not_name_the_owner(assets: AssetService) -> None:
    """The owner's name is not in the link."""
    asset = await assets.save(FILE, role="upscaled", owner=ALICE)
    assert "alice" not in asset.url


@given(st.text())
def test_any_text_is_an_id_or_none(text: str) -> None:
    """Whatever is given as an id, its time is a time or None, never an error."""
    assert _made_at(text) is None
    assert _made_at("ast_" + text) is None or len(text) == 32
