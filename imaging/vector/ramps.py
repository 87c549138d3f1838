"""Gradients as functions of place."""

import numpy as np
import numpy.typing as npt

from imaging.vector.drawing import LinearGradient, RadialGradient

Floats = npt.NDArray[np.float32]


def ramp_place(fill: LinearGradient | RadialGradient, x: Floats, y: Floats) -> Floats:
    """Where on the gradient each place lies, 0-1."""
    if isinstance(fill, RadialGradient):
        away = np.hypot(x - fill.center[0], y - fill.center[1]) / max(fill.radius, 1e-6)
        return np.asarray(np.clip(away, 0, 1), np.float32)
    across = np.subtract(fill.end, fill.start)
    along = (x - fill.start[0]) * across[0] + (y - fill.start[1]) * across[1]
    return np.asarray(np.clip(along / max(float(across @ across), 1e-9), 0, 1), np.float32)


def ramp_colors(fill: LinearGradient | RadialGradient, x: Floats, y: Floats) -> Floats:
    """(N, 4) premultiplied RGBA, 0-255, of a gradient at each place; stops blend straight, as in SVG."""
    place = ramp_place(fill, x, y)
    offsets = [stop.offset for stop in fill.stops]
    straight = np.array([[*stop.color, 255 * stop.opacity] for stop in fill.stops], np.float64)
    color = np.column_stack([np.interp(place, offsets, straight[:, channel]) for channel in range(4)])
    color[:, :3] *= color[:, 3:] / 255
    return color.astype(np.float32)
