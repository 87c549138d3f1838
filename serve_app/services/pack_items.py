"""What an asset pack is made of: sizes, names and the archive."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from serve_app.domain import Encoded, PackItem

ALL_ITEMS: tuple[PackItem, ...] = (
    "logo_master",
    "tshirt_front",
    "tshirt_back",
    "banner_png",
    "banner_pdf",
    "zip",
)

LOGO_MASTER: PackItem = "logo_master"
ZIP: PackItem = "zip"
"""Made last, of all others."""

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
class Fact:
    """What the manifest says of a file; an `AssetRecord` has the same facts."""

    content_type: str
    width: float
    height: float
    dpi: float | None
    bytes: int
    sha256: str

    @classmethod
    def of(cls, file: Encoded) -> "Fact":
        """Look at a file."""
        digest = hashlib.sha256(file.data).hexdigest()
        return cls(file.content_type, file.width, file.height, file.dpi, len(file.data), digest)


class FileFacts(Protocol):
    """`Fact`, or what has the same attributes."""

    @property
    def content_type(self) -> str: ...  # noqa: D102 - the type says it
    @property
    def width(self) -> float: ...  # noqa: D102 - the type says it
    @property
    def height(self) -> float: ...  # noqa: D102 - the type says it
    @property
    def dpi(self) -> float | None: ...  # noqa: D102 - the type says it
    @property
    def bytes(self) -> int: ...  # noqa: D102 - the type says it
    @property
    def sha256(self) -> str: ...  # noqa: D102 - the type says it


def manifest(files: Mapping[str, FileFacts], *, team_name: str, failed: Sequence[str]) -> dict[str, Any]:
    """What the archive holds, for programs: every file's role, size, resolution and sha256."""
    return {
        "team_name": team_name,
        "files": [
            {
                "role": name,
                "path": path,
                "content_type": files[name].content_type,
                "width": files[name].width,
                "height": files[name].height,
                "dpi": files[name].dpi,
                "bytes": files[name].bytes,
                "sha256": files[name].sha256,
            }
            for name, path in FILES.items()
            if name in files
        ],
        "failed": list(failed),
    }


def archive(files: Mapping[str, Encoded], *, contents: Mapping[str, Any]) -> bytes:
    """A ZIP of the files and `manifest.json`; equal contents give equal bytes.

    Nothing is compressed again: PNG, JPEG and PDF are already.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as out:
        for name, path in FILES.items():
            if name in files:
                _write(out, path, files[name].data)
        _write(out, "manifest.json", json.dumps(contents, indent=2, ensure_ascii=False).encode())
    return buffer.getvalue()


def _write(out: zipfile.ZipFile, path: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(path, ZIP_DATE)
    entry.external_attr = READABLE
    out.writestr(entry, data)
