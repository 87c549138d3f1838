"""An order to a finished banner."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from imaging.banner.art import Artwork
from imaging.banner.errors import BannerTemplateError
from imaging.banner.fonts import FontLibrary
from imaging.banner.frame import PT_PER_IN
from imaging.banner.guides import guide_shapes
from imaging.banner.layout import compose
from imaging.banner.logo import longest_px
from imaging.banner.palette import build_palette
from imaging.banner.payload import payload
from imaging.banner.pdf_page import finish_pdf
from imaging.banner.spec import Banner, BannerSpec, Picture, duplicate_numbers
from imaging.banner.template import KIT, Template, load_template
from imaging.errors import ImageTooLargeError
from imaging.typst_page import PageFormat, TypstPageError, draw_page, tagged

BannerFormat = PageFormat
MAX_MEGAPIXELS = 100.0
PHOTO_PX = 5400
"""A photo on a banner; more pixels than this do not show at 75 dpi on 72 inches."""


def render_banner(
    spec: BannerSpec,
    *,
    template: Template | Path,
    pictures: Mapping[str, Picture] = MappingProxyType({}),
    formats: tuple[BannerFormat, ...] = ("png", "pdf"),
    font_folders: tuple[Path, ...] = (),
    max_megapixels: float = MAX_MEGAPIXELS,
) -> Banner:
    """Lay out and draw a roster banner; equal orders give equal bytes.

    Args:
        spec: the order.
        template: loaded, or the path of its files.
        pictures: `logo`, `photo`, `league` and those that sponsors name; all optional. A logo is trimmed
            here and given a keyline where it would sink in.
        formats: which files to make.
        font_folders: further fonts, beside the template's own packages.
        max_megapixels: limit of the PNG.

    Raises:
        ImageTooLargeError: the PNG would have more pixels than allowed.
        BannerTemplateError: the template cannot be read or does not compile, or a font is not installed.
    """
    template = template if isinstance(template, Template) else load_template(template)
    width_px, height_px = _png_size(spec) if "png" in formats else (0, 0)
    if width_px * height_px > max_megapixels * 1e6:
        raise ImageTooLargeError(
            f"A {width_px} x {height_px} px banner is over {max_megapixels:g} megapixels; lower dpi or size."
        )
    palette = build_palette(spec.colors, template.palette)
    art = Artwork(pictures, palette, *_limits(spec, vector="pdf" in formats))
    fonts = template.fonts(folders=font_folders)
    composition = compose(spec, template, fonts=fonts, art=art)
    with tempfile.TemporaryDirectory(prefix="banner-") as folder:
        data = payload(spec, composition, palette, art, Path(folder))
        if template.kit:
            (Path(folder) / KIT).symlink_to(template.kit.resolve(), target_is_directory=True)
        files = _compile(template, fonts, data, Path(folder), formats=formats, dpi=spec.dpi)
    return Banner(
        png=tagged(files["png"], dpi=spec.dpi) if "png" in files else b"",
        pdf=finish_pdf(files["pdf"], guide_shapes(spec, composition.frame)) if "pdf" in files else b"",
        svg=files.get("svg", b""),
        width_px=width_px,
        height_px=height_px,
        layout=composition.layout,
        missing_glyphs=composition.missing_glyphs,
        duplicates=duplicate_numbers(spec.players),
    )


def _limits(spec: BannerSpec, *, vector: bool) -> tuple[int, int]:
    """Longer sides of logos and of photos, in pixels.

    A PDF is printed, so its pictures keep all they have; a PNG shows no more than its pixels.
    """
    side_in = max(spec.width_in, spec.height_in)
    logo = longest_px(side_in=side_in, dpi=1e6 if vector else spec.dpi)
    photo = PHOTO_PX if vector else min(PHOTO_PX, round(side_in * spec.dpi))
    return logo, photo


def _png_size(spec: BannerSpec) -> tuple[int, int]:
    """Pixels with bleed, rounded as Typst rounds: each side to the nearest, one at least."""
    width, height = (side + 2 * spec.bleed_in for side in (spec.width_in, spec.height_in))
    return max(1, round(width * spec.dpi)), max(1, round(height * spec.dpi))


def _compile(
    template: Template,
    fonts: FontLibrary,
    data: dict[str, Any],
    folder: Path,
    *,
    formats: tuple[BannerFormat, ...],
    dpi: float,
) -> dict[str, bytes]:
    """Run Typst in a folder that holds the pictures and the kit, without packages."""
    return {
        name: _one_page(template, fonts, data, folder=folder, target=name, dpi=dpi)
        for name in sorted(set(formats))
    }


def _one_page(
    template: Template,
    fonts: FontLibrary,
    data: dict[str, Any],
    *,
    folder: Path,
    target: BannerFormat,
    dpi: float,
) -> bytes:
    # A PDF has no pixels; a tile of a pattern may not be smaller than one of a picture.
    inputs = {"target": target, "pixel": str(PT_PER_IN / dpi) if target == "png" else "0"}
    try:
        return draw_page(
            template.source, root=folder, fonts=fonts.fonts, data=data, to=target, ppi=dpi, inputs=inputs
        )
    except TypstPageError as error:
        raise BannerTemplateError(f"template {template.name!r}: {error}") from error
