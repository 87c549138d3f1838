"""Banner orders of the domain to banners of `imaging.banner`, and back to files."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from imaging.banner.render import render_banner
from imaging.banner.shelf import load_templates
from imaging.banner.spec import Banner, Picture
from imaging.banner.text import named
from imaging.vector.svg import to_svg
from serve_app.artwork import is_faithful
from serve_app.domain import BannerOrder, Encoded, Notice, Staged
from serve_app.errors import NotFoundError

POINTS_PER_INCH = 72.0
LISTED = 10
"""Names or characters that a warning lists before it says how many more there are."""


class Banners:
    """The templates of a folder, read once.

    Args:
        folder: Holds a `.typ` and a `.yaml` file for each template.
        font_folders: Fonts for what the templates' own lack; folders that are not there are skipped.
    """

    def __init__(self, folder: Path, font_folders: tuple[Path, ...] = ()) -> None:
        self._templates = load_templates(folder, font_folders=font_folders)
        self._font_folders = font_folders

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the templates."""
        return tuple(self._templates)

    @property
    def fonts(self) -> tuple[str, ...]:
        """Families that the templates may set text in, sorted."""
        loaded = (template.fonts(folders=self._font_folders) for template in self._templates.values())
        return tuple(sorted({name for fonts in loaded for name in fonts.families}))

    def describe(self) -> list[dict[str, Any]]:
        """What can be asked for, ready for JSON."""
        return [
            {
                "name": template.name,
                "title": template.title,
                "description": template.description,
                "sizes": [size.model_dump(mode="json") for size in template.sizes],
                "uses": list(template.uses),
            }
            for template in self._templates.values()
        ]

    def draw(self, order: BannerOrder, pictures: Mapping[str, Staged]) -> Encoded:
        """Lay out and draw.

        Args:
            order: What is printed.
            pictures: By their place.

        Raises:
            NotFoundError: there is no such template.
            ImagingError: the order cannot be printed.
        """
        template = self._templates.get(order.template)
        if template is None:
            raise NotFoundError(f"There is no banner template {order.template!r}.")
        drawn = {place: Picture(picture.pixels, _drawing(picture)) for place, picture in pictures.items()}
        banner = render_banner(
            order.spec,
            template=template,
            pictures=drawn,
            formats=(order.format,),
            font_folders=self._font_folders,
            max_megapixels=order.max_megapixels,
        )
        return _file(banner, order)


def _drawing(picture: Staged) -> bytes | None:
    """The drawing of a clean logo, where it stands for it at any size."""
    work = picture.logo
    if work is None or work.svg is not None:
        return work.svg if work else None
    if work.drawing is None or not is_faithful(work.score):
        return None
    return to_svg(work.drawing, width_in=1.0).encode()


def _file(banner: Banner, order: BannerOrder) -> Encoded:
    report = {
        "layout": asdict(banner.layout),
        "missing_glyphs": list(banner.missing_glyphs),
        "duplicates": list(banner.duplicates),
    }
    notices = _notices(banner)
    spec = order.spec
    if order.format == "png":
        size = (banner.width_px, banner.height_px)
        return Encoded(banner.png, "image/png", *size, spec.dpi, report=report, notices=notices)
    width, height = ((side + 2 * spec.bleed_in) * POINTS_PER_INCH for side in (spec.width_in, spec.height_in))
    data, kind = (banner.pdf, "application/pdf") if order.format == "pdf" else (banner.svg, "image/svg+xml")
    return Encoded(data, kind, width, height, None, report=report, notices=notices)


def _notices(banner: Banner) -> tuple[Notice, ...]:
    found: Mapping[str, tuple[tuple[str, ...], str, str]] = {
        "text_cut": (
            banner.layout.cut,
            "These texts did not fit and end in an ellipsis",
            "Shorten them, or order a larger banner.",
        ),
        "missing_glyphs": (
            tuple(map(named, banner.missing_glyphs)),
            "No installed font has these characters",
            "Install a font that has them, or write the name in another script.",
        ),
        "duplicate_numbers": (
            banner.duplicates,
            "More than one player wears these numbers",
            "Check the roster.",
        ),
    }
    return tuple(
        Notice(code, f"{text}: {_list(items)}.", fix) for code, (items, text, fix) in found.items() if items
    )


def _list(items: tuple[str, ...]) -> str:
    more = len(items) - LISTED
    return ", ".join(items[:LISTED]) + (f" and {more} more" if more > 0 else "")
