"""The `picture` element of a responsive set, ready to paste: escaped, and without a shift of the layout."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from imaging.web.responsive.encoders import CONTENT_TYPES
from imaging.web.responsive.plan import WebFormat

SHOWN_BY_ALL: frozenset[WebFormat] = frozenset({"jpeg", "png"})
"""What every browser shows, however old."""
FALLBACK_MAX_WIDTH_PX = 1280
"""Of the `src`, which only a browser without `srcset` asks for: the largest up to here."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that the markup offers."""

    name: str
    """Content-hashed file name."""
    format: WebFormat
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Markup:
    """How the picture stands in the page."""

    alt: str = ""
    sizes: str = "100vw"
    loading: Literal["lazy", "eager"] = "lazy"
    base_url: str = ""
    """Put before each file name as it is: where the files will lie."""


def picture_html(candidates: Sequence[Candidate], *, markup: Markup, formats: Sequence[WebFormat]) -> str:
    """A `picture` with a `source` a format and an `img` that every browser understands.

    Args:
        candidates: The files of one crop, at least one.
        markup: How it stands in the page.
        formats: The order in which a browser is offered them.
    """
    *offered, fallback = _in_order(candidates, formats)
    lines = ["<picture>"]
    for kind in offered:
        srcset = _srcset([one for one in candidates if one.format == kind], markup.base_url)
        kinds = {"type": CONTENT_TYPES[kind], "srcset": srcset, "sizes": markup.sizes}
        lines.append(f"  <source {_attributes(kinds)}>")
    lines.append(
        f"  <img {_attributes(_img([one for one in candidates if one.format == fallback], markup))}>"
    )
    return "\n".join([*lines, "</picture>"])


def preload_link(candidates: Sequence[Candidate], *, markup: Markup, formats: Sequence[WebFormat]) -> str:
    """The value of a `Link` header that loads the picture before the page's markup is read (RFC 8288).

    Only the format that is offered first: a browser that does not know it leaves the hint alone.
    """
    first = _in_order(candidates, formats)[0]
    chosen = [one for one in candidates if one.format == first]
    parts = {
        "rel": "preload",
        "as": "image",
        "type": CONTENT_TYPES[first],
        "imagesrcset": _srcset(chosen, markup.base_url),
        "imagesizes": markup.sizes,
    }
    values = "; ".join(f'{name}="{_quoted(value)}"' for name, value in parts.items())
    return f"<{markup.base_url}{_fallback_file(chosen).name}>; {values}"


def _in_order(candidates: Sequence[Candidate], formats: Sequence[WebFormat]) -> list[WebFormat]:
    """The formats that the markup has, the one of its `img` last: JPEG or PNG, else WebP, else AVIF.

    Of JPEG and PNG the first alone: as a `source` either would always be taken, and the other one never.
    """
    made = [kind for kind in formats if any(one.format == kind for one in candidates)]
    fallback = next((kind for kind in made if kind in SHOWN_BY_ALL), "webp" if "webp" in made else made[0])
    return [*(kind for kind in made if kind != fallback and kind not in SHOWN_BY_ALL), fallback]


def _img(files: Sequence[Candidate], markup: Markup) -> dict[str, str]:
    largest = max(files, key=lambda one: one.width)
    urgent = {"fetchpriority": "high"} if markup.loading == "eager" else {}
    return {
        "src": markup.base_url + _fallback_file(files).name,
        "srcset": _srcset(files, markup.base_url),
        "sizes": markup.sizes,
        "width": str(largest.width),
        "height": str(largest.height),
        "alt": markup.alt,
        "loading": markup.loading,
        **urgent,
        "decoding": "async",
    }


def _fallback_file(files: Sequence[Candidate]) -> Candidate:
    small = [one for one in files if one.width <= FALLBACK_MAX_WIDTH_PX]
    return max(small, key=lambda one: one.width) if small else min(files, key=lambda one: one.width)


def _srcset(files: Sequence[Candidate], base_url: str) -> str:
    ordered = sorted(files, key=lambda one: one.width)
    return ", ".join(f"{base_url}{one.name} {one.width}w" for one in ordered)


def _attributes(values: dict[str, str]) -> str:
    return " ".join(f'{name}="{html.escape(value, quote=True)}"' for name, value in values.items())


def _quoted(value: str) -> str:
    """For a quoted-string of a header (RFC 9110, 5.6.4)."""
    return value.replace("\\", "\\\\").replace('"', '\\"')
