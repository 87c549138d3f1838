"""Pixels to the files of a web page, and back to what they are compared by.

Chosen by measurement (docs/decisions/0026-responsive-images.md). No profile and no metadata: a browser takes
what is not tagged for sRGB, PNG and AVIF say it in fields of their own, and a profile would be a tenth of a
small file.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import cv2
import numpy as np
from PIL import Image

from imaging.codec.encode import flatten
from imaging.codec.png import encode_png
from imaging.codec.png_palette import find_palette
from imaging.types import Color, Pixels
from imaging.web.responsive.plan import WebFormat

AVIF_SPEED = 7
EXACT_ALPHA = {"a:cq-level": "0"}
"""Transparency as it was, as in WebP: at the colours' quality, clear ground would keep a haze."""
WEBP_METHOD = 4
LOSSLESS_WEBP_EFFORT = 50
REDUCED_COLORS = 256


@dataclass(frozen=True, slots=True)
class Encoder:
    """One lossy format, and how its quality behaves."""

    format: WebFormat
    lowest: int
    """Quality under which a picture is not worth its bytes."""
    highest: int
    start: float
    """Quality that gives an SSIM of 0.98 to the middle one of the photographs it was set on."""
    slope: float
    """Change of ln(1 - SSIM) by one step of quality, about."""

    def write(self, pixels: Pixels, *, quality: int, full_chroma: bool, trial: bool = False) -> bytes:
        """The file.

        Args:
            pixels: (H, W, 3) or (H, W, 4) uint8; JPEG only takes three channels.
            quality: Of this format's own scale, `lowest` to `highest`.
            full_chroma: Colour at full resolution (WebP has none).
            trial: Only its pixels matter, not its size: JPEG leaves out what makes it smaller alone.
        """
        image = Image.fromarray(pixels)
        try:
            return self._saved(image, quality=quality, full_chroma=full_chroma, trial=trial)
        except OSError:
            if self.format != "jpeg" or trial:
                raise
            # Pillow has a byte or two a pixel for what is made smaller; noise in full colour takes more.
            return self._saved(image, quality=quality, full_chroma=full_chroma, trial=True)

    def _saved(self, image: Image.Image, *, quality: int, full_chroma: bool, trial: bool) -> bytes:
        out = BytesIO()
        image.save(out, quality=quality, **self._options(full_chroma=full_chroma, trial=trial))
        return out.getvalue()

    def _options(self, *, full_chroma: bool, trial: bool) -> dict[str, Any]:
        subsampling = "4:4:4" if full_chroma else "4:2:0"
        if self.format == "jpeg":
            smaller = {} if trial else {"progressive": True, "optimize": True}
            return {"format": "JPEG", "subsampling": subsampling, **smaller}
        if self.format == "webp":
            return {"format": "WEBP", "method": WEBP_METHOD}
        return {
            "format": "AVIF",
            "speed": AVIF_SPEED,
            "subsampling": subsampling,
            "max_threads": 1,  # the bytes depend on it
            "advanced": EXACT_ALPHA,
        }


ENCODERS: dict[WebFormat, Encoder] = {
    "jpeg": Encoder("jpeg", lowest=10, highest=96, start=86.0, slope=-0.045),
    "webp": Encoder("webp", lowest=5, highest=98, start=83.0, slope=-0.04),
    "avif": Encoder("avif", lowest=15, highest=94, start=69.0, slope=-0.034),
}
CONTENT_TYPES: dict[WebFormat, str] = {
    "avif": "image/avif",
    "webp": "image/webp",
    "jpeg": "image/jpeg",
    "png": "image/png",
}
EXTENSIONS: dict[WebFormat, str] = {"avif": "avif", "webp": "webp", "jpeg": "jpg", "png": "png"}


def read_back(data: bytes, to: WebFormat) -> Pixels:
    """The pixels of a file of ours: (H, W) luma of a JPEG, else (H, W, 3) or (H, W, 4) RGB."""
    if to == "avif":
        with Image.open(BytesIO(data), formats=("AVIF",)) as image:
            return np.asarray(image)
    how = cv2.IMREAD_GRAYSCALE if to == "jpeg" else cv2.IMREAD_UNCHANGED
    pixels = np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), how), np.uint8)
    if pixels.ndim == 2:  # noqa: PLR2004 - luma has no channels
        return pixels
    swap = cv2.COLOR_BGR2RGB if pixels.shape[2] == 3 else cv2.COLOR_BGRA2RGBA  # noqa: PLR2004 - channels
    return np.asarray(cv2.cvtColor(pixels, swap), np.uint8)


def without_alpha(pixels: Pixels, ground: Color) -> Pixels:
    """For JPEG: a transparent image laid on a colour."""
    return np.ascontiguousarray(flatten(pixels, ground))


def write_lossless_webp(pixels: Pixels) -> bytes | None:
    """A WebP that is exact where anything is seen; None for what has more than 256 colours."""
    if find_palette(pixels) is None:
        return None
    out = BytesIO()
    Image.fromarray(pixels).save(out, "WEBP", lossless=True, quality=LOSSLESS_WEBP_EFFORT, method=WEBP_METHOD)
    return out.getvalue()


def write_png(pixels: Pixels, *, max_bytes: int | None) -> tuple[bytes, bool]:
    """A PNG, and whether it is exact: over `max_bytes` its colours are reduced to 256, where that helps."""
    exact = encode_png(pixels, compact=True)
    if max_bytes is None or len(exact) <= max_bytes:
        return exact, True
    few = Image.fromarray(pixels).quantize(REDUCED_COLORS, method=Image.Quantize.FASTOCTREE)
    reduced = encode_png(np.asarray(few.convert("RGBA" if pixels.shape[2] > 3 else "RGB")), compact=True)  # noqa: PLR2004 - channels
    return (reduced, False) if len(reduced) < len(exact) else (exact, True)
