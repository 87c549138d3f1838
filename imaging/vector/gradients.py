"""Linear and radial gradients by least squares: the direction or centre first, then the stops along it."""

# ruff: noqa: PLR2004 - counts of points, halves and guards against division read best where they stand

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imaging.types import Pixels
from imaging.vector.drawing import LinearGradient, RadialGradient, Stop
from imaging.vector.paints import Paint
from imaging.vector.ramps import ramp_colors

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_MOST_SAMPLES = 3000
_EVEN = 3.0
"""Levels of deviation up to which an area is one colour."""
_FINE, _TOLERABLE = 2.5, 5.0
"""Root mean square deviation, in levels, at which a gradient is taken at once, and at which it still is."""
_BINS = 48
_STOP_MISS = 2.5
"""A stop is added while the colours between the stops miss by more levels."""
_MOST_STOPS = 6


@dataclass(frozen=True, slots=True)
class Sample:
    """Some pixels of an area."""

    x: Floats
    y: Floats
    """Pixel centres."""
    color: Floats
    """(N, 4) straight RGB and alpha, 0-255."""

    @classmethod
    def of(cls, pixels: Pixels, index: Ints) -> "Sample":
        """At most `_MOST_SAMPLES` of the pixels with these flat indices, evenly."""
        some = index[:: max(1, -(-len(index) // _MOST_SAMPLES))]
        width = pixels.shape[1]
        color = pixels.reshape(-1, 4)[some].astype(np.float64)
        return cls(some % width + 0.5, some // width + 0.5, color)

    def premultiplied(self) -> Floats:
        """(N, 4) RGBA, 0-255, colours multiplied by alpha."""
        color = self.color.copy()
        color[:, :3] *= color[:, 3:] / 255
        return color


def fits(paint: Paint, sample: Sample) -> bool:
    """Whether a paint explains the sample as well as one of its own would."""
    goal = sample.premultiplied()
    if isinstance(paint.fill, LinearGradient | RadialGradient):
        color = ramp_colors(paint.fill, sample.x.astype(np.float32), sample.y.astype(np.float32))
    else:
        color = np.array([[*paint.fill, 255.0]], np.float32) * np.float32(paint.opacity)
    # Most areas differ at once.
    if np.abs(goal[::97] - color[::97] if len(color) > 1 else goal[::97] - color).max() > 8 * _FINE:
        return False
    return _rms(goal - color) <= _FINE


def _rms(miss: npt.NDArray[np.floating]) -> float:
    return float(np.sqrt(np.mean(np.sum(np.square(miss), axis=1))))


def fit_paint(sample: Sample) -> Paint | None:
    """One colour, else the better of a linear and a radial gradient, or None when neither fits."""
    middle = np.median(sample.color, axis=0)
    if np.percentile(np.abs(sample.color - middle).max(axis=1), 95) <= _EVEN:
        red, green, blue, alpha = (round(float(value)) for value in middle)
        return Paint((red, green, blue), round(alpha / 255, 3) if alpha < 252 else 1.0)
    goal = sample.premultiplied()
    best: tuple[float, Paint] | None = None
    for fitted in (_linear, _radial):
        paint = fitted(sample)
        color = ramp_colors(paint.fill, sample.x.astype(np.float32), sample.y.astype(np.float32))  # type: ignore[arg-type]  # both give gradients
        miss = _rms(goal - color)
        if best is None or miss < 0.8 * best[0]:
            best = (miss, paint)
        if miss <= _FINE:
            break
    return best[1] if best is not None and best[0] <= _TOLERABLE else None


def _linear(sample: Sample) -> Paint:
    """The direction in which colours change, turned until they change in no other."""
    x, y = sample.x - sample.x.mean(), sample.y - sample.y.mean()
    basis = np.column_stack([np.ones_like(x), x, y])
    slopes = np.linalg.lstsq(basis, sample.color, rcond=None)[0][1:]
    _, _, axes = np.linalg.svd(slopes.T)
    angle = float(np.arctan2(axes[0, 1], axes[0, 0]))

    def place(turned: float) -> Floats:
        return np.asarray(sample.x * np.cos(turned) + sample.y * np.sin(turned), np.float64)

    angle = _best_of(angle, (0.3, 0.1, 0.03), lambda turned: _scatter(place(turned), sample.color))
    along = place(angle)
    low, high = float(along.min()), float(along.max())
    direction = np.array([np.cos(angle), np.sin(angle)])
    center = np.array([sample.x.mean(), sample.y.mean()])
    base = center - direction * float(center @ direction)
    start, end = base + low * direction, base + high * direction
    stops = _stops((along - low) / max(high - low, 1e-6), sample.color)
    return Paint(LinearGradient((float(start[0]), float(start[1])), (float(end[0]), float(end[1])), stops))


def _best_of(value: float, spans: tuple[float, ...], cost: Callable[[float], float]) -> float:
    """Search around a value, coarse to fine."""
    for span in spans:
        tried = value + span * np.linspace(-1, 1, 7)
        value = float(tried[int(np.argmin([cost(one) for one in tried]))])
    return value


def _radial(sample: Sample) -> Paint:
    """The centre around which colours depend on distance alone, by a shrinking search."""
    span = max(float(np.ptp(sample.x)), float(np.ptp(sample.y)), 1.0)
    center = _center_guess(sample)
    reach = span * 0.4
    for _ in range(6):
        grid = [(center[0] + reach * i, center[1] + reach * j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        costs = [_scatter(np.hypot(sample.x - gx, sample.y - gy), sample.color) for gx, gy in grid]
        best = int(np.argmin(costs))
        center = grid[best]
        reach *= 0.5 if best == 4 else 0.8
    away = np.hypot(sample.x - center[0], sample.y - center[1])
    radius = float(away.max())
    return Paint(RadialGradient(center, radius, _stops(away / max(radius, 1e-6), sample.color)))


def _center_guess(sample: Sample) -> tuple[float, float]:
    """Where a paraboloid through the colours has its top."""
    x, y = sample.x - sample.x.mean(), sample.y - sample.y.mean()
    main = sample.color - sample.color.mean(axis=0)
    _, _, axes = np.linalg.svd(main, full_matrices=False)
    value = main @ axes[0]
    basis = np.column_stack([np.ones_like(x), x, y, x * x + y * y])
    _, bx, by, bend = np.linalg.lstsq(basis, value, rcond=None)[0]
    limit = 2 * max(float(np.ptp(x)), float(np.ptp(y)))
    dx, dy = (float(np.clip(-b / (2 * bend), -limit, limit)) if abs(bend) > 1e-9 else 0.0 for b in (bx, by))
    return float(sample.x.mean()) + dx, float(sample.y.mean()) + dy


def _scatter(place: Floats, color: Floats) -> float:
    """How much colours vary among pixels of one place."""
    low, high = place.min(), place.max()
    bins = np.minimum(((place - low) / max(high - low, 1e-9) * _BINS).astype(np.int64), _BINS - 1)
    count = np.maximum(np.bincount(bins, minlength=_BINS), 1)
    total = 0.0
    for channel in color.T:
        mean = np.bincount(bins, weights=channel, minlength=_BINS) / count
        total += float(np.square(channel - mean[bins]).sum())
    return total


def _stops(place: Floats, color: Floats) -> tuple[Stop, ...]:
    """Few stops whose blends follow the colours: the worst place becomes a stop until none is bad."""
    at = [0.0, 1.0]
    values = _solve(place, color, at)
    while len(at) < _MOST_STOPS:
        profile, miss = _misses(place, color, at, values)
        worst = int(np.argmax(miss))
        if miss[worst] <= _STOP_MISS:
            break
        at = sorted([*at, float(profile[worst])])
        values = _solve(place, color, at)
    stops = []
    for offset, (red, green, blue, alpha) in zip(at, np.clip(np.rint(values), 0, 255).tolist(), strict=True):
        opacity = round(alpha / 255, 3) if alpha < 252 else 1.0
        stops.append(Stop(round(offset, 4), (int(red), int(green), int(blue)), opacity))
    return tuple(stops)


def _solve(place: Floats, color: Floats, at: list[float]) -> Floats:
    """Colours of stops by least squares (hat functions)."""
    knots = np.array(at)
    hats = np.column_stack([np.interp(place, knots, row) for row in np.eye(len(at))])
    gram = hats.T @ hats + 1e-6 * np.eye(len(at))
    return np.asarray(np.linalg.solve(gram, hats.T @ color), np.float64)


def _misses(place: Floats, color: Floats, at: list[float], values: Floats) -> tuple[Floats, Floats]:
    """Places, away from the stops there are, and by how much the mean colour there is missed."""
    bins = np.minimum((place * _BINS).astype(np.int64), _BINS - 1)
    count = np.bincount(bins, minlength=_BINS)
    middle = (np.arange(_BINS) + 0.5) / _BINS
    miss = np.zeros(_BINS)
    for channel in range(color.shape[1]):
        blend = np.interp(place, at, values[:, channel])
        mean = np.bincount(bins, weights=color[:, channel] - blend, minlength=_BINS) / np.maximum(count, 1)
        miss = np.maximum(miss, np.abs(mean))
    crowded = np.abs(middle[:, None] - np.array(at)).min(axis=1) < 1.2 / _BINS
    miss[(count < 3) | crowded] = 0
    return middle, miss
