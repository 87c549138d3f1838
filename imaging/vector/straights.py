"""Straight stretches within curved runs, such as the sides of a rounded rectangle."""

# ruff: noqa: PLR2004 - counts of points, halves and guards against division read best where they stand

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_WINDOWS = (33, 15)
"""Points that must be in line for a stretch to begin: long ones first, as a wide arc has short lines too."""
_OFF_PX = 0.1
"""Largest distance of a point from the line; renderers place an edge to about 0.05."""
_LEAST_PX = 12.0
_SURE_PX = 40.0
"""A stretch of this length within `_OFF_PX` of a line is one; a shorter one may be part of an arc."""
_CORE = 0.7
"""Middle share of a stretch that its line is first drawn through; its ends may bend already."""


def straight_stretches(points: Floats, *, loop: bool, slack: float) -> list[tuple[int, int]]:
    """First and last index of each straight stretch, in order, apart from each other.

    Args:
        points: (N, 2) along one run.
        loop: whether the run is closed (without repeating its first point). The last may then end past N.
        slack: factor of the usual tolerance.
    """
    count = len(points)
    if count < min(_WINDOWS) + 2:
        return []
    track = np.concatenate([points, points]) if loop else points
    taken = np.zeros(len(track), np.bool_)
    found: list[tuple[int, int]] = []
    for window in _WINDOWS:
        if count < window + 2:
            continue
        for low, high in _marked(track, taken, window, _OFF_PX * slack):
            stretch = _fit_stretch(track, low, high, _OFF_PX * slack)
            if stretch is None or stretch[1] - stretch[0] >= count:
                continue
            begin = stretch[0] % count if loop else stretch[0]
            stretch = (begin, begin + stretch[1] - stretch[0])
            covered = np.arange(stretch[0], stretch[1] + 1)
            if taken[covered % count].any():
                continue
            found.append(stretch)
            taken[covered % count] = True
            if loop:
                taken[covered % count + count] = True
    return sorted(found)


def _marked(points: Floats, taken: Bools, window: int, most_px: float) -> list[tuple[int, int]]:
    """First and last index of each stretch of which every window is straight."""
    straight = _in_line(points, window, most_px) & ~taken
    half = window // 2
    edges = np.flatnonzero(np.diff(np.concatenate([[False], straight, [False]]).astype(np.int8)))
    spans = [(low - half, high - 1 + half) for low, high in edges.reshape(-1, 2).tolist()]
    free = np.flatnonzero(taken)
    found = []
    for low, high in spans:
        middle = (low + high) // 2
        before, after = free[free < middle], free[free > middle]
        first = int(before[-1]) + 1 if len(before) else 0
        last = int(after[0]) - 1 if len(after) else len(points) - 1
        found.append((max(low, first), min(high, last)))
    return sorted(found, key=lambda span: (span[0] - span[1], span[0]))


def _in_line(points: Floats, window: int, most_px: float) -> Bools:
    """For each point, whether the window around it is straight."""
    windows = np.lib.stride_tricks.sliding_window_view(points, window, axis=0)
    _, _, off = fit_lines(windows.transpose(0, 2, 1))
    straight = np.zeros(len(points), np.bool_)
    half = window // 2
    straight[half : len(points) - half] = off <= most_px
    return straight


def fit_lines(points: Floats) -> tuple[Floats, Floats, Floats]:
    """Centre, unit direction and largest deviation of the lines through (N, K, 2) points."""
    center = points.mean(axis=1)
    gap = points - center[:, None]
    xx, xy, yy = (gap[..., i] * gap[..., j] for i, j in ((0, 0), (0, 1), (1, 1)))
    angle = np.arctan2(2 * xy.sum(axis=1), xx.sum(axis=1) - yy.sum(axis=1)) / 2
    direction = np.column_stack([np.cos(angle), np.sin(angle)])
    off = np.abs(gap[..., 0] * direction[:, None, 1] - gap[..., 1] * direction[:, None, 0])
    return center, direction, off.max(axis=1)


def _fit_stretch(points: Floats, low: int, high: int, most_px: float) -> tuple[int, int] | None:
    """The part of a stretch that really lies on one line; None when it is too short."""
    if high - low < 3:
        return None
    trim = int((high - low) * (1 - _CORE) / 2)
    center, direction, off = fit_lines(points[None, low + trim : high - trim + 1])
    if off[0] > most_px:
        return None
    gap = points[low : high + 1] - center[0]
    far = np.abs(gap[:, 0] * direction[0, 1] - gap[:, 1] * direction[0, 0]) > most_px
    middle = (high - low) // 2
    before, after = np.flatnonzero(far[:middle]), np.flatnonzero(far[middle:])
    begin = low + (int(before[-1]) + 1 if len(before) else 0)
    end = low + middle + (int(after[0]) - 1 if len(after) else high - low - middle)
    length = float(np.linalg.norm(points[end] - points[begin]))
    if length < _LEAST_PX or (length < _SURE_PX and _is_arc(points, begin, end, most_px)):
        return None
    return begin, end


def _is_arc(points: Floats, low: int, high: int, most_px: float) -> bool:
    """Whether the stretch and as much again around it follow one parabola: then nothing ends there."""
    more = (high - low) // 2 + 1
    around = points[max(low - more, 0) : high + more + 1]
    center, direction, _ = fit_lines(points[None, low : high + 1])
    u, v = _rotated(around - center[0], direction[0])
    basis = np.column_stack([np.ones_like(u), u, u * u])
    factors, *_ = np.linalg.lstsq(basis, v, rcond=None)
    return bool(np.abs(basis @ factors - v).max() <= 1.5 * most_px)


def _rotated(gap: Floats, direction: Floats) -> tuple[Floats, Floats]:
    """Along and across a direction."""
    return gap @ direction, gap[:, 1] * direction[0] - gap[:, 0] * direction[1]
