"""An order to a finished banner."""

import json
import struct
import tempfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import typst

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

BannerFormat = Literal["png", "pdf", "svg"]
MAX_MEGAPIXELS = 100.0
PHOTO_PX = 5400
"""A photo on a banner; more pixels than this do not show at 75 dpi on 72 inches."""
_SIGNATURE_AND_HEADER = 33
"""Bytes of a PNG before the first place for other chunks: 8 of signature, 25 of IHDR."""


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
        files = _compile(template, fonts, data, folder, formats=formats, dpi=spec.dpi)
    return Banner(
        png=_with_density(files["png"], spec.dpi) if "png" in files else b"",
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
    """Pixels with bleed, rounded as Typst rounds: each side up to a whole pixel."""
    width, height = (side + 2 * spec.bleed_in for side in (spec.width_in, spec.height_in))
    return max(1, round(width * spec.dpi)), max(1, round(height * spec.dpi))


def _compile(
    template: Template,
    fonts: FontLibrary,
    data: dict[str, Any],
    folder: str,
    *,
    formats: tuple[BannerFormat, ...],
    dpi: float,
) -> dict[str, bytes]:
    """Run Typst in a folder that holds the pictures and the kit, without packages."""
    text = json.dumps(data)
    return {
        name: _one_page(template, fonts, text, folder=folder, target=name, dpi=dpi)
        for name in sorted(set(formats))
    }


def _one_page(
    template: Template,
    fonts: FontLibrary,
    data: str,
    *,
    folder: str,
    target: BannerFormat,
    dpi: float,
) -> bytes:
    # A PDF has no pixels; a tile of a pattern may not be smaller than one of a picture.
    inputs = {"data": data, "target": target, "pixel": str(PT_PER_IN / dpi) if target == "png" else "0"}
    try:
        compiler = typst.Compiler(
            template.source,
            root=folder,
            font_paths=fonts.fonts,
            ignore_system_fonts=True,
            sys_inputs=inputs,
            package_path=folder,
            package_cache_path=folder,
        )
        page = compiler.compile(format=target, ppi=dpi, timestamp=0)
    except typst.TypstError as error:
        raise BannerTemplateError(f"template {template.name!r} does not compile: {error}") from error
    except BaseException as error:
        # A panic of the renderer is no `Exception`; it must not end the process that serves others.
        if type(error).__name__ != "PanicException":
            raise
        raise BannerTemplateError(f"template {template.name!r} cannot be drawn: {error}") from error
    if not isinstance(page, bytes):
        raise BannerTemplateError(f"template {template.name!r} made more than one page")
    return page


def _with_density(png: bytes, dpi: float) -> bytes:
    """Add sRGB and pHYs chunks (PNG 3rd edition, 11.3.2.5 and 11.3.4.3) after the header."""
    per_metre = round(dpi / 0.0254)
    chunks = _chunk(b"sRGB", b"\x00") + _chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1))
    return png[:_SIGNATURE_AND_HEADER] + chunks + png[_SIGNATURE_AND_HEADER:]


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
