"""From what the client asks (a size by name, inches, or nothing) to the exact size of a banner."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from serve_app.errors import FieldError, InvalidFieldsError

PROOF_DPI = 50.0
"""Of the picture of a printed banner, for the screen; the PDF is what gets printed."""
BLEED_IN = 0.25
"""What print shops ask round a banner."""


@dataclass(frozen=True, slots=True)
class SizeAsked:
    """At most one of: `name`; `width_in` and `height_in`, of which one may be absent."""

    name: str | None = None
    width_in: float | None = None
    height_in: float | None = None
    bleed_in: float | None = None
    dpi: float | None = None


@dataclass(frozen=True, slots=True)
class BannerSize:
    """The size of a banner."""

    name: str | None
    """Of the template's size; None for the client's own."""
    width_in: float
    """Trimmed."""
    height_in: float
    bleed_in: float
    dpi: float
    medium: Literal["print", "screen"]

    @property
    def megapixels(self) -> float:
        """Of the PNG, bleed included."""
        width, height = (side + 2 * self.bleed_in for side in (self.width_in, self.height_in))
        return width * height * self.dpi**2 / 1e6


def find_template(templates: list[Mapping[str, Any]], name: str) -> Mapping[str, Any]:
    """A template of the Renderer's catalogue.

    Raises:
        InvalidFieldsError: there is none of this name.
    """
    for template in templates:
        if template["name"] == name:
            return template
    names = ", ".join(template["name"] for template in templates)
    raise InvalidFieldsError("There is no such template.", (FieldError("template", f"one of {names}"),))


def banner_size(asked: SizeAsked, *, template: Mapping[str, Any]) -> BannerSize:
    """The size that is asked of a template; its first one where none is.

    A side that is absent follows from the other and the shape of the template's first size.

    Raises:
        InvalidFieldsError: a size that the template does not have, or two sizes.
    """
    sizes = template["sizes"]
    usual = sizes[0]
    own = (asked.width_in, asked.height_in) != (None, None)
    if asked.name is not None and own:
        raise InvalidFieldsError(
            "Give one size.", (FieldError("size", "size or width_in and height_in, not both"),)
        )
    if not own:
        return _named(asked, usual if asked.name is None else _by_name(sizes, asked.name))
    shape = usual["width_in"] / usual["height_in"]
    height_in = asked.height_in or (asked.width_in or 0.0) / shape
    return BannerSize(
        name=None,
        width_in=asked.width_in or height_in * shape,
        height_in=height_in,
        bleed_in=BLEED_IN if asked.bleed_in is None else asked.bleed_in,
        dpi=asked.dpi or PROOF_DPI,
        medium="print",
    )


def _named(asked: SizeAsked, size: Mapping[str, Any]) -> BannerSize:
    own_dpi = size["dpi"] if size["medium"] == "screen" else PROOF_DPI
    return BannerSize(
        name=size["name"],
        width_in=size["width_in"],
        height_in=size["height_in"],
        bleed_in=size["bleed_in"] if asked.bleed_in is None else asked.bleed_in,
        dpi=asked.dpi or own_dpi,
        medium=size["medium"],
    )


def _by_name(sizes: list[Mapping[str, Any]], name: str) -> Mapping[str, Any]:
    """The size of this name, or the only one that has it in its own: `24x36in` is `Poster 24 x 36 in`."""
    wanted = plain_name(name)
    found = [size for size in sizes if wanted and wanted in plain_name(size["name"])]
    exact = [size for size in found if wanted == plain_name(size["name"])]
    if len(exact or found) == 1:
        return (exact or found)[0]
    names = ", ".join(size["name"] for size in sizes)
    raise InvalidFieldsError("The template has no such size.", (FieldError("size", f"one of {names}"),))


def plain_name(name: str) -> str:
    """A name without case, spaces and signs: `3 x 6 ft` is `3x6ft`."""
    return "".join(char for char in name.casefold() if char.isalnum())
