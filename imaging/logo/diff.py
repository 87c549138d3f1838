"""A picture of a logo before and after, for a person to judge.

Left the input, right the result, at one scale on a checkerboard; below, the place that changed most, larger.
"""

import cv2
import numpy as np
import numpy.typing as npt

from imaging.errors import ImageDimensionsError
from imaging.logo.trim import VISIBLE_ALPHA, bounding_box
from imaging.types import Pixels

Floats = npt.NDArray[np.float32]

_LIGHT, _DARK = 232, 208
"""The checkerboard's greys: light artwork and dark both stand out from it."""
_RULE = 120
"""The dividers' grey."""
_DETAIL_SHARE, _DETAIL_ASPECT = 0.24, 2.0
"""The enlarged place is this share of a panel's width wide, and this many times as wide as high."""
_GROUND_WEIGHT = np.float32(0.1)
"""That the ground is gone is plain to see: a change of the artwork counts ten times as much."""
_RGB = 3
_MIN_PX = 64


def before_after(
    before: Pixels, after: Pixels, *, max_px: int = 2048, box: tuple[int, int, int, int] | None = None
) -> Pixels:
    """Draw both side by side, and below them the place that changed most.

    Args:
        before: (H, W, 3) or (H, W, 4), uint8.
        after: the same; it may have another size and is shown as large as `before`.
        max_px: longest side of the picture, at least 64.
        box: where the artwork lies in `before` (x0, y0, x1, y1 in pixels, the last two exclusive), for a
            result that was trimmed; then only this is shown, beside what shows of `after`, at one scale.

    Returns:
        (h, w, 3) RGB.

    Raises:
        ImageDimensionsError: an image has no pixels, or the picture would be too small.
    """
    if not before.size or not after.size or max_px < _MIN_PX:
        raise ImageDimensionsError("Both pictures need pixels, and the comparison 64 of them a side.")
    if box is not None:
        before, after = _artwork(before, box), _artwork(after, _shown(after))
    gap = max(2, max_px // 256)
    size = _panel(before.shape, after.shape, max_px=max_px, gap=gap)
    fitted = [_fit(picture, size) for picture in (before, after)]
    panels = [_on_board(picture) for picture in fitted]
    window = _busiest(*panels, weight=np.where(fitted[1][..., 3] > 0, np.float32(1), _GROUND_WEIGHT))
    details = [_on_board(_enlarge(picture, window, size=size)) for picture in (before, after)]
    top = _beside(*panels, gap=gap)
    return np.vstack([top, np.full((gap, top.shape[1], 3), _RULE, np.uint8), _beside(*details, gap=gap)])


def _shown(picture: Pixels) -> tuple[int, int, int, int]:
    """The box of what shows; all of it where nothing does, or where there is no alpha."""
    if picture.shape[2] > _RGB and (picture[..., _RGB] >= VISIBLE_ALPHA).any():
        return bounding_box(picture[..., _RGB])
    return 0, 0, picture.shape[1], picture.shape[0]


def _artwork(picture: Pixels, box: tuple[int, int, int, int]) -> Pixels:
    """The part of a picture within a box; all of it where they do not meet."""
    x0, y0, x1, y1 = (max(0, side) for side in box)
    part = picture[y0:y1, x0:x1]
    return part if part.size else picture


def _panel(before: tuple[int, ...], after: tuple[int, ...], *, max_px: int, gap: int) -> tuple[int, int]:
    """Width and height of one panel: the larger picture's shape, as large as fits with the detail below."""
    height, width = max(before, after, key=lambda shape: shape[0] * shape[1])[:2]
    scale = min((max_px - gap) / (2 * width), (max_px - gap) / (height + width / _DETAIL_ASPECT))
    return max(8, int(scale * width)), max(8, int(scale * height))


def _fit(picture: Pixels, size: tuple[int, int]) -> Floats:
    """Premultiplied RGBA, (h, w, 4) float32 0-255, the picture whole and centred."""
    scale = min(size[0] / picture.shape[1], size[1] / picture.shape[0])
    inner = [
        min(limit, max(1, round(side * scale)))
        for limit, side in zip(size, picture.shape[1::-1], strict=True)
    ]
    left, top = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    framed = np.zeros((size[1], size[0], 4), np.float32)
    framed[top : top + inner[1], left : left + inner[0]] = _scaled(picture, (inner[0], inner[1]))
    return framed


def _scaled(picture: Pixels, size: tuple[int, int]) -> Floats:
    """Premultiplied RGBA of a size: averaged down, or enlarged so that its pixels can be seen as they are."""
    height, width = picture.shape[:2]
    alpha = picture[..., 3:] if picture.shape[2] > _RGB else np.full((height, width, 1), 255, np.uint8)
    rgba = np.ascontiguousarray(np.concatenate([picture[..., :_RGB], alpha], axis=2))
    solid = cv2.cvtColor(rgba, cv2.COLOR_RGBA2mRGBA)
    way = cv2.INTER_AREA if size[0] < width else cv2.INTER_NEAREST
    return np.asarray(cv2.resize(solid, size, interpolation=way), np.float32).reshape(size[1], size[0], 4)


def _on_board(picture: Floats) -> Pixels:
    height, width = picture.shape[:2]
    square = max(4, max(height, width) // 48)
    rows, cols = np.arange(height)[:, None] // square, np.arange(width)[None] // square
    board = np.where((rows + cols) % 2, _DARK, _LIGHT)[..., None]
    mixed = picture[..., :3] + board * (1 - picture[..., 3:] / 255)
    return np.rint(mixed).clip(0, 255).astype(np.uint8)


def _busiest(before: Pixels, after: Pixels, *, weight: Floats) -> tuple[int, int, int, int]:
    """The window, x, y, width, height, over which the two differ most; the middle where they do not."""
    height, width = before.shape[:2]
    wide = min(width, max(8, int(_DETAIL_SHARE * width)))
    high = min(height, max(4, int(wide / _DETAIL_ASPECT)))
    change = cv2.absdiff(before, after).astype(np.float32).sum(axis=2) * weight
    sums = cv2.boxFilter(change, cv2.CV_32F, (wide, high), normalize=False, borderType=cv2.BORDER_CONSTANT)
    y, x = np.unravel_index(int(sums.argmax()), sums.shape) if change.any() else (height // 2, width // 2)
    return (
        min(max(0, int(x) - wide // 2), width - wide),
        min(max(0, int(y) - high // 2), height - high),
        wide,
        high,
    )


def _enlarge(picture: Pixels, window: tuple[int, int, int, int], *, size: tuple[int, int]) -> Floats:
    """What a panel shows in a window, from the picture's own pixels, as wide as the panel."""
    x, y, wide, high = window
    height, width = picture.shape[:2]
    scale = min(size[0] / width, size[1] / height)
    left, top = (size[0] - width * scale) / 2, (size[1] - height * scale) / 2
    to = (size[0], max(1, size[0] * high // wide))
    rows = slice(max(0, round((y - top) / scale)), max(0, round((y + high - top) / scale)))
    cols = slice(max(0, round((x - left) / scale)), max(0, round((x + wide - left) / scale)))
    part = picture[rows, cols]
    return _scaled(part if part.size else picture[:1, :1], to)


def _beside(left: Pixels, right: Pixels, *, gap: int) -> Pixels:
    return np.hstack([left, np.full((left.shape[0], gap, 3), _RULE, np.uint8), right])
