"""A picture of a logo before and after, for a person to judge.

Left the input, right the result, at one scale on a checkerboard; below, the place that changed most, larger.
"""

import cv2
import numpy as np
import numpy.typing as npt

from imaging.errors import ImageDimensionsError
from imaging.types import Pixels

Floats = npt.NDArray[np.float32]

_LIGHT, _DARK = 232, 208
"""The checkerboard's greys: light artwork and dark both stand out from it."""
_RULE = 120
"""The dividers' grey."""
_DETAIL_SHARE = 0.22
"""The enlarged place is this share of the shorter side wide."""
_MIN_PX = 64


def before_after(before: Pixels, after: Pixels, *, max_px: int = 2048) -> Pixels:
    """Draw both side by side, and below them the place that changed most.

    Args:
        before: (H, W, 3) or (H, W, 4), uint8.
        after: the same; it may have another size and is shown as large as `before`.
        max_px: longest side of the picture, at least 64.

    Returns:
        (h, w, 3) RGB.

    Raises:
        ImageDimensionsError: an image has no pixels, or the picture would be too small.
    """
    if not before.size or not after.size or max_px < _MIN_PX:
        raise ImageDimensionsError("Both pictures need pixels, and the comparison 64 of them a side.")
    gap = max(2, max_px // 256)
    size = _panel(before.shape, after.shape, max_px=max_px, gap=gap)
    panels = [_on_board(_fit(picture, size)) for picture in (before, after)]
    top = _beside(*panels, gap=gap)
    details = [_enlarge(panel, _busiest(*panels), width=size[0]) for panel in panels]
    rule = np.full((gap, top.shape[1], 3), _RULE, np.uint8)
    return np.vstack([top, rule, _beside(*details, gap=gap)])


def _panel(before: tuple[int, ...], after: tuple[int, ...], *, max_px: int, gap: int) -> tuple[int, int]:
    """Width and height of one panel: the larger picture's shape, as large as fits with the detail below."""
    height, width = max(before, after, key=lambda shape: shape[0] * shape[1])[:2]
    detail = 0.5  # of the panel's width
    scale = min((max_px - gap) / (2 * width), (max_px - gap) / (height + detail * width))
    return max(8, int(scale * width)), max(8, int(scale * height))


def _fit(picture: Pixels, size: tuple[int, int]) -> Floats:
    """Premultiplied RGBA, (h, w, 4) float32 0-255, the picture whole and centred."""
    alpha = picture[..., 3:] if picture.shape[2] > 3 else np.full((*picture.shape[:2], 1), 255, np.uint8)  # noqa: PLR2004 - RGB
    scale = min(size[0] / picture.shape[1], size[1] / picture.shape[0])
    inner = (
        max(1, min(size[0], round(picture.shape[1] * scale))),
        max(1, min(size[1], round(picture.shape[0] * scale))),
    )
    rgba = cv2.cvtColor(
        np.ascontiguousarray(np.concatenate([picture[..., :3], alpha], axis=2)), cv2.COLOR_RGBA2mRGBA
    )
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST if scale >= 4 else cv2.INTER_CUBIC  # noqa: PLR2004 - pixels seen as such
    small = cv2.resize(rgba, inner, interpolation=way).astype(np.float32).reshape(inner[1], inner[0], 4)
    left, top = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    framed = np.zeros((size[1], size[0], 4), np.float32)
    framed[top : top + inner[1], left : left + inner[0]] = small
    return framed


def _on_board(picture: Floats) -> Pixels:
    height, width = picture.shape[:2]
    square = max(4, max(height, width) // 48)
    rows, cols = np.arange(height)[:, None] // square, np.arange(width)[None] // square
    board = np.where((rows + cols) % 2, _DARK, _LIGHT)[..., None]
    mixed = picture[..., :3] + board * (1 - picture[..., 3:] / 255)
    return np.rint(mixed).clip(0, 255).astype(np.uint8)


def _busiest(before: Pixels, after: Pixels) -> tuple[int, int, int, int]:
    """The window, x, y, width, height, over which the two differ most; the middle where they do not."""
    height, width = before.shape[:2]
    side = max(8, int(_DETAIL_SHARE * min(width, height)))
    wide, high = min(width, 2 * side), min(height, side)
    change = cv2.absdiff(before, after).astype(np.float32).sum(axis=2)
    sums = cv2.boxFilter(change, cv2.CV_32F, (wide, high), normalize=False, borderType=cv2.BORDER_CONSTANT)
    y, x = np.unravel_index(int(sums.argmax()), sums.shape) if change.any() else (height // 2, width // 2)
    return (
        min(max(0, int(x) - wide // 2), width - wide),
        min(max(0, int(y) - high // 2), height - high),
        wide,
        high,
    )


def _enlarge(panel: Pixels, window: tuple[int, int, int, int], *, width: int) -> Pixels:
    x, y, wide, high = window
    size = (width, max(1, width * high // wide))
    return np.asarray(
        cv2.resize(panel[y : y + high, x : x + wide], size, interpolation=cv2.INTER_NEAREST), np.uint8
    )


def _beside(left: Pixels, right: Pixels, *, gap: int) -> Pixels:
    return np.hstack([left, np.full((left.shape[0], gap, 3), _RULE, np.uint8), right])
