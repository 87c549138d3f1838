"""An order to a finished banner."""

import json
import struct
import tempfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import typst

from imaging.banner.errors import BannerTemplateError
from imaging.banner.fonts import FontLibrary
from imaging.banner.layout import Composition, compose
from imaging.banner.logo import longest_px, prepare_logo
from imaging.banner.palette import Palette, build_palette
from imaging.banner.spec import Banner, BannerSpec, Picture, duplicate_numbers
from imaging.banner.template import Template, load_template
from imaging.banner.text import clean
from imaging.codec.encode import encode
from imaging.color import to_hex
from imaging.errors import ImageTooLargeError
from imaging.types import Pixels

BannerFormat = Literal["png", "pdf", "svg"]
MAX_MEGAPIXELS = 100.0
_PT_PER_IN = 72.0
_LOGO_FILE = "logo.png"
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
    palette = build_palette(spec.colors)
    # A PDF is printed, so its logo keeps all it has; a picture shows no more than its pixels.
    picture_px = longest_px(side_in=max(spec.width_in, spec.height_in), dpi=spec.dpi)
    limits = {} if "pdf" in formats else {"limit_px": picture_px}
    logo = pictures.get("logo")
    mark = prepare_logo(logo.pixels, ground=palette.header, **limits) if logo is not None else None
    fonts = template.fonts(folders=font_folders)
    aspect = mark.shape[1] / mark.shape[0] if mark is not None else None
    composition = compose(spec, template, fonts=fonts, logo_aspect=aspect)
    data = _data(spec, composition, palette)
    files = _compile(template, fonts, data, mark, formats=formats, dpi=spec.dpi)
    return Banner(
        png=_with_density(files["png"], spec.dpi) if "png" in files else b"",
        pdf=files.get("pdf", b""),
        svg=files.get("svg", b""),
        width_px=width_px,
        height_px=height_px,
        layout=composition.layout,
        missing_glyphs=composition.missing_glyphs,
        duplicates=duplicate_numbers(spec.players),
    )


def _png_size(spec: BannerSpec) -> tuple[int, int]:
    """Pixels with bleed, rounded as Typst rounds: each side up to a whole pixel."""
    width, height = (side + 2 * spec.bleed_in for side in (spec.width_in, spec.height_in))
    return max(1, round(width * spec.dpi)), max(1, round(height * spec.dpi))


def _data(spec: BannerSpec, composition: Composition, palette: Palette) -> dict[str, Any]:
    data = asdict(composition)
    del data["layout"], data["missing_glyphs"]
    colors = {name: to_hex(getattr(palette, name)) for name in Palette.__slots__}
    return {**data, "colors": colors, "title": clean(spec.team_name), "bleed": spec.bleed_in * _PT_PER_IN}


def _compile(
    template: Template,
    fonts: FontLibrary,
    data: dict[str, Any],
    logo: Pixels | None,
    *,
    formats: tuple[BannerFormat, ...],
    dpi: float,
) -> dict[str, bytes]:
    """Run Typst in an empty folder of its own, with the logo as the only file and no packages."""
    with tempfile.TemporaryDirectory(prefix="banner-") as folder:
        if logo is not None:
            (Path(folder) / _LOGO_FILE).write_bytes(encode(logo))
        return {
            name: _one_page(template, fonts, data, folder=folder, target=name, dpi=dpi)
            for name in sorted(set(formats))
        }


def _one_page(
    template: Template,
    fonts: FontLibrary,
    data: dict[str, Any],
    *,
    folder: str,
    target: BannerFormat,
    dpi: float,
) -> bytes:
    try:
        compiler = typst.Compiler(
            template.source,
            root=folder,
            font_paths=fonts.fonts,
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data), "target": target},
            package_path=folder,
            package_cache_path=folder,
        )
        page = compiler.compile(format=target, ppi=dpi, timestamp=0)
    except typst.TypstError as error:
        raise BannerTemplateError(f"template {template.name!r} does not compile: {error}") from error
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
