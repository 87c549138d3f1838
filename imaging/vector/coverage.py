"""How much of each pixel every paint covers: flat pixels wholly, an edge pixel by unmixing two paints.

Anti-aliasing blends premultiplied colours, so an edge pixel lies on the straight line between the
premultiplied colours of the two paints that meet there, and its place on the line is the share of each.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.types import Pixels
from imaging.vector.paints import SOLID, Paints

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Labels = npt.NDArray[np.int16]

PAD = 4
"""Clear pixels around the image, so that every window around an edge exists."""
_FLAT_LEVELS = 3
"""A pixel this near to a palette colour in every channel is that colour."""
_POOR = 14.0
"""A mixture that misses its pixel by more levels than this is tried with colours from further away."""
_FAR_GAIN = 0.4
"""And one of them is taken where it leaves less than this share of the miss."""
_BLEND_MISS, _BLEND_SHARE = 8.0, 0.06
_SEAM_ALPHA, _LOST = 110, 0.15
_HALF = 0.5
_CHUNK = 1 << 17
"""Pixels unmixed at a time, about 1 kB each."""
_REACH = 2
_CANDIDATES = 4
_CLEAR_ALPHA = 3


@dataclass(frozen=True, slots=True)
class Coverage:
    """The one or two paints of each pixel, with `PAD` clear pixels around the image."""

    first: Labels
    """(H, W): the label that covers more; 0 is clear."""
    second: Labels
    """(H, W): the other one; the same as `first` where there is none."""
    share: Floats
    """(H, W): what `first` covers, 0.5-1."""


def cover(pixels: Pixels, paints: Paints, known: Labels) -> Coverage:
    """Split every pixel of an RGBA image between the paints.

    Args:
        pixels: (H, W, 4) straight alpha.
        paints: what the labels stand for.
        known: (H, W) labels of pixels that one paint covers, -1 elsewhere.
    """
    padded = with_border(pixels)
    labels = np.zeros(padded.shape[:2], np.int16)
    labels[PAD:-PAD, PAD:-PAD] = known
    _free_blends(padded, labels, paints)
    first, second = labels.copy(), labels.copy()
    share = np.ones(labels.shape, np.float32)
    mixed = np.flatnonzero(labels.reshape(-1) < 0)
    for low in range(0, len(mixed), _CHUNK):
        part = mixed[low : low + _CHUNK]
        best = unmix(padded, labels, part, paints)
        swap = best.part < _HALF
        first.reshape(-1)[part] = np.where(swap, best.two, best.one)
        second.reshape(-1)[part] = np.where(swap, best.one, best.two)
        share.reshape(-1)[part] = np.where(swap, 1 - best.part, best.part)
    return Coverage(first, second, share)


def with_border(pixels: Pixels) -> Pixels:
    """The image with `PAD` clear pixels around it."""
    border = cv2.copyMakeBorder(pixels, PAD, PAD, PAD, PAD, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0))
    return np.asarray(border, np.uint8)


def _free_blends(padded: Pixels, labels: Labels, paints: Paints) -> None:
    """Unlabel thin lines of a colour that is a mere blend of those beside it: they are anti-aliasing."""
    square = np.ones((2, 2), np.uint8)
    thick = np.zeros(labels.shape, np.bool_)
    for label in np.unique(labels[labels > 0]).tolist():
        thick |= cv2.morphologyEx((labels == label).astype(np.uint8), cv2.MORPH_OPEN, square) > 0
    thin = np.flatnonzero((labels > 0) & ~thick)
    if not len(thin):
        return
    without = labels.copy()
    without.reshape(-1)[thin] = -1
    best = unmix(padded, without, thin, paints, far=False)
    edge = np.minimum(best.part, 1 - best.part)
    blend = (best.miss <= _BLEND_MISS) & (edge > _BLEND_SHARE)
    labels.reshape(-1)[thin[blend]] = -1


def match_flats(pixels: Pixels, paints: Paints) -> Labels:
    """(H, W) label of every pixel that has a paint's colour, 0 where clear, -1 for the others."""
    labels = np.full(pixels.shape[:2], -1, np.int16)
    labels[pixels[..., 3] < _CLEAR_ALPHA] = 0
    for number, paint in reversed(list(enumerate(paints.items, start=1))):
        if not paint.flat:
            continue
        level = round(SOLID * paint.opacity)
        goal = np.array([*paint.fill, level])  # type: ignore[misc]  # flat: the fill is a colour
        low, high = np.clip(goal - _FLAT_LEVELS, 0, SOLID), np.clip(goal + _FLAT_LEVELS, 0, SOLID)
        hit = cv2.inRange(pixels, low.astype(np.float64), high.astype(np.float64))
        labels[hit > 0] = number
    return labels


def unmix(padded: Pixels, labels: Labels, mixed: Ints, paints: Paints, *, far: bool = True) -> "Blend":
    """For each mixed pixel (flat index) the two labels around it that blend to it best.

    Where none does well and `far` is set, paints that are nowhere near are tried too: a hairline has no pixel
    of its own colour.
    """
    width = labels.shape[1]
    y, x = (mixed // width).astype(np.float32), (mixed % width).astype(np.float32)
    place = (x - PAD + 0.5, y - PAD + 0.5)
    color = padded.reshape(-1, 4)[mixed].astype(np.float32)
    color[:, :3] *= color[:, 3:] / SOLID
    # Two neighbours that are painted one after the other let up to a quarter of what is below them through.
    lost = ((SOLID - color[:, 3]) * _LOST).astype(np.float32)
    seam = (color[:, 3] >= _SEAM_ALPHA) & (color[:, 3] < SOLID)
    closed = (color * (SOLID / np.maximum(color[:, 3:], 1))).astype(np.float32)
    solid = paints.solid()
    near = _nearest_labels(labels, mixed)
    vectors = [paints.premultiplied(np.maximum(label, 0), *place) for label in near]
    best = Blend.none(near[0])
    for i in range(_CANDIDATES):
        for j in range(i + 1, _CANDIDATES):
            at = np.flatnonzero((near[i] >= 0) & (near[j] >= 0))
            best.offer(at, color, (near[i], near[j]), (vectors[i], vectors[j]))
            at = at[seam[at] & solid[near[i][at]] & solid[near[j][at]]]
            best.offer(at, closed, (near[i], near[j]), (vectors[i], vectors[j]), handicap=lost)
    poor = np.flatnonzero(best.miss > _POOR) if far else np.zeros(0, np.int64)
    limit = _FAR_GAIN * best.miss
    for number in range(len(paints.items) + 1) if len(poor) else ():
        label = np.full(len(mixed), number, np.int64)
        distant = np.zeros((len(mixed), 4), np.float32)
        distant[poor] = paints.premultiplied(label[poor], place[0][poor], place[1][poor])
        for i in range(2):
            at = poor[(near[i][poor] >= 0) & (near[i][poor] != number)]
            best.offer(at, color, (near[i], label), (vectors[i], distant), limit=limit)
    return best


def _nearest_labels(labels: Labels, mixed: Ints) -> list[Ints]:
    """The first few different labels around each mixed pixel, nearest first, -1 when there are no more."""
    span = range(-_REACH, _REACH + 1)
    around = sorted((dx * dx + dy * dy, dy * labels.shape[1] + dx) for dy in span for dx in span)[1:]
    seen = labels.reshape(-1)[mixed[:, None] + np.array([offset for _, offset in around])].astype(np.int64)
    found: list[Ints] = []
    rows = np.arange(len(mixed))
    for _ in range(_CANDIDATES):
        open_ = seen >= 0
        label = np.where(open_.any(axis=1), seen[rows, open_.argmax(axis=1)], -1)
        seen[seen == label[:, None]] = -1
        found.append(label)
    return found


@dataclass(slots=True)
class Blend:
    """The best mixture so far of each pixel."""

    one: Ints
    two: Ints
    part: Floats
    miss: Floats

    @classmethod
    def none(cls, label: Ints) -> "Blend":
        """Each pixel wholly of one label, or clear where that is -1; any blend is better."""
        label = np.maximum(label, 0)
        count = len(label)
        return cls(label, label.copy(), np.ones(count, np.float32), np.full(count, 1e9, np.float32))

    def offer(
        self,
        at: Ints,
        color: Floats,
        labels: tuple[Ints, Ints],
        vectors: tuple[Floats, Floats],
        *,
        limit: Floats | None = None,
        handicap: Floats | None = None,
    ) -> None:
        """Take this pair where it explains the colours better, and misses by less than `limit`."""
        base = vectors[1][at]
        across, wanted = vectors[0][at] - base, color[at] - base
        length = np.maximum(np.einsum("ij,ij->i", across, across), 1e-3)
        part = np.clip(np.einsum("ij,ij->i", wanted, across) / length, 0, 1)
        miss = np.linalg.norm(wanted - part[:, None] * across, axis=1)
        if handicap is not None:
            miss += handicap[at]
        better = miss < self.miss[at] - 0.5
        if limit is not None:
            better &= miss < limit[at]
        at, part, miss = at[better], part[better], miss[better]
        self.one[at], self.two[at], self.part[at], self.miss[at] = labels[0][at], labels[1][at], part, miss
