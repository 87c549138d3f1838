"""The tote's form: the settled panels, their mouth, and two handles laid in a loop."""

import numpy as np
from scipy.ndimage import gaussian_filter1d

from garments.modelled.mesh import Floats, Mesh, grid, joined, tube
from garments.tote_cloth import Bag, lay_bag

PANEL, BEHIND, HANDLE, HANDLE_BEHIND, MOUTH = range(5)
HANDLE_AT_IN, HANDLE_IN, SEWN_IN = 3.0, 1.0, 1.45
_DROP_IN = 8.2


def build_tote(*, seed: int) -> Mesh:
    """Everything that lies on the table."""
    bag = lay_bag(seed=seed)
    parts = [
        _panel(bag, bag.upper, PANEL),
        _panel(bag, bag.lower, BEHIND),
        _mouth(bag),
        _handle(bag, seed=seed),
        _handle_behind(bag, seed=seed),
    ]
    return joined(parts)


def _panel(bag: Bag, points: Floats, part: int) -> Mesh:
    """Attributes are: inches right of the middle, inches down from the mouth, 0, 0."""
    u, v = np.meshgrid(bag.u, bag.v)
    points = points.copy()
    if part == PANEL:
        # A seam allowance inside lifts the edge: it is rolled, not cut.
        inset = np.minimum(7.5 - np.abs(u), 16.0 - v)
        points[..., 2] += 0.07 * np.sqrt(np.clip(1 - (1 - np.clip(inset, 0, 0.16) / 0.16) ** 2, 0, 1))
    return grid(points, np.stack([u, v, 0 * u, 0 * u], axis=-1), part=part)


def _mouth(bag: Bag) -> Mesh:
    """The folded edge of the hem."""
    line = bag.upper[0].copy()
    line[:, 2] -= 0.012
    normal = np.tile([0.0, 0.0, 1.0], (len(line), 1))
    return tube(line, normal, width_in=0.07, height_in=0.075, part=MOUTH)


def _arch(lean_in: float, bulge_in: float, drop_in: float) -> Floats:
    """(n, 2) from the left foot over the top to the right foot: straight legs, a round top."""
    legs = drop_in - HANDLE_AT_IN
    angle = np.linspace(np.pi, 0, 161)
    top = np.stack([HANDLE_AT_IN * np.cos(angle), legs + HANDLE_AT_IN * 1.02 * np.sin(angle)], axis=1)
    leg = np.linspace(-SEWN_IN, legs, 141)[:-1]
    left = np.stack([np.full_like(leg, -HANDLE_AT_IN), leg], axis=1)
    right = (left * (-1, 1))[::-1]
    line = np.concatenate([left, top, right])
    up = np.clip(line[:, 1] / drop_in, 0, 1)
    line[:, 0] += (
        lean_in * up**1.5 + bulge_in * np.sign(line[:, 0]) * np.sin(np.pi * np.clip(up * 1.25, 0, 1)) ** 2
    )
    return np.asarray(gaussian_filter1d(line, 8, axis=0, mode="nearest"))


def _handle(bag: Bag, *, seed: int) -> Mesh:
    """The near handle: sewn onto the panel, then dropping to the table."""
    way = 1 if seed % 2 else -1
    plan = _arch(0.34 * way, 0.16, _DROP_IN)
    z = np.empty(len(plan))
    for k, (x, y) in enumerate(plan):
        col = int(np.clip(np.searchsorted(bag.u, x), 1, len(bag.u) - 1))
        row = int(np.clip(np.searchsorted(bag.v, max(-y, 0.0)), 0, len(bag.v) - 1))
        mouth = bag.upper[0, col, 2]
        z[k] = bag.upper[row, col, 2] + 0.055 if y < 0 else 0.10 + (mouth - 0.045) * np.exp(-((y / 1.1) ** 2))
    mouth_y = np.interp(plan[:, 0], bag.upper[0, :, 0], bag.upper[0, :, 1])
    line = np.stack(
        [plan[:, 0], plan[:, 1] + mouth_y, gaussian_filter1d(z, 3, mode="nearest") + 0.02], axis=1
    )
    return _laid(line, HANDLE)


def _handle_behind(bag: Bag, *, seed: int) -> Mesh:
    """The far handle comes from under the mouth; it lies on the table and under the near one."""
    way = 1 if seed % 2 else -1
    plan = _arch(-0.42 * way, -0.10, _DROP_IN + 0.55)
    line = np.stack([plan[:, 0], plan[:, 1] + bag.upper[0, :, 1].mean(), np.full(len(plan), 0.035)], axis=1)
    return _laid(line, HANDLE_BEHIND)


def _laid(line: Floats, part: int) -> Mesh:
    normal = np.tile([0.0, 0.0, 1.0], (len(line), 1))
    mesh = tube(line, normal, width_in=HANDLE_IN, height_in=0.085, part=part, around=49)
    mesh.attributes[:, 3] = mesh.attributes[:, 0].max()
    return mesh
