"""What an asset pack is made of: sizes, names and the archive."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from serve_app.domain import Encoded, PackItem

ALL_ITEMS: tuple[PackItem, ...] = (
    "logo_master",
    "tshirt_front",
    "tshirt_back",
    "banner_png",
    "banner_pdf",
    "zip",
)

MOCKUP_PX = 1600
"""Longer side of a mock-up."""

FILES: Mapping[str, str] = {
    "logo_master": "logo/logo-master.png",
    "tshirt_front": "mockups/tshirt-front.jpg",
    "tshirt_back": "mockups/tshirt-back.jpg",
    "banner_png": "banner/banner.png",
    "banner_pdf": "banner/banner.pdf",
}

ZIP_DATE = (1980, 1, 1, 0, 0, 0)
READABLE = 0o644 << 16


@dataclass(frozen=True, slots=True)
class Made:
    """A finished item."""

    name: str
    file: Encoded


def manifest(made: Sequence[Made], *, team_name: str, failed: Sequence[str]) -> dict[str, Any]:
    """What the archive holds, for programs: every file's role, size, resolution and sha256."""
    return {
        "team_name": team_name,
        "files": [
            {
                "role": item.name,
                "path": FILES[item.name],
                "content_type": item.file.content_type,
                "width": item.file.width,
                "height": item.file.height,
                "dpi": item.file.dpi,
                "bytes": len(item.file.data),
                "sha256": hashlib.sha256(item.file.data).hexdigest(),
            }
            for item in made
        ],
        "failed": list(failed),
    }


def archive(made: Sequence[Made], *, contents: Mapping[str, Any]) -> bytes:
    """A ZIP of the files and `manifest.json`; equal contents give equal bytes.

    Nothing is compressed again: PNG, JPEG and PDF are already.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as out:
        for item in made:
            _write(out, FILES[item.name], item.file.data)
        _write(out, "manifest.json", json.dumps(contents, indent=2, ensure_ascii=False).encode())
    return buffer.getvalue()


def _write(out: zipfile.ZipFile, path: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(path, ZIP_DATE)
    entry.external_attr = READABLE
    out.writestr(entry, data)
