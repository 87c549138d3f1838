"""Thumbnails of a pack's contact sheet, made while the pack's other items are."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from serve_app.domain import Encoded
from serve_app.errors import OverloadedError
from serve_app.records import AssetRecord
from serve_app.services.made_files import Copied, MadeFiles
from serve_app.services.pack_sheet import BANNER_PX, THUMBNAIL_PX, ContactSheets

FILE = b"the bytes of a picture"


@dataclass
class Codec:
    """Counts what it shrinks."""

    asked: list[tuple[bytes, int]] = field(default_factory=list)
    full: bool = False

    async def thumbnail(self, data: bytes, *, longest_px: int) -> bytes:
        if self.full:
            raise OverloadedError("busy")
        self.asked.append((data, longest_px))
        return b"small"


class Shelf:
    """A cache and a store in one."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def get(self, key: str) -> Any:
        return SimpleNamespace(data=FILE) if key == "objects/1" else self.kept.get(key)

    async def put(self, key: str, value: bytes, *, ttl: object) -> None:  # noqa: ARG002 - see the port
        self.kept[key] = value


def _sheets(codec: Codec) -> ContactSheets:
    shelf = Shelf()
    return ContactSheets(SimpleNamespace(codec=codec), shelf, shelf)  # type: ignore[arg-type]


def _made(*files: Any) -> MadeFiles:
    return MadeFiles({str(place): file for place, file in enumerate(files)}, {}, (), None)


def _drawn(kind: str = "image/png") -> Encoded:
    return Encoded(FILE, kind, 4000, 2000, None)


def _copied() -> Copied:
    now = datetime.now(UTC)
    return Copied(
        AssetRecord(
            id="ast_1",
            parent_id="kit_1",
            owner="o",
            role="logo_mono",
            key="objects/1",
            content_type="image/png",
            width=4000,
            height=2000,
            dpi=None,
            bytes=len(FILE),
            sha256=hashlib.sha256(FILE).hexdigest(),
            created_at=now,
            expires_at=now,
        )
    )


async def test_each_file_is_shrunk_once() -> None:
    """A drawn file and the same one copied from a kit have one thumbnail; a banner's is larger."""
    codec = Codec()
    sheets = _sheets(codec)
    for made in (_made(_drawn()), _made(_copied()), _made(_drawn())):
        await sheets.foresee("logo_mono", made)
    await sheets.foresee("banner_png", _made(_drawn()))
    assert codec.asked == [(FILE, THUMBNAIL_PX), (FILE, BANNER_PX)]


@pytest.mark.parametrize("made", [_made(_drawn("application/pdf")), _made(_drawn(), _drawn())])
async def test_what_has_no_picture_of_its_own(made: MadeFiles) -> None:
    """A PDF is shown by its PNG, an item of several files by some of them."""
    codec = Codec()
    await _sheets(codec).foresee("logo_pdf", made)
    assert codec.asked == []


async def test_a_busy_codec_fails_no_item() -> None:
    """The item is made all the same; the sheet asks for its thumbnail again."""
    codec = Codec(full=True)
    sheets = _sheets(codec)
    await sheets.foresee("logo_mono", _made(_drawn()))
    codec.full = False
    await sheets.foresee("logo_mono", _made(_drawn()))
    assert codec.asked == [(FILE, THUMBNAIL_PX)]
