"""Which parts of flat artwork are ink, and which stay clear, when it must do with one ink.

Each region of one colour is either. Three wishes pull: dark regions want ink (light ones, where white is
printed on dark), neighbours of unlike colours want to differ, and a region whose colour stands out from the
ground wants to differ from the ground. Regions take turns until none would rather change (iterated
conditional modes; J. Besag, "On the statistical analysis of dirty pictures", 1986).
"""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from imaging.color import delta_e_2000, to_lab
from imaging.logo.banded import bands, by_label
from imaging.logo.outline import grow
from imaging.print.inks import Inks, shades
from imaging.types import Mask, Pixels

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

_SAME = 9.0
"""CIEDE2000 within which two colours are shades of one and make one region."""
_UNLIKE = 35.0
"""CIEDE2000 from which two neighbours are as unlike as can be."""
_MID_TONE = 60.0
"""Lightness between dark and light."""
_TONE_SHARE = 0.05
"""How wide, as a share of the artwork's mean side, a region is for its tone to weigh like its border."""
_MAX_TONE = 1.5
_PARTED = 0.6
"""Two inked neighbours can be parted by a clear line: that serves them less well than ink beside none."""
_MAX_REGIONS = 6000
"""More regions are a texture: each takes the state of its tone."""
_GAP_SHARE, _MIN_GAP_PX = 0.006, 1.5
"""Width of the line between inked neighbours, as a share of the longer side."""
_HALF = 128


@dataclass(frozen=True, slots=True)
class _Regions:
    """Connected areas of one colour group; region 0 is the ground."""

    label: npt.NDArray[np.int32]
    """(H, W)."""
    group: Indices
    """(R,): colour group; -1 for the ground."""
    area: Floats
    pairs: Indices
    """(P, 2): regions that touch."""
    border: Floats
    """(P,): length of each touch, in pixels."""


@dataclass(frozen=True, slots=True)
class OneInk:
    """The artwork in one ink."""

    coverage: Mask
    """(H, W), 0-255: where ink is."""
    knocked_out: tuple[int, ...]
    """Palette labels that stay clear for the most part."""
    parted: bool
    """Whether clear lines keep inked neighbours apart."""


def one_ink(pixels: Pixels, inks: Inks, *, light_is_ink: bool = False) -> OneInk:
    """Decide on every region and draw the result.

    Args:
        pixels: (H, W, 4) RGBA.
        inks: the artwork, its textures explained too.
        light_is_ink: for white print on a dark ground: light regions want ink, and the ground is black.
    """
    groups = shades(pixels, inks, delta_e=_SAME)
    used = np.bincount(inks.first.reshape(-1), minlength=256)[: len(inks.colors)] + 1e-3
    lab = to_lab(np.array(inks.colors))
    lab = np.array([np.average(lab[g], axis=0, weights=used[g]) for g in groups])
    lightness = lab[:, 0]
    regions = _regions(inks, groups)
    tone = (lightness - _MID_TONE) / (100 - _MID_TONE if not light_is_ink else _MID_TONE)
    tone = np.clip(-tone if light_is_ink else tone, -1, 1)
    unlike = _contrasts(lab, ground=0.0 if light_is_ink else 100.0)
    state = _settle(regions, tone, unlike)
    state = _keep_every_shape(regions, state, inks.alpha)
    return _draw(inks, groups, regions, state, lightness)


def _regions(inks: Inks, groups: list[list[int]]) -> _Regions:
    of_label = np.full(256, -1, np.int16)
    for index, members in enumerate(groups):
        of_label[members] = index
    color = by_label(of_label, inks.first.astype(np.int32))
    color[inks.alpha < _HALF] = -1
    label = np.zeros(color.shape, np.int32)
    group = [np.array([-1])]
    total = 1
    for index in range(len(groups)):
        here = (color == index).astype(np.uint8)
        if not here.any():
            continue
        count, found = cv2.connectedComponents(here, connectivity=4)
        np.add(label, found + (total - 1), out=label, where=found > 0)
        group.append(np.full(count - 1, index))
        total += count - 1
    pairs, border = _touches(label)
    area = np.bincount(label.reshape(-1), minlength=total).astype(float)
    return _Regions(label, np.concatenate(group), area, pairs, border)


def _touches(label: npt.NDArray[np.int32]) -> tuple[Indices, Floats]:
    """Pairs of regions side by side, and over how many pixels; the picture's border touches the ground."""
    framed = np.pad(label, 1).astype(np.int64)
    packed = []
    for one, two in ((framed[:, :-1], framed[:, 1:]), (framed[:-1], framed[1:])):
        differ = one != two
        low, high = np.minimum(one[differ], two[differ]), np.maximum(one[differ], two[differ])
        packed.append(low << 32 | high)
    keys, counts = np.unique(np.concatenate(packed), return_counts=True)
    return np.stack([keys >> 32, keys & 0xFFFFFFFF], axis=1), counts.astype(float)


def _contrasts(lab: Floats, *, ground: float) -> Floats:
    """(G+1, G+1) 0-1: how unlike colour groups are; the last is the ground, of the lightness given."""
    lab = np.vstack([lab, [ground, 0.0, 0.0]])
    return np.minimum(delta_e_2000(lab[:, None], lab[None]) / _UNLIKE, 1)


def _settle(regions: _Regions, tone: Floats, unlike: Floats) -> npt.NDArray[np.bool_]:
    """(R,): whether each region is ink; the ground is not."""
    of_tone = np.append(tone, 0.0)[regions.group]
    state: npt.NDArray[np.bool_] = of_tone < 0
    state[0] = False
    count = len(state)
    if count > _MAX_REGIONS or count == 1:
        return state
    around = np.bincount(regions.pairs.reshape(-1), np.repeat(regions.border, 2), minlength=count)
    width = np.sqrt(regions.area[1:].sum()) * _TONE_SHARE
    weight = around * np.minimum(regions.area / np.maximum(around * width, 1e-9), _MAX_TONE) * of_tone
    pull = regions.border * unlike[regions.group[regions.pairs[:, 0]], regions.group[regions.pairs[:, 1]]]
    links = _links(regions.pairs, pull, count)
    order = 1 + np.argsort(-regions.area[1:], kind="stable")
    for _ in range(12):
        changed = False
        for region in order:
            others, pulls = links[region]
            inked = state[others]
            cost_ink = weight[region] + _PARTED * pulls[inked].sum()
            wants = bool(cost_ink < pulls[~inked].sum())
            changed |= wants != state[region]
            state[region] = wants
        if not changed:
            break
    return state


def _links(pairs: Indices, pull: Floats, count: int) -> list[tuple[Indices, Floats]]:
    """For each region its neighbours and how strongly it wants to differ from each."""
    both, other = np.r_[pairs[:, 0], pairs[:, 1]], np.r_[pairs[:, 1], pairs[:, 0]]
    order = np.argsort(both, kind="stable")
    cuts = np.searchsorted(both[order], np.arange(count + 1))
    pulls = np.r_[pull, pull][order]
    other = other[order]
    return [(other[a:b], pulls[a:b]) for a, b in pairwise(cuts.tolist())]


def _keep_every_shape(regions: _Regions, state: npt.NDArray[np.bool_], alpha: Mask) -> npt.NDArray[np.bool_]:
    """A part of the artwork that stands alone must not vanish: where none of it is ink, all becomes ink."""
    count, part = cv2.connectedComponents((alpha >= _HALF).astype(np.uint8), connectivity=8)
    inked = by_label(state, regions.label)
    seen = np.bincount(part[inked], minlength=count) > 0
    seen[0] = True
    part_of = np.zeros(len(state), np.int64)
    part_of[regions.label.reshape(-1)] = part.reshape(-1)
    state = state | ~seen[part_of]
    state[0] = False
    return state


def _draw(
    inks: Inks,
    groups: list[list[int]],
    regions: _Regions,
    state: npt.NDArray[np.bool_],
    lightness: Floats,
) -> OneInk:
    """Ink where it was decided, with the artwork's own soft edges, and lines between inked neighbours."""
    inked = by_label(state, regions.label)
    ink_of: list[Mask] = []
    knocked: list[int] = []
    for index, members in enumerate(groups):
        own = (by_label(regions.group == index, regions.label)).astype(np.uint8)
        on = own & inked
        covered = inks.coverage(members)
        near = np.asarray(cv2.dilate(on, np.ones((5, 5), np.uint8)), np.uint8)
        off = own - on
        ink_of.append(np.asarray(cv2.multiply(covered, near & (1 - off)), np.uint8))
        if 2 * int(on.sum()) < int(own.sum()):
            knocked.extend(members)
    total, parted = _part(ink_of, np.argsort(lightness, kind="stable"), longest=max(inked.shape))
    return OneInk(total, tuple(sorted(knocked)), parted)


def _part(ink_of: list[Mask], darkest_first: Indices, *, longest: int) -> tuple[Mask, bool]:
    """Lay the groups down, darkest first, each keeping a clear line's distance from those before."""
    gap = max(_MIN_GAP_PX, _GAP_SHARE * longest)
    total = np.zeros_like(ink_of[0])
    parted = False
    for index in darkest_first:
        own = ink_of[index]
        if total.any() and own.any():
            held = grow(total, by_px=gap)
            room = 255 - cv2.subtract(held, total)
            clipped = np.empty_like(own)
            for band in bands(*own.shape):
                clipped[band.rows] = cv2.multiply(own[band.rows], room[band.rows], scale=1 / 255)
            # What only meets the darker ink at a blended edge pixel loses nothing worth a line.
            parted |= int(cv2.subtract(own, clipped).sum(dtype=np.int64)) > 255 * gap * longest // 50
            own = clipped
        total = np.asarray(cv2.add(total, own), np.uint8)
    return total, parted
