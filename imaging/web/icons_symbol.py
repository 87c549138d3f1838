"""The largest symbol of a logo: the part that is no lettering and stands for the whole in a small icon."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from imaging.logo.trim import trim
from imaging.oklab import oklab_of_light
from imaging.types import Pixels
from imaging.web.icons_light import to_light, within

WORK_PX = 256
"""Longer side at which parts are told apart."""
_JOINED = 0.012
"""Gap, as a share of the longer side, under which parts are one."""
_LONGEST = 1.8
"""Longer over shorter side of a symbol; what is longer is a word or a line."""
_LEAST_INK = 0.25
"""Of all that shows, what a symbol covers at least."""
_LARGER = 1.4
"""How many times the next part's box the symbol's box has, where its colours are the same."""
_AS_TALL = 0.5
"""Of the tallest piece, what another has that may be a letter of the same word."""
_OTHER_COLOR = 0.16
"""OKLab distance from which the symbol's mean colour is another than that of the rest."""
_HALF = 128


def largest_symbol(pixels: Pixels) -> Pixels | None:
    """The trimmed part of a (H, W, 4) logo that is its symbol; None where none stands apart from the rest."""
    small = within(pixels, longest_px=WORK_PX)
    parts = _parts(small[..., 3])
    count = int(parts.max())
    if count < 2:  # noqa: PLR2004 - a symbol and something else
        return None
    ink = np.bincount(parts.reshape(-1), weights=small[..., 3].reshape(-1), minlength=count + 1)[1:]
    boxes = [cv2.boundingRect((parts == index + 1).astype(np.uint8)) for index in range(count)]
    areas = np.array([box[2] * box[3] for box in boxes], float)
    order = np.argsort(-areas, kind="stable")
    first = int(order[0])
    apart = [index for index in order[1:] if not _within(boxes[index], boxes[first])]
    if not apart:
        return None
    for index in set(range(count)) - {first, *apart}:  # what lies in it belongs to it
        parts[parts == index + 1] = first + 1
        ink[first] += ink[index]
    width, height = boxes[first][2:]
    if max(width, height) > _LONGEST * min(width, height) or ink[first] < _LEAST_INK * ink.sum():
        return None
    if _is_lettering((parts == first + 1) & (small[..., 3] >= _HALF)):
        return None
    alone = areas[first] >= _LARGER * areas[apart[0]]
    if not alone and not _is_colored_otherwise(small, parts == first + 1):
        return None
    return _only(pixels, parts == first + 1)


def _within(inner: Sequence[int], outer: Sequence[int]) -> bool:
    """Whether a box (x, y, width, height) has its middle in another."""
    x, y = inner[0] + inner[2] / 2, inner[1] + inner[3] / 2
    return outer[0] <= x <= outer[0] + outer[2] and outer[1] <= y <= outer[1] + outer[3]


def _parts(alpha: npt.NDArray[np.uint8]) -> npt.NDArray[np.int32]:
    """(H, W) numbers from 1 of connected parts, near ones joined; 0 where nothing shows."""
    solid = (alpha >= _HALF).astype(np.uint8)
    reach = max(1, round(_JOINED * max(alpha.shape)))
    joined = cv2.morphologyEx(
        np.pad(solid, reach), cv2.MORPH_CLOSE, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    )[reach:-reach, reach:-reach]
    _, labels = cv2.connectedComponents(joined, connectivity=8)
    return np.asarray(labels * (solid > 0), np.int32)


def _is_lettering(part: npt.NDArray[np.bool_]) -> bool:
    """Whether it is of several pieces of its own height, side by side."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(part.astype(np.uint8), connectivity=8)
    tallest = int(stats[1:, cv2.CC_STAT_HEIGHT].max())
    tall = stats[1:][stats[1:, cv2.CC_STAT_HEIGHT] >= _AS_TALL * tallest]
    tall = tall[np.argsort(tall[:, cv2.CC_STAT_LEFT], kind="stable")]
    ends = tall[:, cv2.CC_STAT_LEFT] + tall[:, cv2.CC_STAT_WIDTH]
    return bool((tall[1:, cv2.CC_STAT_LEFT] >= np.maximum.accumulate(ends)[:-1]).any())


def _is_colored_otherwise(small: Pixels, part: npt.NDArray[np.bool_]) -> bool:
    light = to_light(small)
    means = []
    for where in (part, ~part):
        total = light[where].sum(axis=0)
        means.append(oklab_of_light(total[:3] / max(float(total[3]), 1e-6)))
    return float(np.linalg.norm(means[0] - means[1])) >= _OTHER_COLOR


def _only(pixels: Pixels, part: npt.NDArray[np.bool_]) -> Pixels:
    """The logo with nothing but one part, found at a smaller size."""
    height, width = pixels.shape[:2]
    near = cv2.dilate(part.astype(np.uint8), np.ones((3, 3), np.uint8))
    mask = cv2.resize(near, (width, height), interpolation=cv2.INTER_NEAREST)
    alone = pixels.copy()
    alone[mask == 0] = 0
    return trim(alone)
