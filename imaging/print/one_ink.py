"""Which parts of flat artwork are ink, and which stay clear, when it must do with one ink.

Each patch of one colour is either. Three wishes pull: dark patches want ink (light ones, where white is
printed on dark), neighbours of unlike colours want to differ, and a patch whose colour stands out from the
ground wants to differ from the ground. Patches take turns until none would rather change (iterated
conditional modes; J. Besag, "On the statistical analysis of dirty pictures", 1986).
"""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from imaging.color import delta_e_2000
from imaging.logo.banded import bands, by_label
from imaging.logo.outline import grow
from imaging.print.hollow import fill_outlines
from imaging.print.inks import Inks
from imaging.print.patches import Patches, find_patches
from imaging.print.shades import alike
from imaging.types import Mask, Pixels

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_SAME = 9.0
"""CIEDE2000 within which two colours are shades of one."""
_UNLIKE = 35.0
"""CIEDE2000 from which two neighbours are as unlike as can be."""
_MID_ON_LIGHT, _MID_ON_DARK = 60.0, 38.0
"""CIE L* between dark and light: on dark ground all that stands out from it (WCAG contrast 3) is light."""
_FULL_TONE = 40.0
"""How far from the middle a tone is as dark or light as can be."""
_TONE_SHARE, _MAX_TONE = 0.08, 1.5
"""How wide, as a share of the artwork's mean side, a patch is for its tone to weigh like its border; and how
many times its border the tone of a wide one may weigh."""
_PARTED = 0.8
"""Two inked neighbours can be parted by a clear line: that serves them less well than ink beside none."""
_MAX_PATCHES = 6000
"""More patches are a texture: each takes the state of its tone."""
_ROUNDS = 12
_GAP_SHARE, _MIN_GAP_PX = 0.006, 1.5
"""Width of the line between inked neighbours, as a share of the mean side."""
_HALF = 128


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
    """Decide on every patch and draw the result.

    Args:
        pixels: (H, W, 4) RGBA.
        inks: what it is made of, textures explained too.
        light_is_ink: for white print on a dark ground: light patches want ink, and the ground is black.
    """
    patches = find_patches(pixels, inks, alike(inks.colors, delta_e=_SAME))
    lightness = patches.lab[:, 0]
    tone = (_MID_ON_DARK - lightness if light_is_ink else lightness - _MID_ON_LIGHT) / _FULL_TONE
    state = _settle(patches, np.clip(tone, -1, 1), ground=0.0 if light_is_ink else 100.0)
    if light_is_ink:
        state = fill_outlines(patches, state, tone < 0)
    state = _keep_every_part(patches, state, inks.alpha)
    layers = _layers(inks, patches, state)
    coverage, parted = _part(layers, inks.alpha)
    return OneInk(coverage, _mostly_clear(inks, patches, state), parted)


def _settle(patches: Patches, tone: Floats, *, ground: float) -> Flags:
    """(R,): whether each patch is ink; the ground, of the lightness given, is not."""
    state: Flags = tone < 0
    state[0] = False
    count = len(state)
    if not 1 < count <= _MAX_PATCHES:
        return state
    lab = patches.lab.copy()
    lab[0] = ground, 0, 0
    one, two = patches.pairs.T
    pull = patches.border * np.minimum(delta_e_2000(lab[one], lab[two]) / _UNLIKE, 1)
    around = np.bincount(patches.pairs.reshape(-1), np.repeat(patches.border, 2), minlength=count)
    width = _TONE_SHARE * np.sqrt(patches.area[1:].sum())
    weight = np.minimum(patches.area / width, _MAX_TONE * around) * tone
    links = _links(patches.pairs, pull, count)
    order = 1 + np.argsort(-patches.area[1:], kind="stable")
    for _ in range(_ROUNDS):
        before = state.copy()
        for patch in order:
            others, pulls = links[patch]
            inked = state[others]
            state[patch] = weight[patch] + _PARTED * pulls[inked].sum() < pulls[~inked].sum()
        if (state == before).all():
            break
    return state


def _links(pairs: Indices, pull: Floats, count: int) -> list[tuple[Indices, Floats]]:
    """For each patch its neighbours and how strongly it wants to differ from each."""
    both, other = np.r_[pairs[:, 0], pairs[:, 1]], np.r_[pairs[:, 1], pairs[:, 0]]
    order = np.argsort(both, kind="stable")
    cuts = np.searchsorted(both[order], np.arange(count + 1))
    pulls, other = np.r_[pull, pull][order], other[order]
    return [(other[a:b], pulls[a:b]) for a, b in pairwise(cuts.tolist())]


def _keep_every_part(patches: Patches, state: Flags, alpha: Mask) -> Flags:
    """A part that stands alone must not vanish: where none of it is ink, all of it becomes ink."""
    count, part = cv2.connectedComponents((alpha >= _HALF).astype(np.uint8), connectivity=8)
    seen = np.bincount(part[by_label(state, patches.label)], minlength=count) > 0
    part_of = np.zeros(len(state), np.int64)
    part_of[patches.label.reshape(-1)] = part.reshape(-1)
    state = state | ~seen[part_of]
    state[0] = False
    return state


def _mostly_clear(inks: Inks, patches: Patches, state: Flags) -> tuple[int, ...]:
    solid = inks.alpha >= _HALF
    inked = by_label(state, patches.label)
    known = len(inks.colors)
    on = np.bincount(inks.first[solid & inked], minlength=256)[:known]
    off = np.bincount(inks.first[solid & ~inked], minlength=256)[:known]
    return tuple(np.flatnonzero(off > on).tolist())


def _layers(inks: Inks, patches: Patches, state: Flags) -> list[Mask]:
    """Coverage of the inked patches, soft edges kept, in layers of like lightness, darkest first."""
    known = len(inks.colors)
    layer_of, count = _layer_of(patches, state)
    code = by_label(layer_of, patches.label) * np.int32(known) + inks.first
    code[(~by_label(state, patches.label)) | (inks.first >= known)] = -1
    layers = [np.zeros_like(inks.alpha) for _ in range(count)]
    single = inks.first == inks.second
    for value in np.unique(code[code >= 0]).tolist():
        layer, label = divmod(value, known)
        here = (code == value).astype(np.uint8)
        beside = cv2.dilate(here, np.ones((5, 5), np.uint8)).astype(bool) & (inks.second == label) & ~single
        layers[layer] += here * inks.share + beside * (255 - inks.share)
    # Edges to clear ground belong to no patch: they take after the patch that they are the edge of.
    return [_with_edges(layer, inks) for layer in layers]


def _with_edges(layer: Mask, inks: Inks) -> Mask:
    out: Mask = np.empty_like(layer)
    for band in bands(*layer.shape, halo_px=4):
        own, alpha = layer[band.around], inks.alpha[band.around]
        near = cv2.dilate(own, np.ones((5, 5), np.uint8))
        filled = np.where(alpha < _HALF, near, own)
        out[band.rows] = np.asarray(cv2.multiply(filled, alpha, scale=1 / 255), np.uint8)[band.inner]
    return out


def _layer_of(patches: Patches, state: Flags) -> tuple[npt.NDArray[np.int32], int]:
    """(R,): inked patches by lightness in steps of `_SAME`, darkest first, and how many steps there are."""
    step = np.floor(patches.lab[:, 0] / _SAME)
    steps = np.unique(step[state])
    return np.searchsorted(steps, step).astype(np.int32), len(steps)


def _part(layers: list[Mask], alpha: Mask) -> tuple[Mask, bool]:
    """Lay the layers down, darkest first, each keeping a clear line's distance from those before."""
    gap = max(_MIN_GAP_PX, _GAP_SHARE * float(np.sqrt(alpha.size)))
    total = np.zeros_like(alpha)
    lost = 0
    for layer in layers:
        window = _window(layer, margin_px=int(gap) + 3)
        own, before = layer[window], total[window]
        if before.any():
            room = 255 - cv2.subtract(grow(before, by_px=gap), before)
            kept = cv2.multiply(own, room, scale=1 / 255)
            lost += int(cv2.subtract(own, kept).sum(dtype=np.int64))
            own = np.asarray(kept, np.uint8)
        total[window] = cv2.add(before, own)
    return total, lost > 255 * gap * max(alpha.shape) / 50


def _window(layer: Mask, *, margin_px: int) -> tuple[slice, slice]:
    """Rows and columns that a layer touches, and some around."""
    x, y, width, height = cv2.boundingRect(layer)
    rows = slice(max(0, y - margin_px), y + height + margin_px)
    return rows, slice(max(0, x - margin_px), x + width + margin_px)
