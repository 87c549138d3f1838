"""What is done to a tile before and after a network enlarges it.

Networks shift flat colours by up to 14 levels, overshoot beside edges, know no alpha, and can fail. So
the colour that areas have is put back, overshoot is bounded by what the source has there, alpha goes its own
way, gray stays gray, and a result that does not shrink back to its source is refused.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.bands import resample
from imaging.enlarge_alpha import enlarge_alpha
from imaging.resize import fill_under_transparency, is_opaque
from imaging.types import Color, Pixels

DRIFT_WINDOW_PX = 5
"""Side of the median window, in source pixels: wide enough to ignore edges, narrow enough to follow areas."""
FLAT_LEVELS = 2
"""Contrast of 3x3 pixels that are flat: a drawing, even resampled, is flat near its edges, a JPEG is not."""
CLEAN_REACH_PX = 3
"""How far from flat pixels an edge is still a drawing's."""
OVERSHOOT_FLOOR = 6
"""Levels that a result may always leave the range of its source's neighbourhood by."""
MAX_DRIFT = 24.0
"""Levels of mean drift over which a result is not the image. Seen with sound networks: 1 to 4 on photos and
logos, 8 on noise, 66 where a network gives up (a checkerboard of single pixels)."""
MAX_UNEXPLAINED = 0.5
"""Largest share of the source's variance that the error may reach: a constant result has 1."""
ERROR_FLOOR = 36.0
"""Squared levels of error (33 dB) that may be noise taken away, whatever the variance."""


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What tiles must know of the image that they are cut from."""

    opaque: bool
    gray: bool
    """Every pixel has red, green and blue alike."""
    fill: Color
    """Mean of the seen colours: what lies far under transparency."""


def source_facts(pixels: Pixels) -> SourceFacts:
    """Look at an image, (H, W, 3|4) uint8."""
    every = max(1, max(pixels.shape[:2]) // 512)
    sample = pixels[::every, ::every].astype(np.float64)
    weight = sample[..., 3] if pixels.shape[2] == 4 else np.ones(sample.shape[:2])  # noqa: PLR2004 - channels
    mean = (sample[..., :3] * weight[..., None]).sum(axis=(0, 1)) / max(float(weight.sum()), 1e-6)
    red, green, blue = (round(float(value)) for value in mean)
    return SourceFacts(opaque=is_opaque(pixels), gray=is_gray(pixels), fill=(red, green, blue))


def is_gray(pixels: Pixels) -> bool:
    """Whether red, green and blue are alike everywhere; looks band by band, up to the first colour."""
    for top in range(0, pixels.shape[0], 256):
        band = pixels[top : top + 256]
        if not ((band[..., 0] == band[..., 1]).all() and (band[..., 1] == band[..., 2]).all()):
            return False
    return True


def color_of_tile(tile: Pixels, *, facts: SourceFacts) -> Pixels:
    """What the network is to see of a tile.

    Args:
        tile: (h, w, 3|4) uint8, straight alpha.
        facts: Of the whole image.

    Returns:
        (h, w, 3) uint8; under transparency, the seen colours go on.
    """
    color = tile[..., :3]
    if not facts.opaque and not is_opaque(tile):
        color = fill_under_transparency(tile, beyond=facts.fill)
    return np.ascontiguousarray(color)


def is_flat(color: Pixels) -> bool:
    """Whether one colour is all there is, so that no network is needed to enlarge it."""
    return bool((color == color[0, 0]).all())


def finish_tile(
    tile: Pixels, color: Pixels, network: Pixels | None, *, facts: SourceFacts, scale: int
) -> tuple[Pixels, bool]:
    """An enlarged tile out of the source's tile and what the network made of its colour.

    Args:
        tile: (h, w, 3|4) uint8, straight alpha.
        color: `color_of_tile` of it.
        network: (h * scale, w * scale, 3) uint8, or None where the network was not asked or failed.
        facts: Of the whole image.
        scale: The network's.

    Returns:
        (h * scale, w * scale, C) uint8 with the tile's channels, and whether it is as good as it can be: a
        tile that the network failed on is resampled.
    """
    large, sound = _enlarged_color(color, network, scale=scale)
    if facts.gray:
        large = cv2.cvtColor(cv2.cvtColor(large, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB).astype(np.uint8)
    if tile.shape[2] == 3:  # noqa: PLR2004 - channels
        return large, sound
    height, width = large.shape[:2]
    result: Pixels = np.empty((height, width, 4), np.uint8)
    result[..., :3] = large
    alpha = np.ascontiguousarray(tile[..., 3])
    result[..., 3] = 255 if facts.opaque else enlarge_alpha(alpha, width_px=width, height_px=height)
    return result, sound


def _enlarged_color(color: Pixels, network: Pixels | None, *, scale: int) -> tuple[Pixels, bool]:
    height, width = color.shape[0] * scale, color.shape[1] * scale
    if is_flat(color):
        return np.broadcast_to(color[0, 0], (height, width, 3)).copy(), True
    if network is not None:
        small = shrunk(network, like=color)
        error = area_error(color, small)
        if is_sound(color, small, error=error):
            return bounded(color, restored(network, error=error)), True
    return resample(color, width_px=width, height_px=height), False


def shrunk(enlarged: Pixels, *, like: Pixels) -> Pixels:
    """An enlargement in the size of its source, by area averages: (h, w, 3) uint8."""
    size = (like.shape[1], like.shape[0])
    return cv2.resize(enlarged, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def area_error(source: Pixels, small: Pixels) -> Pixels:
    """What an enlargement lacks of its source's colour, plus 128: (h, w, 3) uint8.

    The median over a window, so that areas count and grain does not. In clean drawings, where flat colour
    reaches up to the edges, every pixel counts: there is no grain that could come back.

    Args:
        source: (h, w, 3) uint8.
        small: The enlargement, `shrunk`.
    """
    lost = np.clip(source.astype(np.int16) - small + 128, 0, 255).astype(np.uint8)
    median = cv2.medianBlur(lost, DRIFT_WINDOW_PX)
    error: Pixels = np.where(_clean(source)[..., None], lost, median).astype(np.uint8, copy=False)
    return error


def _clean(source: Pixels) -> npt.NDArray[np.bool_]:
    """Where flat colour is near: (h, w)."""
    around = np.ones((3, 3), np.uint8)
    contrast = cv2.subtract(cv2.dilate(source, around), cv2.erode(source, around)).max(axis=2)
    flat = (contrast <= FLAT_LEVELS).astype(np.uint8)
    reach = 2 * CLEAN_REACH_PX + 1
    clean: npt.NDArray[np.bool_] = cv2.dilate(flat, np.ones((reach, reach), np.uint8)) > 0
    return clean


def is_sound(source: Pixels, small: Pixels, *, error: Pixels) -> bool:
    """Whether an enlargement, shrunk back, is still its source rather than black, blank, shifted or mush.

    Args:
        source: (h, w, 3) uint8.
        small: The enlargement, `shrunk`.
        error: `area_error` of the two.
    """
    squared = cv2.norm(small, source, cv2.NORM_L2SQR) / source.size
    _, deviation = cv2.meanStdDev(source)
    variance = float(np.mean(np.square(deviation)))
    drift = cv2.norm(error, np.full_like(error, 128), cv2.NORM_L1) / error.size
    return squared <= MAX_UNEXPLAINED * variance + ERROR_FLOOR and drift <= MAX_DRIFT


def restored(enlarged: Pixels, *, error: Pixels) -> Pixels:
    """The enlargement with the colour of each area put back to what the source has there.

    One back-projection (Irani and Peleg, 1991): on an emblem with stripes of little contrast 33.5 dB become
    38.3 (35.0 with the median everywhere); with JPEG's grain about it, 31.5 become 32.6 and no grain returns.

    Args:
        enlarged: (H, W, 3) uint8.
        error: `area_error` of it.
    """
    size = (enlarged.shape[1], enlarged.shape[0])
    large = cv2.resize(error, size, interpolation=cv2.INTER_LINEAR)
    return cv2.addWeighted(enlarged, 1, large, 1, -128).astype(np.uint8, copy=False)


def bounded(source: Pixels, enlarged: Pixels) -> Pixels:
    """The enlargement without overshoot: pixels within the source's range around them, and its width again.

    Args:
        source: (h, w, 3) uint8.
        enlarged: (H, W, 3) uint8.
    """
    around = np.ones((3, 3), np.uint8)
    low, high = cv2.erode(source, around), cv2.dilate(source, around)
    room = cv2.add(cv2.subtract(high, low), np.full_like(low, OVERSHOOT_FLOOR))
    size = (enlarged.shape[1], enlarged.shape[0])
    least = cv2.resize(cv2.subtract(low, room), size, interpolation=cv2.INTER_NEAREST)
    most = cv2.resize(cv2.add(high, room), size, interpolation=cv2.INTER_NEAREST)
    return cv2.max(cv2.min(enlarged, most), least).astype(np.uint8, copy=False)
