"""Cutting a logo off its ground: the steps, in order."""

from collections.abc import Collection
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.errors import NoForegroundError
from imaging.logo.certainty import confidence
from imaging.logo.decontaminate import bleed
from imaging.logo.ground import (
    UNIFORM_SHARE,
    NoUniformGroundError,
    estimate_ground,
    ground_distance,
    ringing,
)
from imaging.logo.lossy import unmix_lossy
from imaging.logo.lost_edge import lost_edge
from imaging.logo.regions import Enclosed, Region, check_flips, clear_ground
from imaging.logo.specks import clear_crumbs, fill_specks
from imaging.logo.trim import bounding_box
from imaging.logo.unmix import unmix
from imaging.types import Color, Mask, Pixels

LOSSY = 1.0
"""Level of compression noise from which a picture is not clean, in sRGB levels."""
_LIKE_GROUND = 4.0
"""sRGB distance within which a clean pixel is the ground; compression noise widens it."""


RGB_CHANNELS = 3
WHOLE = 255
HALF_CLEAR = 128
"""Alpha under which a pixel counts as clear where it must be one or the other."""


@dataclass(frozen=True, slots=True)
class Cutout:
    """A logo off its ground."""

    pixels: Pixels
    """(H, W, 4) RGBA of the input's size, straight alpha, edge colours clean of the ground."""
    ground: Color | None
    """The colour that was removed; None when the input was transparent already and was taken as it is."""
    holes: int
    """Enclosed regions through which the ground shows."""
    regions: tuple[Region, ...]
    """Every enclosed region of the ground's colour with the decision on it, largest first."""
    confidence: float
    """Expected share of the logo decided right, 0-1 (`imaging.logo.certainty`); 1 for own transparency."""
    coverage: float
    """Sum of alpha over the image's area, 0-1."""
    bbox: tuple[int, int, int, int]
    """x0, y0, x1, y1 of what shows, in pixels, the last two exclusive."""
    noise: float = 0.0
    """How far lossy compression strews colours, in sRGB levels; 0 for clean artwork and own transparency."""
    lost_edge: float = 0.0
    """Share of the edge where the artwork fades into the ground and the cut is a guess, 0-1."""


def key_logo(image: Pixels, *, enclosed: Enclosed = "auto", flip: Collection[int] = ()) -> Cutout:
    """Cut a logo off its uniform ground, or take its own transparency when it has one.

    Args:
        image: (H, W, 3) RGB or (H, W, 4) RGBA, uint8.
        enclosed: what becomes of enclosed regions of the ground's colour; see `imaging.logo.regions`.
        flip: places in `regions` of an earlier answer where the decision is to be the other one.

    Raises:
        NoForegroundError: the image is blank or fully transparent.
        UnknownRegionError: `flip` names a region that is not there.
        NoUniformGroundError: the border has no main colour; a segmentation network may find the subject.
    """
    if has_transparency(image):
        check_flips(flip, 0)
        return _as_it_is(image)
    rgb = np.ascontiguousarray(image[..., :3])
    ground = estimate_ground(rgb)
    if ground.uniformity < UNIFORM_SHARE:
        raise NoUniformGroundError("The logo stands on no single colour.")
    like_ground, distance, noise = find_ground_like(rgb, ground.color)
    cleared, regions = clear_ground(
        rgb,
        like_ground,
        ground=ground.color,
        enclosed=enclosed,
        flip=flip,
        min_area_px=least_region_px(noise),
    )
    if cleared.all():
        raise NoForegroundError("The image is blank: nothing stands out from its ground.")
    if noise < LOSSY:
        color, alpha = unmix(rgb, cleared, distance=distance, ground=ground.color)
    else:
        color, alpha = unmix_lossy(rgb, cleared, ground=ground.color, noise=noise)
    alpha = clear_crumbs(alpha, distance=distance, noise=noise)
    lost = lost_edge(alpha, distance=distance, noise=noise)
    del distance, cleared, like_ground  # 6 bytes a pixel
    pixels = bleed(color, alpha)
    return Cutout(
        pixels,
        ground.color,
        holes=sum(region.cleared for region in regions),
        regions=regions,
        confidence=confidence(alpha, regions, uniformity=ground.uniformity),
        coverage=float(alpha.mean() / WHOLE),
        bbox=bounding_box(alpha),
        noise=noise,
        lost_edge=lost,
    )


def find_ground_like(rgb: Pixels, ground: Color) -> tuple[Mask, npt.NDArray[np.float32], float]:
    """Where the picture has the ground's colour.

    Args:
        rgb: (H, W, 3) uint8.
        ground: the ground's colour.

    Returns:
        (H, W) uint8, 1 where it does; (H, W) distance from the ground; and the level of compression noise, 0
        when clean. The last two in sRGB levels.
    """
    distance = ground_distance(rgb, ground)
    noise = ringing(distance)
    alike = (distance <= _LIKE_GROUND + noise).astype(np.uint8)
    return fill_specks(alike, distance=distance, noise=noise), distance, noise


def least_region_px(noise: float) -> int:
    """Area under which an enclosed region is not listed, in pixels."""
    return 4 if noise < LOSSY else 8


def has_transparency(image: Pixels) -> bool:
    """Whether the image brings an alpha channel that already clears something."""
    return image.shape[2] > RGB_CHANNELS and bool((image[..., RGB_CHANNELS] < HALF_CLEAR).any())


def _as_it_is(image: Pixels) -> Cutout:
    alpha = image[..., 3]
    box = bounding_box(alpha)
    holes = count_holes(alpha)
    return Cutout(
        image,
        None,
        holes,
        (),
        confidence=1.0,
        coverage=float(alpha.mean() / WHOLE),
        bbox=box,
    )


def count_holes(alpha: Mask, *, min_area_px: int = 4) -> int:
    """Clear regions, at least `min_area_px` large, that do not reach the image's border."""
    clear = (alpha < HALF_CLEAR).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        np.pad(clear, 1, constant_values=1), connectivity=4
    )
    outside = labels[0, 0]
    area = stats[:, cv2.CC_STAT_AREA]
    return sum(1 for i in range(1, count) if i != outside and area[i] >= min_area_px)
