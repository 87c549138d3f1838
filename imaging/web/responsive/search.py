"""The quality at which a file looks as close to its pixels as was asked, found in few encodes.

ln(1 - SSIM) falls almost linearly with quality, more or less steeply by format and image. One or two trials
on a sample (`sample.py`) find the line; the file is then written once, and measured; a second time where it
misses.
"""

import math
from dataclasses import dataclass

from imaging.types import Pixels
from imaging.web.responsive.encoders import Encoder, read_back
from imaging.web.responsive.sample import TILE_PX, sample
from imaging.web.responsive.similarity import Reference

BASE_TARGET = 0.98
"""What `Encoder.start` is for."""
NEAR = 0.25
"""A trial whose ln(1 - SSIM) is this near the target's needs no second one."""
SHORT_OF, BEYOND = 0.05, 0.2
"""A file is kept when ln(1 - SSIM) is at most so far over or under what was asked: at a target of 0.98, from
0.979 to 0.9836. A step of a coarse quality scale is about as much."""
AIMED_BEYOND = 0.03
"""How far under the loss that is asked a file is aimed: a sample that flatters then costs no second one."""
FAR_BELOW = 24
"""A target is not met at a quality so far under the usual one: SSIM hardly sees colours and flat ground, and
artwork would meet 0.98 in shades that everybody sees."""
ROUNDING = 0.35
"""Qualities are rounded up from here: better a little over the target than under it."""
MOST_TRIALS, MOST_FITS = 3, 8
MOST_FILES = {True: 5, False: 3}
"""Whether an image is small enough to be its own sample."""
FLATTEST, STEEPEST = -0.012, -0.15
USED = 0.94
"""Share of the bytes allowed that a file should use at least; nearer is not worth another encode."""
GROWTH = 0.03
"""Change of ln(bytes) by one step of quality, about, for any format."""


@dataclass(frozen=True, slots=True)
class Found:
    """A written file."""

    data: bytes
    quality: int
    ssim: float
    encodes: int
    """Of the whole image, trials not counted."""
    fits: bool = True
    """It has no more bytes than were allowed."""


class Probe:
    """One image in one format, at any quality; what was asked once is remembered."""

    def __init__(
        self, pixels: Pixels, encoder: Encoder, *, full_chroma: bool, tile_px: int | None = None
    ) -> None:
        self._pixels, self._encoder, self._full_chroma = pixels, encoder, full_chroma
        self._reference = Reference(pixels, tile_px=tile_px)
        self._scores: dict[int, float] = {}
        self._files: dict[int, bytes] = {}

    @property
    def encodes(self) -> int:
        """Files written so far."""
        return len(self._files)

    def score(self, quality: int, *, trial: bool = False) -> float:
        """SSIM at a quality."""
        if quality not in self._scores:
            data = self._write(quality, trial=True) if trial else self.file(quality)
            self._scores[quality] = self._reference.score(read_back(data, self._encoder.format))
        return self._scores[quality]

    def file(self, quality: int) -> bytes:
        """The file at a quality."""
        if quality not in self._files:
            self._files[quality] = self._write(quality, trial=False)
        return self._files[quality]

    def _write(self, quality: int, *, trial: bool) -> bytes:
        if trial and self._encoder.format != "jpeg":
            return self.file(quality)
        return self._encoder.write(self._pixels, quality=quality, full_chroma=self._full_chroma, trial=trial)


def find_quality(
    pixels: Pixels,
    encoder: Encoder,
    *,
    target_ssim: float,
    full_chroma: bool = False,
    max_bytes: int | None = None,
) -> Found:
    """Write a file that is as similar to its pixels as was asked, or as many bytes as it may have.

    Args:
        pixels: (H, W, 3) or (H, W, 4) uint8; three channels for JPEG.
        encoder: The format.
        target_ssim: Over 0, under 1.
        full_chroma: Colour at full resolution, where the format can.
        max_bytes: What the file may have; quality goes down until it fits, or as far as it goes.
    """
    probe = Probe(pixels, encoder, full_chroma=full_chroma)
    part = sample(pixels)
    tried = probe if part is None else Probe(part, encoder, full_chroma=full_chroma, tile_px=TILE_PX)
    usual = Line(encoder.start, _loss(BASE_TARGET), encoder.slope)
    held = Range(max(encoder.lowest, int(usual.reaches(_loss(target_ssim))) - FAR_BELOW), encoder.highest)
    line = _first_line(tried, usual, held, target_ssim=target_ssim)
    quality = _settle(probe, line, held, target_ssim=target_ssim, most=MOST_FILES[part is None])
    fits = True
    if max_bytes is not None and len(probe.file(quality)) > max_bytes:
        quality = _fit(probe, encoder, quality, max_bytes=max_bytes)
        fits = len(probe.file(quality)) <= max_bytes
    return Found(probe.file(quality), quality, round(probe.score(quality), 4), probe.encodes, fits)


@dataclass(frozen=True, slots=True)
class Line:
    """ln(1 - SSIM) near a quality."""

    quality: float
    loss: float
    slope: float

    def reaches(self, loss: float) -> float:
        """The quality at which a loss is met."""
        return self.quality + (loss - self.loss) / self.slope

    def through(self, quality: int, loss: float) -> "Line":
        """The line from here to another point, no steeper or flatter than such lines are."""
        if quality == self.quality:
            return self
        slope = (loss - self.loss) / (quality - self.quality)
        return Line(quality, loss, min(max(slope, STEEPEST), FLATTEST))


@dataclass(frozen=True, slots=True)
class Range:
    """Qualities that may be tried."""

    lowest: int
    highest: int

    def holding(self, quality: float) -> int:
        """The nearest of them, rounded up."""
        return min(max(math.floor(quality + 1 - ROUNDING), self.lowest), self.highest)


def _loss(ssim: float) -> float:
    return math.log(max(1 - ssim, 1e-6))


def _first_line(tried: Probe, usual: Line, held: Range, *, target_ssim: float) -> Line:
    """Where the target is, by trials on the sample, or on the image where it is small."""
    wanted = _loss(target_ssim)
    line = usual
    for count in range(MOST_TRIALS):
        quality = held.holding(line.reaches(wanted))
        if count and quality == line.quality:
            break
        loss = _loss(tried.score(quality, trial=True))
        line = line.through(quality, loss) if count else Line(quality, loss, usual.slope)
        if abs(loss - wanted) <= NEAR:
            break
    return line


def _settle(probe: Probe, line: Line, held: Range, *, target_ssim: float, most: int) -> int:
    """The quality of the file that is kept: near enough to the target, or the nearest of a few."""
    wanted = _loss(target_ssim)
    seen: dict[int, float] = {}
    while len(seen) < most:
        quality = held.holding(line.reaches(wanted - AIMED_BEYOND))
        if quality in seen:
            break
        seen[quality] = loss = _loss(probe.score(quality))
        if -BEYOND <= loss - wanted <= SHORT_OF:
            return quality
        known = line if len(seen) > 1 else Line(quality, loss, line.slope)
        line = known.through(quality, loss)
    reached = [quality for quality, loss in seen.items() if loss - wanted <= SHORT_OF]
    return min(reached) if reached else max(seen)


def _fit(probe: Probe, encoder: Encoder, quality: int, *, max_bytes: int) -> int:
    """The highest quality found whose file fits; the lowest there is when none does."""
    over, under = quality, encoder.lowest
    if len(probe.file(under)) > max_bytes:
        return under
    while over - under > 1 and probe.encodes < MOST_FITS and len(probe.file(under)) < USED * max_bytes:
        steps = math.log(len(probe.file(over)) / max_bytes) / GROWTH
        middle = min(max(round(over - steps - 0.5), under + 1), over - 1)
        if len(probe.file(middle)) > max_bytes:
            over = middle
        else:
            under = middle
    return under
