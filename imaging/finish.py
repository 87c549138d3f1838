"""The last steps of a cut-out: crop to the subject, size, a colour or a picture behind it, or the matte."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from imaging.blend import SOLID, mix, strips
from imaging.codec.decode import decode
from imaging.codec.encode import flatten
from imaging.codec.header import DecodeLimits, probe
from imaging.errors import ImagingError
from imaging.logo.trim import trim
from imaging.resize import resize_exact
from imaging.types import Color, Pixels

_RGB = 3


@dataclass(frozen=True, slots=True)
class Backdrop:
    """A picture to lay a cut-out on.

    It travels as the file it came as, which is smaller than its pixels, and is opened where it is laid under.
    """

    data: bytes
    limits: DecodeLimits

    def check(self) -> None:
        """Look at the header alone; raises the errors of `imaging.codec.header.probe`."""
        with _naming_the_backdrop():
            probe(self.data, limits=self.limits)

    def open(self) -> Pixels:
        """Decode it; raises the errors of `imaging.codec.decode`."""
        with _naming_the_backdrop():
            return decode(self.data, limits=self.limits)[0]


@contextmanager
def _naming_the_backdrop() -> Iterator[None]:
    """Say in an error's text that it is not the main image that is refused."""
    try:
        yield
    except ImagingError as error:
        raise type(error)(f"background: {error}") from error


@dataclass(frozen=True, slots=True)
class FinishOptions:
    """What is asked of the finished cut-out."""

    output: Literal["cutout", "mask"] = "cutout"
    crop: bool = False
    margin_frac: float = 0.0
    """Clear margin around the subject when cropping, as a share of the subject's longer side."""
    size_px: int | None = None
    """Longer side of the result."""
    background: Color | Backdrop | None = None
    """What lies behind the cut-out; a matte has nothing behind it."""


def finish(cutout: Pixels, *, options: FinishOptions) -> Pixels:
    """Run the asked steps, in this order: crop, size, then colour or picture behind, or the matte.

    Args:
        cutout: (H, W, 4) uint8, straight alpha.
        options: The steps.

    Raises:
        NoForegroundError: to crop, and nothing is visible.
        ImagingError: the backdrop cannot be decoded; see `imaging.codec.decode`.
    """
    if options.crop:
        cutout = trim(cutout, margin_frac=options.margin_frac)
    if options.size_px is not None:
        height, width = cutout.shape[:2]
        scale = options.size_px / max(height, width)
        cutout = resize_exact(
            cutout, width_px=max(1, round(width * scale)), height_px=max(1, round(height * scale))
        )
    if options.output == "mask":
        return cv2.merge([np.ascontiguousarray(cutout[..., 3])] * 3).astype(np.uint8, copy=False)
    if isinstance(options.background, Backdrop):
        picture = options.background.open()
        return lay_over(cutout, cover(picture, height_px=cutout.shape[0], width_px=cutout.shape[1]))
    if options.background is not None:
        return flatten(cutout, options.background)
    return cutout


def cover(picture: Pixels, *, height_px: int, width_px: int) -> Pixels:
    """The middle of a picture, scaled to fill exactly this size: CSS's `background-size: cover`.

    Args:
        picture: (H, W, 3) or (H, W, 4) uint8.
        height_px: At least 1.
        width_px: At least 1.
    """
    height, width = picture.shape[:2]
    scale = max(height_px / height, width_px / width)
    kept_h = min(height, max(1, round(height_px / scale)))
    kept_w = min(width, max(1, round(width_px / scale)))
    top, left = (height - kept_h) // 2, (width - kept_w) // 2
    middle = np.ascontiguousarray(picture[top : top + kept_h, left : left + kept_w])
    return resize_exact(middle, width_px=width_px, height_px=height_px)


def lay_over(cutout: Pixels, under: Pixels) -> Pixels:
    """Composite a cut-out over a picture of its size (Porter and Duff's "over").

    In sRGB values, not in linear light: edges were anti-aliased in sRGB and their alpha was found there, so
    only there does a cut-out laid on its own ground give the input back; browsers and design tools, and the
    plain colours here, blend the same way.

    Args:
        cutout: (H, W, 4) uint8, straight alpha.
        under: (H, W, 3) or (H, W, 4) uint8.

    Returns:
        (H, W, 3), or (H, W, 4) with straight alpha where `under` brings an alpha channel.
    """
    out: Pixels = np.empty_like(under, order="C")
    for rows in strips(*under.shape[:2]):
        out[rows] = _over(cutout[rows], under[rows])
    return out


def _over(cutout: Pixels, under: Pixels) -> Pixels:
    """`lay_over` of a strip."""
    if under.shape[2] == _RGB:
        return mix(cutout[..., :3], under, cutout[..., 3])
    over, below = (layer[..., 3].astype(np.uint32) for layer in (cutout, under))
    total = over * SOLID + below * (SOLID - over)
    share = ((over * SOLID * SOLID + total // 2) // np.maximum(total, 1)).astype(np.uint8)
    alpha = ((total + SOLID // 2) // SOLID).astype(np.uint8)
    return np.dstack([mix(cutout[..., :3], under[..., :3], share), alpha])
