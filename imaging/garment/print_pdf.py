"""A print as a PDF page of its exact inches, its pixels stored without loss beside their alpha.

Written by hand from ISO 32000-2 because little of it is needed: one page, one image, one soft mask. A PDF's
Flate streams with the predictor 15 hold just what a PNG's do (7.4.4.4), so the pixels are packed by the PNG
encoder and moved over.
"""

import struct
from concurrent.futures import Executor
from io import BytesIO
from typing import Final

import numpy as np
from isal import isal_zlib

from imaging.codec.encode import srgb_profile
from imaging.codec.png import PngEncoder
from imaging.codec.png_layout import LAYOUTS, LayoutName
from imaging.types import Pixels

_PT_PER_IN = 72.0
_BAND_ROWS = 128
_PNG_HEAD = 8
"""Bytes of a PNG's signature."""
_RGBA = 4
_HEADER: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def print_pdf(pixels: Pixels, *, dpi: float, pool: Executor | None = None) -> bytes:
    """A one-page PDF; equal pixels give equal bytes.

    Args:
        pixels: (H, W, 4) sRGB with straight alpha, or (H, W, 3).
        dpi: pixels an inch: the page is W / dpi by H / dpi inches.
        pool: threads for packing; not the pool that runs the caller.
    """
    height, width = pixels.shape[:2]
    page_w, page_h = (_number(side / dpi * _PT_PER_IN) for side in (width, height))
    image = {
        "Type": "/XObject",
        "Subtype": "/Image",
        "Width": str(width),
        "Height": str(height),
        "BitsPerComponent": "8",
        "Filter": "/FlateDecode",
        "Interpolate": "false",
    }
    content = f"q {page_w} 0 0 {page_h} 0 0 cm /Im0 Do Q".encode()
    masked = pixels.shape[2] == _RGBA
    objects = [
        _dictionary({"Type": "/Catalog", "Pages": "2 0 R"}),
        _dictionary({"Type": "/Pages", "Kids": "[3 0 R]", "Count": "1"}),
        _dictionary(
            {
                "Type": "/Page",
                "Parent": "2 0 R",
                "MediaBox": f"[0 0 {page_w} {page_h}]",
                "Resources": "<< /XObject << /Im0 5 0 R >> >>",
                "Contents": "4 0 R",
                "Group": "<< /S /Transparency /CS [/ICCBased 6 0 R] >>",
            }
        ),
        _stream({}, content),
        _stream(
            image
            | {"ColorSpace": "[/ICCBased 6 0 R]", "DecodeParms": _predictor(colors=3, columns=width)}
            | ({"SMask": "7 0 R"} if masked else {}),
            _packed(pixels, "rgb", pool),
        ),
        _stream({"N": "3", "Alternate": "/DeviceRGB", "Filter": "/FlateDecode"}, _deflated(srgb_profile())),
    ]
    if masked:
        mask = image | {"ColorSpace": "/DeviceGray", "DecodeParms": _predictor(colors=1, columns=width)}
        objects.append(_stream(mask, _packed(pixels[..., 3:], "gray", pool)))
    return _file(objects)


def _packed(pixels: Pixels, layout: LayoutName, pool: Executor | None) -> bytes:
    """The zlib stream of a PNG of these pixels."""
    height, width = pixels.shape[:2]
    encoder = PngEncoder(width, height, layout=LAYOUTS[layout], pool=pool)
    png = BytesIO()
    for top in range(0, height, _BAND_ROWS):
        png.write(encoder.feed(np.ascontiguousarray(pixels[top : top + _BAND_ROWS])))
    png.write(encoder.finish())
    data, at, parts = png.getbuffer(), _PNG_HEAD, []
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IDAT":
            parts.append(data[at + 8 : at + 8 + length])
        at += length + 12
    return b"".join(parts)


def _deflated(data: bytes) -> bytes:
    return bytes(isal_zlib.compress(data, 3))


def _predictor(*, colors: int, columns: int) -> str:
    return f"<< /Predictor 15 /Colors {colors} /BitsPerComponent 8 /Columns {columns} >>"


def _number(value: float) -> str:
    """At most four decimals: a hundred-thousandth of an inch."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _dictionary(entries: dict[str, str]) -> bytes:
    inner = " ".join(f"/{key} {value}" for key, value in entries.items())
    return f"<< {inner} >>".encode()


def _stream(entries: dict[str, str], data: bytes) -> bytes:
    head = _dictionary(entries | {"Length": str(len(data))})
    return b"".join((head, b"\nstream\n", data, b"\nendstream"))


def _file(objects: list[bytes]) -> bytes:
    """Header, numbered objects, cross-reference table, trailer (ISO 32000-2, 7.5)."""
    out, offsets = [_HEADER], []
    at = len(_HEADER)
    for number, body in enumerate(objects, start=1):
        text = b"".join((f"{number} 0 obj\n".encode(), body, b"\nendobj\n"))
        offsets.append(at)
        out.append(text)
        at += len(text)
    rows = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    out.append(f"xref\n0 {size}\n0000000000 65535 f \n{rows}".encode())
    out.append(f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{at}\n%%EOF\n".encode())
    return b"".join(out)
