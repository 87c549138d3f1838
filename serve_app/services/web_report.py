"""What the answer of `/prepare-web-assets` says of its files: names, markup, headers, savings."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from imaging.web.responsive.encoders import EXTENSIONS
from imaging.web.responsive.ladder import PreviewFacts
from imaging.web.responsive.markup import Candidate, Markup, picture_html, preload_link
from imaging.web.responsive.plan import WebFormat
from serve_app.domain import Encoded

HASH_DIGITS = 10
"""Of SHA-256, hexadecimal: 40 bits tell the versions of one picture apart."""
FILE_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
}
"""A name that changes with the content may be kept for ever (RFC 8246)."""


@dataclass(frozen=True, slots=True)
class Page:
    """What the report needs to know besides the files."""

    name: str
    markup: Markup
    formats: tuple[WebFormat, ...]
    source_bytes: int


def report_of(files: Mapping[str, Encoded], *, facts: PreviewFacts, page: Page) -> dict[str, Any]:
    """The fields of the answer, JSON-ready.

    Args:
        files: By role; at least one.
        facts: Of the image.
        page: Names and markup.
    """
    named = {role: _candidate(file, name=page.name) for role, file in files.items()}
    pictures = [
        _picture(crop, [named[role] for role, file in files.items() if file.report["crop"] == crop], page)
        for crop in dict.fromkeys(file.report["crop"] for file in files.values())
    ]
    return {
        "picture_html": pictures[0]["html"],
        "pictures": pictures,
        "thumbhash": facts.thumbhash,
        "dominant_color": facts.dominant_color,
        "focal": {"x": facts.focal.x, "y": facts.focal.y},
        "headers": _headers([named[role] for role, file in files.items() if _is_first(file, files)], page),
        "savings": _savings(files, page),
        "files": [_file(role, file, named[role].name) for role, file in files.items()],
    }


def _candidate(file: Encoded, *, name: str) -> Candidate:
    """A file under its name: `name-640-16x9.3f9a12cd07.avif`."""
    kind, crop = file.report["format"], file.report["crop"]
    digest = hashlib.sha256(file.data).hexdigest()[:HASH_DIGITS]
    shape = f"-{crop}" if crop else ""
    full = f"{name}-{int(file.width)}{shape}.{digest}.{EXTENSIONS[kind]}"
    return Candidate(full, kind, int(file.width), int(file.height))


def _picture(crop: str, candidates: Sequence[Candidate], page: Page) -> dict[str, Any]:
    largest = max(candidates, key=lambda one: one.width)
    return {
        "aspect_ratio": crop.replace("x", ":") or "original",
        "width": largest.width,
        "height": largest.height,
        "html": picture_html(candidates, markup=page.markup, formats=page.formats),
    }


def _headers(candidates: Sequence[Candidate], page: Page) -> dict[str, Mapping[str, str]]:
    """What to send with each file, and with the page where the picture is urgent."""
    if page.markup.loading == "lazy":
        return {"files": FILE_HEADERS, "page": {}}
    return {
        "files": FILE_HEADERS,
        "page": {"Link": preload_link(candidates, markup=page.markup, formats=page.formats)},
    }


def _is_first(file: Encoded, files: Mapping[str, Encoded]) -> bool:
    return bool(file.report["crop"] == next(iter(files.values())).report["crop"])


def _savings(files: Mapping[str, Encoded], page: Page) -> dict[str, Any]:
    """What a visitor is spared who gets a file instead of the source: the largest of each format."""
    largest: dict[str, Encoded] = {}
    for file in files.values():
        if _is_first(file, files):
            largest.setdefault(file.report["format"], file)
    return {
        "source_bytes": page.source_bytes,
        "files_bytes": sum(len(file.data) for file in files.values()),
        "largest": [
            {
                "format": kind,
                "width": int(file.width),
                "bytes": len(file.data),
                "saved_bytes": page.source_bytes - len(file.data),
                "saved_share": round(1 - len(file.data) / page.source_bytes, 4),
            }
            for kind, file in largest.items()
        ],
    }


def _file(role: str, file: Encoded, name: str) -> dict[str, Any]:
    facts = {key: file.report[key] for key in ("format", "quality", "ssim", "chroma")}
    return {"role": role, "name": name, **facts, "width": int(file.width), "bytes": len(file.data)}
