"""One page drawn by Typst, which sees one folder, the fonts that it is given and nothing else."""

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import typst

from imaging.codec.png_chunks import METRES_PER_INCH, chunk
from imaging.errors import ImagingError

PageFormat = Literal["png", "pdf", "svg"]
_BEFORE_CHUNKS = 33
"""Bytes of a PNG before the first place for other chunks: 8 of signature, 25 of IHDR."""


class TypstPageError(ImagingError):
    """A page cannot be drawn: a defect of its source, told with Typst's own words."""


class SeveralPagesError(TypstPageError):
    """What was drawn takes more than one page."""


def draw_page(
    source: bytes,
    *,
    root: Path,
    fonts: typst.Fonts,
    data: Mapping[str, Any],
    to: PageFormat,
    ppi: float = 72.0,
    inputs: Mapping[str, str] | None = None,
) -> bytes:
    """Compile a document of one page; equal orders give equal bytes.

    Args:
        source: Typst.
        root: Folder of the files that it may read; no packages, no network, no fonts of the system.
        fonts: What it may set text in.
        data: JSON-ready; the source finds its text in `sys.inputs.data`.
        to: What is made.
        ppi: Pixels an inch of a PNG.
        inputs: More for `sys.inputs`.

    Raises:
        SeveralPagesError: a PNG or SVG would have more than one page; a PDF has them all.
        TypstPageError: it does not compile, or cannot be drawn.
    """
    folder = str(root)
    try:
        compiler = typst.Compiler(
            source,
            root=folder,
            font_paths=fonts,
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data), **(inputs or {})},
            package_path=folder,
            package_cache_path=folder,
        )
        page = compiler.compile(format=to, ppi=ppi, timestamp=0)
    except typst.TypstError as error:
        raise TypstPageError(f"it does not compile: {error}") from error
    except BaseException as error:
        # A panic of the renderer is no `Exception`; it must not end the process that serves others.
        if type(error).__name__ != "PanicException":
            raise
        raise TypstPageError(f"it cannot be drawn: {error}") from error
    if not isinstance(page, bytes):
        raise SeveralPagesError("it has more than one page")
    return page


def tagged(png: bytes, *, dpi: float | None = None) -> bytes:
    """A PNG of Typst's with sRGB and, where `dpi` is given, pHYs (PNG 3rd edition, 11.3.2.5, 11.3.4.3)."""
    chunks = chunk(b"sRGB", b"\x00")
    if dpi is not None:
        per_metre = round(dpi / METRES_PER_INCH)
        chunks += chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1))
    return png[:_BEFORE_CHUNKS] + chunks + png[_BEFORE_CHUNKS:]
