"""Small icons that look crisp: set on the pixel grid, averaged in linear light, sharpened by measure."""

import cv2
import numpy as np
import numpy.typing as npt

from imaging.web.icons_fit import Window
from imaging.web.icons_legible import edges
from imaging.web.icons_light import Light, from_look, look, window

Floats = npt.NDArray[np.float32]

GRAIN, COARSE_GRAIN, COARSE_FROM_PX = 6, 4, 40
"""Sub-pixels of an icon's pixel in which places are tried; the same of larger icons, and their side."""
INSETS = (0.0, 0.5, 1.0)
"""Icon pixels that the mark may give up to stand on the grid."""
_INSET_COST = 0.02
"""Gain in crispness that half a pixel of size must bring."""
_EYE_PX = 0.6
"""Blur of a display and the eye, standard deviation in icon pixels."""
_MOST_SHARPENING = 1.0
_LOOK_FLOOR = 1e-3


def crisp(light: Light, place: Window, side: int) -> Light:
    """A small icon: of a few sizes and places within a pixel the one whose edges fall on the grid.

    Args:
        light: The mark, several times as large as the icon.
        place: What the icon shows; the mark moves within a pixel of it, and never out of the icon.
        side: Of the icon, in pixels.

    Returns:
        (side, side, 4) light, sharpened as far as it then shows the mark better, without halos.
    """
    best: tuple[float, Light] | None = None
    grain = GRAIN if side < COARSE_FROM_PX else COARSE_GRAIN
    for inset in INSETS:
        fine = _fine(light, place, side, inset, grain)
        score, moved = _on_grid(fine, side, grain, slack=inset)
        score -= _INSET_COST * inset / 0.5
        if best is None or score > best[0] + 1e-9:
            best = score, moved
    assert best is not None  # noqa: S101 - INSETS is not empty
    return _sharpened(best[1], grain)


def _fine(light: Light, place: Window, side: int, inset: float, grain: int) -> Light:
    """The icon in sub-pixels, a pixel of margin around, the mark smaller by an inset in all."""
    grown = place.side * side / (side - inset)
    margin = grown / side
    left = place.left - (grown - place.side) / 2 - margin
    top = place.top - (grown - place.side) / 2 - margin
    total = grown + 2 * margin
    px = (side + 2) * grain
    return window(light, (left, top, left + total, top + total), width=px, height=px)


def _on_grid(fine: Light, side: int, grain: int, *, slack: float) -> tuple[float, Light]:
    """The best place, x and y each for itself, and how crisp it is; the icon in sub-pixels."""
    reach = int(slack / 2 * grain)
    score, starts = 0.0, []
    for axis in (1, 0):
        # Averaged along the other axis first: what counts is where edges fall along this one.
        rows = _pooled(fine, grain, axis=1 - axis)
        places = range(-reach, reach + 1)
        tried = [(_edge_focus(_moved(rows, grain, axis, at, side), axis), -abs(at), at) for at in places]
        focus, _, at = max(tried)
        score += focus / 2
        starts.append(grain + at)
    x, y = starts
    return score, fine[y : y + side * grain, x : x + side * grain]


def _moved(rows: Light, grain: int, axis: int, at: int, side: int) -> Light:
    places = slice(grain + at, grain + at + side * grain)
    part = np.ascontiguousarray(rows[places] if axis == 0 else rows[:, places])
    return look(_pooled(part, grain, axis=axis))


def _pooled(light: Light, grain: int, *, axis: int) -> Light:
    """Averages of `grain` sub-pixels along an axis."""
    height, width = light.shape[:2]
    size = (width, height // grain) if axis == 0 else (width // grain, height)
    pooled = cv2.resize(light, size, interpolation=cv2.INTER_AREA)
    return np.asarray(pooled, np.float32).reshape(size[1], size[0], 4)


def _edge_focus(seen: Light, axis: int) -> float:
    """1 where every edge is one step from pixel to pixel, less where edges are spread over several."""
    pads = [(1, 1) if place == axis else (0, 0) for place in range(3)]
    steps = np.abs(np.diff(np.pad(seen, pads), axis=axis))  # an edge on the icon's own border is one, too
    total = float(steps.sum())
    return float((steps * steps).sum()) / total if total > _LOOK_FLOOR else 1.0


def _sharpened(fine: Light, grain: int) -> Light:
    """The icon of sub-pixels in whole ones, with the unsharp mask that fits best what the eye would see.

    Averaged as light, thin dark strokes on light get pale; averaged as seen, thin light ones on dark get dim.
    Which of the two keeps more of the mark's edges is measured, not guessed.
    """
    seen = look(fine)
    as_light, as_seen = look(_whole_pixels(fine, grain)), _whole_pixels(seen, grain)
    return max((_masked(icon, seen, grain) for icon in (as_light, as_seen)), key=edges)


def _whole_pixels(light: Light, grain: int) -> Light:
    return _pooled(_pooled(light, grain, axis=0), grain, axis=1)


def _masked(icon: Light, fine: Light, grain: int) -> Light:
    """An icon, sharpened; it and the same in sub-pixels as they look.

    The amount is the least-squares one: shown as squares of light and seen blurred, the icon is to differ as
    little as possible from the mark itself, seen as blurred. No pixel leaves the range of what is around it.
    """
    detail = icon - cv2.GaussianBlur(icon, (3, 3), 0.8, borderType=cv2.BORDER_CONSTANT)
    lack, gain = _blurred(fine, grain) - _shown(icon, grain), _shown(detail, grain)
    power = float((gain * gain).sum())
    amount = float((lack * gain).sum()) / power if power > _LOOK_FLOOR else 0.0
    sharp = icon + float(np.clip(amount, 0.0, _MOST_SHARPENING)) * detail
    # The range of a pixel and the eight around it: a window of three pixels, read in its middle.
    around = np.ones((3 * grain - 1, 3 * grain - 1), np.uint8)
    low = cv2.erode(fine, around)[grain // 2 :: grain, grain // 2 :: grain]
    high = cv2.dilate(fine, around)[grain // 2 :: grain, grain // 2 :: grain]
    return from_look(np.asarray(np.clip(sharp, low, high), np.float32))


def _shown(seen: Light, grain: int) -> Light:
    """Pixels as squares, as seen."""
    return _blurred(cv2.resize(seen, None, fx=grain, fy=grain, interpolation=cv2.INTER_NEAREST), grain)


def _blurred(seen: npt.ArrayLike, grain: int) -> Light:
    return np.asarray(
        cv2.GaussianBlur(
            np.asarray(seen, np.float32), (0, 0), _EYE_PX * grain, borderType=cv2.BORDER_CONSTANT
        ),
        np.float32,
    )
