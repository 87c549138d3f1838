"""One decode and one chain of reductions, from which every size and format is made."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from PIL import Image

from imaging.resize import is_opaque
from imaging.types import Pixels
from imaging.web.responsive.chroma import needs_full_chroma
from imaging.web.responsive.focal import find_focal
from imaging.web.responsive.plan import Crop, Focal, WebSpec, place_crop, plan_crops
from imaging.web.responsive.preview import preview_of

LEAST_REDUCTION = 2
"""A size is made from the next larger one that has twice its sides. From a nearer one, two filters would add
their blur; from a larger one, it would take longer and look the same."""

Result = Callable[[], Image.Image]
"""Waits for an image that has been begun."""


@dataclass(frozen=True, slots=True)
class Level:
    """One size of one crop."""

    label: str
    width: int
    pixels: Pixels
    """(height, width, 3) or (height, width, 4) uint8."""


@dataclass(frozen=True, slots=True)
class PreviewFacts:
    """What is known of an image before any file of it is written."""

    thumbhash: str
    """Base64."""
    dominant_color: str
    """`#rrggbb`."""
    has_alpha: bool
    focal: Focal
    full_chroma: bool
    """Colour needs its full resolution."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """Every size of an image, and what is known of it."""

    levels: tuple[Level, ...]
    facts: PreviewFacts

    def level(self, label: str, width: int) -> Level | None:
        """The size of this crop and width."""
        return next((one for one in self.levels if (one.label, one.width) == (label, width)), None)


def enough_px(width: int, height: int, *, spec: WebSpec) -> tuple[int, int]:
    """The least size that a source may be decoded to: every side twice what is made of it."""
    most = max(size[0] / crop.box[0] for crop in plan_crops(width, height, spec=spec) for size in crop.sizes)
    share = min(1.0, LEAST_REDUCTION * most)
    return max(1, round(width * share)), max(1, round(height * share))


def make_ladder(
    pixels: Pixels, *, source_size: tuple[int, int], spec: WebSpec, pool: Executor | None = None
) -> Ladder:
    """Reduce an image to every size that is wanted of it.

    Reduction is Lanczos over three lobes of gamma-encoded values, alpha-weighted. Gamma, not linear light:
    so do browsers, editors and every tool this is compared with, and dark lines on a light ground keep their
    weight; linear light would thin them.

    Args:
        pixels: (H, W, 3) or (H, W, 4) uint8: the source, or a reduction of it with at least `enough_px`.
        source_size: The source's width and height in pixels.
        spec: What is wanted.
        pool: Threads to share the work among; not the pool that runs the caller.
    """
    if pixels.shape[2] == 4 and is_opaque(pixels):  # noqa: PLR2004 - channels
        pixels = np.ascontiguousarray(pixels[..., :3])
    focal = spec.focal or find_focal(pixels)
    crops = plan_crops(*source_size, spec=spec)
    started = [
        _start_levels(_cut(pixels, crop, source_size=source_size, focal=focal), crop, pool) for crop in crops
    ]
    thumbhash, color = preview_of(pixels)
    facts = PreviewFacts(
        thumbhash=thumbhash,
        dominant_color=color,
        has_alpha=pixels.shape[2] == 4,  # noqa: PLR2004 - channels
        focal=focal,
        full_chroma=needs_full_chroma(pixels),
    )
    levels = (
        Level(crop.label, size[0], np.asarray(result()))
        for crop, results in zip(crops, started, strict=True)
        for size, result in zip(reversed(crop.sizes), results, strict=True)
    )
    return Ladder(tuple(levels), facts)


def _cut(pixels: Pixels, crop: Crop, *, source_size: tuple[int, int], focal: Focal) -> Pixels:
    """The part of a source, or of its reduction, that a crop has."""
    height, width = pixels.shape[:2]
    wide = max(1, round(crop.box[0] * width / source_size[0]))
    high = max(1, round(crop.box[1] * height / source_size[1]))
    left = place_crop(width, crop=wide, focal=focal.x)
    top = place_crop(height, crop=high, focal=focal.y)
    return pixels[top : top + high, left : left + wide]


def _start_levels(pixels: Pixels, crop: Crop, pool: Executor | None) -> list[Result]:
    """Begin every size of one crop, the largest first, each from the nearest that has twice its width.

    A pool takes them in this order, so what a size is made from has always begun before it.
    """
    whole = Image.fromarray(np.ascontiguousarray(pixels))
    sources: list[tuple[int, Result]] = [(whole.width, lambda: whole)]
    started: list[Result] = []
    for size in reversed(crop.sizes):
        fitting = [result for width, result in sources if width >= LEAST_REDUCTION * size[0]]
        result = _start(pool, fitting[-1] if fitting else sources[0][1], size)
        started.append(result)
        sources.append((size[0], result))
    return started


def _start(pool: Executor | None, source: Result, size: tuple[int, int]) -> Result:
    if pool is None:
        image = _reduced(source, size)
        return lambda: image
    return pool.submit(_reduced, source, size).result


def _reduced(source: Result, size: tuple[int, int]) -> Image.Image:
    image = source()
    return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)
