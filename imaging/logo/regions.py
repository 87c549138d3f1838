"""Steps 2 and 3 of the cut-out: the ground that reaches the border, and what it encloses.

An enclosed region of the ground's colour is either a hole (a letter's counter) or artwork (a white star).
On a coloured ground it is taken for a hole. On white and on black, where artwork of the same colour is
common, its shape, its walls and its place are weighed (`imaging.logo.odds`). Every decision is listed with
how sure it is, so that a person can flip it.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from imaging.color import to_lab
from imaging.errors import ImagingError
from imaging.logo.banded import by_label
from imaging.logo.features import region_features
from imaging.logo.odds import fitted_judge
from imaging.logo.plates import find_plates
from imaging.logo.silhouettes import find_silhouettes
from imaging.types import Color, Mask, Pixels

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int32]
Enclosed = Literal["auto", "keep", "clear"]

MOST_JUDGED = 256
"""Regions beyond the largest 256 follow the others' mean: such an image is texture, and time is bounded."""
COLORED_CONFIDENCE = 0.97
"""How often an enclosed region of a coloured ground is a hole: 121 of 121 in 60 logos on green,
which is 0.975 at least, at 95 % (rule of three)."""
_JUDGED_SIDE_PX = 512
"""Regions are judged on a copy of about this side, taken without blending, as the judge was fitted on."""
_LEAST_JUDGED_PX = 4
"""Regions that have fewer pixels there follow the others."""
_BLACK_L, _WHITE_L, _GREY_CHROMA, _COLORFUL = 12.0, 92.0, 8.0, 25.0
"""CIE Lab limits of the grounds that count as black, as white, and as colourful."""


class UnknownRegionError(ImagingError):
    """A decision was to be flipped on an enclosed region that is not there."""


@dataclass(frozen=True, slots=True)
class Region:
    """One enclosed region of the ground's colour, and what was decided on it."""

    bbox: tuple[int, int, int, int]
    """x0, y0, x1, y1 in pixels, the last two exclusive."""
    area_px: int
    cleared: bool
    confidence: float
    """How often such a decision is right, 0-1; 1 where it was asked for. Below 0.5 it was kept to be safe."""
    reason: str


@dataclass(frozen=True, slots=True)
class Ground:
    """The ground's colour, split into what reaches the border and what does not."""

    labels: Labels
    """(H, W): connected regions, 0 for artwork."""
    boxes: Labels
    """(N, 5): x, y, width, height, area of each."""
    outside: npt.NDArray[np.bool_]
    """(N,): the region reaches the border."""

    def outer(self) -> Mask:
        """(H, W) uint8, 1 on the ground that reaches the border."""
        return by_label(self.outside.astype(np.uint8), self.labels)

    def inside(self, *, min_area_px: int) -> list[int]:
        """Labels of the enclosed regions, largest first."""
        area = self.boxes[:, cv2.CC_STAT_AREA]
        found = [i for i in range(1, len(area)) if not self.outside[i] and area[i] >= min_area_px]
        return sorted(found, key=lambda label: -int(area[label]))


def split_ground(like_ground: Mask) -> Ground:
    """Label the ground's colour: (H, W) uint8, 1 where the pixel has it."""
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(like_ground, connectivity=4)
    outside = np.zeros(count, np.bool_)
    outside[np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])] = True
    outside[0] = False
    return Ground(np.asarray(labels, np.int32), np.asarray(boxes, np.int32), outside)


def clear_ground(
    rgb: Pixels,
    like_ground: Mask,
    *,
    ground: Color,
    enclosed: Enclosed,
    min_area_px: int,
    flip: Collection[int] = (),
) -> tuple[Mask, tuple[Region, ...]]:
    """Which pixels of the ground's colour to clear: those that reach the border, and the holes.

    Args:
        rgb: (H, W, 3) uint8.
        like_ground: (H, W) uint8, 1 where the pixel has the ground's colour.
        ground: the ground's colour.
        enclosed: `clear` or `keep` every enclosed region, or decide each (`auto`).
        min_area_px: smaller regions are not listed, and left alone unless every region goes and the ground is
            so colourful that no blend of two artwork colours passes for it.
        flip: places in the list of regions where a person decided the other way.

    Raises:
        UnknownRegionError: `flip` names a region that is not there.

    Returns:
        (H, W) uint8, 1 where cleared; and the enclosed regions, largest first.
    """
    split = split_ground(like_ground)
    clear = split.outside.astype(np.uint8)
    decide_each = enclosed == "auto" and artwork_may_share(ground)
    if enclosed != "keep" and not decide_each and _chroma(ground) > _COLORFUL:
        clear[split.boxes[:, cv2.CC_STAT_AREA] < min_area_px] = 1
        clear[0] = 0
    inside = split.inside(min_area_px=min_area_px)
    if decide_each and inside:
        regions = judge(rgb, like_ground, split, inside=inside, ground=ground)
    else:
        reason = "asked for" if enclosed != "auto" else "coloured ground"
        sure = 1.0 if enclosed != "auto" else COLORED_CONFIDENCE
        regions = [_region(split, i, cleared=enclosed != "keep", sure=sure, reason=reason) for i in inside]
    regions = _flipped(regions, flip)
    clear[inside] = [region.cleared for region in regions]
    return by_label(clear, split.labels), tuple(regions)


def check_flips(flip: Collection[int], count: int) -> None:
    """Raise `UnknownRegionError` where a decision is to be flipped that is not among `count`."""
    for at in sorted(flip):
        if not 0 <= at < count:
            raise UnknownRegionError(f"There is no enclosed region {at}; there are {count}.")


def _flipped(regions: list[Region], flip: Collection[int]) -> list[Region]:
    check_flips(flip, len(regions))
    return [
        replace(region, cleared=not region.cleared, confidence=1.0, reason="flipped")
        if at in flip
        else region
        for at, region in enumerate(regions)
    ]


def judge(rgb: Pixels, like_ground: Mask, split: Ground, *, inside: list[int], ground: Color) -> list[Region]:
    """Decide on each of the enclosed regions `inside`, which come largest first."""
    outer = split.outer()
    step = max(1, round(max(cv2.boundingRect(1 - outer)[2:]) / _JUDGED_SIDE_PX))
    few = (slice(None, None, step), slice(None, None, step))
    labels: Labels = np.ascontiguousarray(split.labels[few])
    ground_small: Mask = np.ascontiguousarray(like_ground[few])
    outer_small: Mask = np.ascontiguousarray(outer[few])
    boxes = _shrunk_boxes(split.boxes, labels, step)
    judged = [i for i in inside if boxes[i, cv2.CC_STAT_AREA] >= _LEAST_JUDGED_PX][:MOST_JUDGED]
    if not judged:
        return [_region(split, i, cleared=False, sure=0.5, reason="too small to tell") for i in inside]
    rows, groups = region_features(
        labels,
        boxes,
        inside=judged,
        plates=find_plates(np.ascontiguousarray(rgb[few]), ground_small, outer_small),
        silhouettes=find_silhouettes(outer_small),
        ground=ground,
    )
    dark = float(to_lab(ground)[0]) < _BLACK_L
    odds = fitted_judge().holes(rows, groups, dark=dark)
    sure = fitted_judge().confidence(odds, dark=dark)
    found = dict(zip(judged, zip((odds > 0).tolist(), sure.tolist(), strict=True), strict=True))
    rest = (bool(odds.mean() > 0), 0.5)
    return [
        _region(split, i, cleared=hole, sure=share, reason=_LOOKS[hole])
        for i in inside
        for hole, share in (found.get(i, rest),)
    ]


def _shrunk_boxes(boxes: Labels, labels: Labels, step: int) -> Labels:
    """The statistics of regions of which only every `step`-th pixel is left."""
    if step == 1:
        return boxes
    first = -(-boxes[:, :2] // step)
    last = (boxes[:, :2] + boxes[:, 2:4] - 1) // step
    area = np.bincount(labels.reshape(-1), minlength=len(boxes))
    return np.column_stack([first, last - first + 1, area]).astype(np.int32)


def artwork_may_share(ground: Color) -> bool:
    """Whether the ground is so near to white or black that artwork commonly has the same colour."""
    light = float(to_lab(ground)[0])
    return light < _BLACK_L or (light > _WHITE_L and _chroma(ground) < _GREY_CHROMA)


def _chroma(color: Color) -> float:
    return float(np.hypot(*to_lab(color)[1:]))


_LOOKS = {True: "looks like a hole", False: "looks like artwork"}


def _region(split: Ground, label: int, *, cleared: bool, sure: float, reason: str) -> Region:
    x, y, width, height, area = (int(value) for value in split.boxes[label])
    return Region(
        (x, y, x + width, y + height), area, cleared=cleared, confidence=round(sure, 3), reason=reason
    )
