"""Every file opened again: what it is, and whether it is what a browser or a phone needs."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from io import BytesIO
from typing import Any, Final
from xml.etree import ElementTree as ET

import cv2
import numpy as np
from PIL import Image

from imaging.errors import ImagingError
from imaging.types import Pixels
from imaging.web.cards import CARDS
from imaging.web.head import HEAD
from imaging.web.ico import read_ico
from imaging.web.icons import LARGE_PX, MASKABLE_PX, MONOCHROME_PX, SMALL_PX, TOUCH_PX
from imaging.web.icons_fit import SAFE_SHARE
from imaging.web.manifest import MANIFEST, Site

LEAST_TOUCH_PADDING = 0.06
"""Room around the mark of a touch icon, as a share of its side: iOS rounds its corners."""
MOST_CARD_BYTES = 1_000_000
"""Far under the limits of social networks (X: 5 MB); some messengers show no picture of more."""
_TOLERANCE_PX = 0.75
_SEEN_LEVELS = 24
"""sRGB difference from the ground from which a pixel belongs to the mark."""
_REFERENCES = re.compile(
    rb"""(?:href|src)\s*=\s*["'](?!data:image/png|#)|url\(\s*["']?(?!#)|@import""", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    found: str
    wanted: str

    def as_json(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {"name": self.name, "ok": self.ok, "found": self.found, "wanted": self.wanted}


Findings = list[Finding]
Check = Callable[[bytes], Findings]


def check_pictures(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Look at icons and cards; every file that has a check, in the order given."""
    return [_report(name, data, CHECKS[name]) for name, data in files.items() if name in CHECKS]


def check_texts(files: Mapping[str, bytes], *, site: Site) -> list[dict[str, Any]]:
    """Look at manifest and head, and whether everything that they name is there.

    Args:
        files: All of them.
        site: What they are to say.
    """
    return [
        _report(MANIFEST, files[MANIFEST], lambda data: _manifest(data, files, site)),
        _report(HEAD, files[HEAD], lambda data: _head(data, files, site)),
    ]


def _report(name: str, data: bytes, check: Check) -> dict[str, Any]:
    try:
        findings = check(data)
    except (ImagingError, OSError, ValueError, KeyError, ET.ParseError) as error:
        findings = [Finding("opens", ok=False, found=type(error).__name__, wanted="a whole file")]
    return {
        "file": name,
        "ok": all(finding.ok for finding in findings),
        "bytes": len(data),
        "checks": [finding.as_json() for finding in findings],
    }


def _png(data: bytes, size: tuple[int, int]) -> tuple[Pixels, Findings]:
    """(H, W, 4) and what the file is."""
    with Image.open(BytesIO(data)) as image:
        kind, found = str(image.format), image.size
        pixels = np.asarray(image.convert("RGBA"))
    return pixels, [
        Finding("format", kind == "PNG", kind, "PNG"),
        Finding("size", found == size, f"{found[0]}x{found[1]}", f"{size[0]}x{size[1]}"),
    ]


def _icon(side: int) -> Check:
    def check(data: bytes) -> Findings:
        pixels, findings = _png(data, (side, side))
        return [*findings, _shows(pixels)]

    return check


def _shows(pixels: Pixels) -> Finding:
    share = float((pixels[..., 3] > 0).mean())
    return Finding("shows_something", share > 0, f"{share:.1%} covered", "more than nothing")


def _opaque(pixels: Pixels) -> Finding:
    least = int(pixels[..., 3].min())
    return Finding("opaque", least == 255, f"least alpha {least}", "255")  # noqa: PLR2004 - opaque


def _mark(pixels: Pixels) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of the pixels that are not the ground, which is the corner's colour."""
    ground = np.broadcast_to(pixels[0, 0], pixels.shape)
    red, green, blue, _ = cv2.split(cv2.absdiff(pixels, ground))
    rows, columns = np.nonzero(cv2.max(cv2.max(red, green), blue) > _SEEN_LEVELS)
    return rows, columns


def _touch(data: bytes) -> Findings:
    pixels, findings = _png(data, (TOUCH_PX, TOUCH_PX))
    rows, columns = _mark(pixels)
    if not rows.size:
        return [
            *findings,
            _opaque(pixels),
            Finding("shows_something", ok=False, found="one colour", wanted="a mark"),
        ]
    edges = (rows.min(), columns.min(), TOUCH_PX - 1 - rows.max(), TOUCH_PX - 1 - columns.max())
    least = float(min(edges)) / TOUCH_PX
    room = Finding(
        "padding", least >= LEAST_TOUCH_PADDING, f"{least:.1%}", f"at least {LEAST_TOUCH_PADDING:.0%}"
    )
    return [*findings, _opaque(pixels), room]


def _maskable(side: int) -> Check:
    def check(data: bytes) -> Findings:
        pixels, findings = _png(data, (side, side))
        return [*findings, _opaque(pixels), _safe(*_mark(pixels), side)]

    return check


def _safe(rows: np.ndarray, columns: np.ndarray, side: int) -> Finding:
    """The farthest pixel of the mark from the middle, against the safe circle's radius."""
    away = np.hypot(rows + 0.5 - side / 2, columns + 0.5 - side / 2)
    farthest, most = float(away.max(initial=0.0)), SAFE_SHARE / 2 * side
    shown = f"{2 * farthest / side:.1%} of the side"
    return Finding(
        "safe_zone",
        bool(rows.size) and farthest <= most + _TOLERANCE_PX,
        shown,
        f"circle of {SAFE_SHARE:.0%}",
    )


def _monochrome(data: bytes) -> Findings:
    pixels, findings = _png(data, (MONOCHROME_PX, MONOCHROME_PX))
    rows, columns = np.nonzero(pixels[..., 3] > _SEEN_LEVELS)
    seen = pixels[rows, columns, :3]
    apart = int(np.ptp(seen, axis=0).max()) if rows.size else 0
    one = Finding("one_color", apart == 0, f"up to {apart} levels apart", "0")
    return [*findings, one, _safe(rows, columns, MONOCHROME_PX)]


def _card(size: tuple[int, int]) -> Check:
    def check(data: bytes) -> Findings:
        pixels, findings = _png(data, size)
        light = Finding("bytes", len(data) <= MOST_CARD_BYTES, str(len(data)), f"at most {MOST_CARD_BYTES}")
        return [*findings, _opaque(pixels), light]

    return check


def _ico(data: bytes) -> Findings:
    images = read_ico(data)
    sides = [len(image.pixels) for image in images]
    kinds = ["PNG" if image.png else "bitmap" for image in images]
    empty = [side for side, image in zip(sides, images, strict=True) if not image.pixels[..., 3].any()]
    return [
        Finding("sizes", sides == list(SMALL_PX), str(sides), str(list(SMALL_PX))),
        Finding("kinds", kinds == ["bitmap", "bitmap", "PNG"], ", ".join(kinds), "bitmap, bitmap, PNG"),
        Finding("shows_something", not empty, f"empty: {empty}", "none empty"),
    ]


def _svg(data: bytes) -> Findings:
    root = ET.fromstring(data)  # noqa: S314 - our own file; expat stops entities that multiply
    tags = {str(element.tag).rpartition("}")[2] for element in root.iter()}
    box = [float(part) for part in root.get("viewBox", "").split()]
    square = len(box) == 4 and abs(box[2] - box[3]) < 0.02  # noqa: PLR2004 - min-x, min-y, width, height
    outside = _REFERENCES.search(data)
    return [
        Finding("root", str(root.tag).endswith("}svg"), str(root.tag).rpartition("}")[2], "svg"),
        Finding("square", square, root.get("viewBox", "none"), "a square view box"),
        Finding("scripts", "script" not in tags, str("script" in tags).lower(), "false"),
        Finding(
            "outside",
            outside is None,
            outside[0].decode() if outside else "nothing",
            "nothing from elsewhere",
        ),
    ]


def _manifest(data: bytes, files: Mapping[str, bytes], site: Site) -> Findings:
    said = json.loads(data)
    findings = [
        Finding(key, said.get(key) == value, str(said.get(key)), str(value))
        for key, value in (("name", site.name), ("short_name", site.short_name))
    ]
    for icon in said["icons"]:
        name = str(icon["src"])
        if name not in files:
            findings.append(Finding("icon", ok=False, found=f"{name} is missing", wanted=name))
            continue
        with Image.open(BytesIO(files[name])) as image:
            size = f"{image.width}x{image.height}"
        findings.append(Finding("icon", size == icon["sizes"], f"{name} {size}", f"{name} {icon['sizes']}"))
    purposes = sorted({str(icon["purpose"]) for icon in said["icons"]})
    wanted = ["any", "maskable", "monochrome"]
    return [*findings, Finding("purposes", purposes == wanted, ", ".join(purposes), ", ".join(wanted))]


class _Head(HTMLParser):
    """Collects addresses and what the page is called."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.name = ""
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        if tag == "link":
            self.addresses.append(said.get("href", ""))
        if said.get("property") == "og:image":
            self.addresses.append(said.get("content", ""))
        if said.get("name") == "application-name":
            self.name = said.get("content", "")


def _head(data: bytes, files: Mapping[str, bytes], site: Site) -> Findings:
    reader = _Head()
    reader.feed(data.decode())
    known = {site.address(name) for name in files}
    lost = [address for address in reader.addresses if address not in known]
    count = f"{len(reader.addresses) - len(lost)} of {len(reader.addresses)}"
    tags = ", ".join(sorted(reader.tags))
    return [
        Finding("addresses", not lost and bool(reader.addresses), count, "all of them files of the set"),
        Finding("application-name", reader.name == site.name, reader.name, site.name),
        Finding("elements", reader.tags == {"link", "meta"}, tags, "link, meta"),
    ]


CHECKS: Final[Mapping[str, Check]] = {
    "favicon.ico": _ico,
    "favicon.svg": _svg,
    **{f"icon-{side}.png": _icon(side) for side in (*SMALL_PX, *LARGE_PX)},
    "apple-touch-icon.png": _touch,
    **{f"icon-maskable-{side}.png": _maskable(side) for side in MASKABLE_PX},
    "icon-monochrome-512.png": _monochrome,
    **{name: _card(size) for name, size in CARDS.items()},
}
"""What is looked at in each picture, by file name."""
