"""Pictures for the benchmarks, made from the repository's own examples."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from configs.settings import REPOSITORY
from imaging.types import Pixels

EXAMPLES = REPOSITORY / "examples"
EMBLEM = EXAMPLES / "logos" / "emblem.png"
PHOTO = EXAMPLES / "photos" / "astronaut.jpg"


def square(path: Path, side: int) -> Pixels:
    """A picture's central square, (side, side, 3) uint8, on white where it is transparent."""
    with Image.open(path) as image:
        shorter = min(image.size)
        left, top = (image.width - shorter) // 2, (image.height - shorter) // 2
        rgba = image.convert("RGBA").crop((left, top, left + shorter, top + shorter))
        ground = Image.new("RGBA", rgba.size, "white")
        rgb = Image.alpha_composite(ground, rgba).convert("RGB")
        return np.asarray(rgb.resize((side, side), Image.Resampling.LANCZOS))


def encoded(pixels: Pixels, kind: str = "PNG", *, serial: int | None = None) -> bytes:
    """The file of an image.

    Args:
        pixels: (H, W, 3) uint8.
        kind: `PNG` or `JPEG`.
        serial: Written into the first pixels, so that no two files are equal and nothing can be remembered.
    """
    if serial is not None:
        pixels = pixels.copy()
        pixels[0, 0] = np.frombuffer(serial.to_bytes(3, "big"), np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind, quality=90, compress_level=1)
    return out.getvalue()
