"""Stored files, shown to their owner."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serve_app.adapters.database import SqlDatabase
from serve_app.adapters.object_store import ObstoreObjectStore
from serve_app.adapters.signing import UrlSigner
from serve_app.domain import Asset, Encoded, Principal
from serve_app.errors import ExpiredError, NotFoundError
from serve_app.records import Ticket
from serve_app.services.assets import AssetService
from serve_app.services.ids import ID, derived_id, new_id
from serve_app.services.recorder import Recorder, sniffed

START = datetime(2026, 5, 1, 12, tzinfo=UTC)
ALICE, BOB = (Principal(name, name, frozenset({"write"})) for name in ("alice", "bob"))
FILE = Encoded(b"\x89PNG...", "image/png", 3, 2, 300.0)


class Shelf:
    """A recorder and what shows its files, with a clock that tests move."""

    def __init__(self, folder: Path) -> None:
        self.now = START
        self.database = SqlDatabase.from_url(f"sqlite:///{folder}/mighty.sqlite")
        self.store = ObstoreObjectStore.from_url("memory://")
        self.recorder = Recorder(self.store, self.database, asset_ttl=timedelta(days=7))
        self.assets = AssetService(
            self.store,
            self.database.assets,
            UrlSigner(b"s" * 32),
            url_ttl=timedelta(days=1),
            now=lambda: self.now,
        )

    async def save(self, file: Encoded = FILE, *, role: str = "upscaled") -> Asset:
        """Keep a file of Alice's."""
        ticket = Ticket(new_id("img", START), ALICE.owner, "upscale", START)
        (record,) = await self.recorder.keep({role: file}, ticket)
        return await self.assets.show(record)


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    """Assets in memory: a week each, links for a day."""
    made = Shelf(tmp_path)
    await made.database.migrate()
    yield made
    await made.database.close()


async def test_owner_reads_own_asset_back(shelf: Shelf) -> None:
    """The owner gets the bytes by id; the asset says what it is."""
    asset = await shelf.save()
    assert (await shelf.assets.read_own(asset.id, owner=ALICE)).data == FILE.data
    assert (asset.role, asset.width, asset.height, asset.dpi) == ("upscaled", 3, 2, 300.0)
    assert asset.expires_at - asset.created_at == timedelta(days=7)


async def test_strangers_asset_is_as_if_it_never_was(shelf: Shelf) -> None:
    """Another owner's id and an id that never was raise the same error with the same text."""
    asset = await shelf.save()
    texts = set()
    for asset_id in (asset.id, "ast_" + "0" * 32, "nonsense", "", "ast_", "ast_" + "٣" * 32):
        with pytest.raises(NotFoundError) as error:
            await shelf.assets.read_own(asset_id, owner=BOB)
        texts.add(str(error.value))
    assert len(texts) == 1


async def test_asset_expires(shelf: Shelf) -> None:
    """After its time an asset answers that it has expired."""
    asset = await shelf.save()
    shelf.now += timedelta(days=7, seconds=1)
    with pytest.raises(ExpiredError):
        await shelf.assets.read_own(asset.id, owner=ALICE)


async def test_link_expires_before_its_asset(shelf: Shelf) -> None:
    """A link is good for its day, then it has expired; a new request signs a new one."""
    asset = await shelf.save()
    path, _, query = asset.url.partition("?")
    fields = dict(part.split("=") for part in query.split("&"))
    key = path.removeprefix("/api/v1/files/")
    shelf.assets.verify(key, **fields)
    assert (await shelf.store.get(key)).data == FILE.data
    shelf.now += timedelta(days=1, seconds=1)
    with pytest.raises(ExpiredError):
        shelf.assets.verify(key, **fields)


async def test_link_does_not_name_the_owner(shelf: Shelf) -> None:
    """The owner's name is not in the link."""
    assert "alice" not in (await shelf.save()).url


async def test_keeping_twice_leaves_the_same(shelf: Shelf) -> None:
    """A part that is kept again, as after a crash, has the same ids, objects and rows."""
    ticket = Ticket(new_id("img", START), ALICE.owner, "upscale", START)
    first = await shelf.recorder.keep({"a": FILE, "b": FILE}, ticket)
    assert await shelf.recorder.keep({"a": FILE, "b": FILE}, ticket) == first
    assert len(await shelf.store.list_keys("assets")) == 2
    assert await shelf.database.assets.of_parent(ticket.parent_id, owner="alice") == first


async def test_foreign_urls_are_shown_as_they_are(shelf: Shelf) -> None:
    """A URL column that names no object of ours is what the client sent."""
    assert await shelf.assets.link("https://example.com/a.png", until=START) == "https://example.com/a.png"
    assert await shelf.assets.link(None, until=START) is None


@given(st.text())
def test_ids_are_ids(text: str) -> None:
    """Made and derived ids have the form of one; equal parts derive the same; most texts are none."""
    assert ID.fullmatch(new_id("img", START))
    assert ID.fullmatch(derived_id("ast", START, text))
    assert derived_id("ast", START, text, "x") == derived_id("ast", START, text, "x")
    assert ID.fullmatch(f"ast_{text}") is None or len(text) == 32


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"\x89PNG\r\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBP", "image/webp"),
        (b"\x00\x00\x00\x1cftypavif", "image/avif"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
        (b"", "application/octet-stream"),
    ],
)
def test_media_type_by_first_bytes(data: bytes, media_type: str) -> None:
    """The kept original has the type of its bytes."""
    assert sniffed(data) == media_type
