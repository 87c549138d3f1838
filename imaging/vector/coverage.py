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
    padded = cv2.copyMakeBorder(pixels, PAD, PAD, PAD, PAD, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0))
    labels = np.zeros(padded.shape[:2], np.int16)
    labels[PAD:-PAD, PAD:-PAD] = known
    first, second = labels.copy(), labels.copy()
    share = np.ones(labels.shape, np.float32)
    mixed = np.flatnonzero(labels.reshape(-1) < 0)
    if len(mixed):
        one, two, part = _unmix(padded, labels, mixed, paints)
        swap = part < 0.5
        first.reshape(-1)[mixed] = np.where(swap, two, one)
        second.reshape(-1)[mixed] = np.where(swap, one, two)
        share.reshape(-1)[mixed] = np.where(swap, 1 - part, part)
    return Coverage(first, second, share)


def match_flats(pixels: Pixels, paints: Paints) -> Labels:
    """(H, W) label of every pixel that has a paint's colour, 0 where clear, -1 for the others.

    A pixel with a single neighbour of its own is left to the mixtures: anti-aliasing hits palette colours.
    """
    labels = np.full(pixels.shape[:2], -1, np.int16)
    labels[pixels[..., 3] < _CLEAR_ALPHA] = 0
    ring = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], np.uint8)
    for number, paint in reversed(list(enumerate(paints.items, start=1))):
        if not paint.flat:
            continue
        level = round(SOLID * paint.opacity)
        goal = np.array([*paint.fill, level])  # type: ignore[misc]  # flat: the fill is a colour
        low, high = np.clip(goal - _FLAT_LEVELS, 0, SOLID), np.clip(goal + _FLAT_LEVELS, 0, SOLID)
        hit = cv2.inRange(pixels, low.astype(np.float64), high.astype(np.float64))
        around = cv2.filter2D(hit & 1, -1, ring, borderType=cv2.BORDER_CONSTANT)
        labels[(hit > 0) & (around >= 2)] = number
    return labels


def _unmix(padded: Pixels, labels: Labels, mixed: Ints, paints: Paints) -> tuple[Ints, Ints, Floats]:
    """For each mixed pixel the two labels that blend to it best, and the share of the first."""
    width = labels.shape[1]
    y, x = (mixed // width).astype(np.float32), (mixed % width).astype(np.float32)
    place = (x - PAD + 0.5, y - PAD + 0.5)
    color = padded.reshape(-1, 4)[mixed].astype(np.float32)
    color[:, :3] *= color[:, 3:] / SOLID
    near = _nearest_labels(labels, mixed)
    vectors = [paints.premultiplied(np.maximum(label, 0), *place) for label in near]
    best = _Best.none(len(mixed))
    for i in range(_CANDIDATES):
        for j in range(i + 1, _CANDIDATES):
            at = np.flatnonzero((near[i] >= 0) & (near[j] >= 0))
            best.offer(at, color, (near[i], near[j]), (vectors[i], vectors[j]))
    poor = np.flatnonzero(best.miss > _POOR)
    for number in range(len(paints.items) + 1) if len(poor) else ():
        label = np.full(len(mixed), number, np.int64)
        everywhere = paints.premultiplied(label[poor], place[0][poor], place[1][poor])
        far = np.zeros((len(mixed), 4), np.float32)
        far[poor] = everywhere
        for i in range(2):
            at = poor[(near[i][poor] >= 0) & (near[i][poor] != number)]
            best.offer(at, color, (near[i], label), (vectors[i], far))
    return best.one, best.two, best.part


def _nearest_labels(labels: Labels, mixed: Ints) -> list[Ints]:
    """The first few different labels around each mixed pixel, nearest first, -1 when there are no more."""
    span = range(-_REACH, _REACH + 1)
    around = sorted(((dx * dx + dy * dy, dy * labels.shape[1] + dx) for dy in span for dx in span))[1:]
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
class _Best:
    """The best mixture so far of each pixel."""

    one: Ints
    two: Ints
    part: Floats
    miss: Floats

    @classmethod
    def none(cls, count: int) -> "_Best":
        zeros = np.zeros(count, np.int64)
        return cls(zeros, zeros.copy(), np.ones(count, np.float32), np.full(count, 1e9, np.float32))

    def offer(
        self, at: Ints, color: Floats, labels: tuple[Ints, Ints], vectors: tuple[Floats, Floats]
    ) -> None:
        """Take this pair where it explains the colours better."""
        base = vectors[1][at]
        across, wanted = vectors[0][at] - base, color[at] - base
        length = np.maximum(np.einsum("ij,ij->i", across, across), 1e-3)
        part = np.clip(np.einsum("ij,ij->i", wanted, across) / length, 0, 1)
        miss = np.linalg.norm(wanted - part[:, None] * across, axis=1)
        better = miss < self.miss[at] - 0.5
        at, part, miss = at[better], part[better], miss[better]
        self.one[at], self.two[at], self.part[at], self.miss[at] = labels[0][at], labels[1][at], part, miss
