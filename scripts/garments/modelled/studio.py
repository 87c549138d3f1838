"""The light that reaches each point: one large soft box, a bright room, and a white table or wall.

Light is kept as vectors: the irradiance of a surface that leans a little away from the modelled one (a
thread, a stitch) is the vector's share along its own normal. So a coarse gather serves fine relief.
"""

# mypy: allow-untyped-defs, allow-untyped-calls
# ruff: noqa: ANN001, ANN201, ANN202, PLR0917, PLR2004 - numba infers types; sizes are used once, where they are read

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from garments.modelled.bvh import DEPTH, Tree, closest
from garments.modelled.mesh import Floats
from garments.modelled.weave import chance

Image = npt.NDArray[np.float32]

_GRID = 160
_REACH_IN = 16.0
_BATCH = 256


@dataclass(frozen=True, slots=True)
class Plane:
    """The table or wall: points p with normal · p = distance_in."""

    normal: tuple[float, float, float]
    distance_in: float

    def spanned(self) -> Floats:
        """(2, 3), two unit vectors in the plane."""
        normal = np.array(self.normal)
        first = np.cross(normal, [0.0, 1.0, 0.0] if abs(normal[1]) < 0.9 else [0.0, 0.0, 1.0])
        first /= np.linalg.norm(first)
        return np.stack([first, np.cross(normal, first)])


@dataclass(frozen=True, slots=True)
class Studio:
    """Lamps and plane; strengths are irradiances of a surface that faces the lamp."""

    plane: Plane
    key: tuple[float, float, float]
    """Towards the soft box."""
    key_half_deg: float
    """Half its angular size."""
    key_strength: float
    fill: tuple[float, float, float]
    fill_strength: float
    """A broad weak lamp, part of the room."""
    room: float
    """The room's plain radiance times pi."""
    bounce: float = 0.30
    """Share of light that cloth passes on to cloth."""
    table: float = 0.75
    """Share of light that the plane sends back."""


def light_plane(tree: Tree, studio: Studio, *, centre: Floats, samples: int = 40) -> Image:
    """(_GRID, _GRID), the share of its unshaded light that each spot of the plane near `centre` gets."""
    axes = studio.plane.spanned()
    normal = np.array(studio.plane.normal)
    middle = centre - (centre @ normal - studio.plane.distance_in) * normal
    step = (np.arange(_GRID) + 0.5) / _GRID * 2 - 1
    a, b = np.meshgrid(step * _REACH_IN, step * _REACH_IN)
    points = middle + a[..., None] * axes[0] + b[..., None] * axes[1]
    lit = irradiance(tree, studio, points.reshape(-1, 3), None, centre=centre, samples=samples)
    open_ = irradiance(_nothing(), studio, middle[None], None, centre=centre, samples=4096)
    share = (lit.sum(axis=1) @ normal) / (open_.sum(axis=1) @ normal)
    return np.asarray(share.reshape(_GRID, _GRID), np.float32)


def irradiance(
    tree: Tree,
    studio: Studio,
    points: Floats | Image,
    normals: Floats | Image | None,
    *,
    centre: Floats,
    plane_light: Image | None = None,
    samples: int = 48,
    seed: int = 1,
) -> Image:
    """Light vectors at points.

    Args:
        tree: what casts shadows.
        studio: the lamps.
        points: (n, 3) inches.
        normals: (n, 3) unit; None for points of the plane.
        centre: where `plane_light` lies.
        plane_light: from `light_plane`; None for a plane lit fully.
        samples: rays for the soft box, and again for the room.
        seed: of the sampling.

    Returns:
        (n, 2, 3): vectors of the soft box and of the room.
    """
    up = np.array(studio.plane.normal)
    facing = np.broadcast_to(up, points.shape) if normals is None else normals
    key, fill = (np.array(v) / np.linalg.norm(v) for v in (studio.key, studio.fill))
    lamps = np.stack([key, fill, up, *studio.plane.spanned(), centre]).astype(np.float32)
    figures = np.array(
        [
            np.cos(np.deg2rad(studio.key_half_deg)), studio.key_strength, studio.fill_strength, studio.room,
            studio.bounce, studio.table, studio.plane.distance_in,
        ],
        np.float32,
    )  # fmt: skip
    share = np.ones((_GRID, _GRID), np.float32) if plane_light is None else plane_light
    out = np.zeros((len(points), 2, 3), np.float32)
    _gather(
        tree, points.astype(np.float32), np.ascontiguousarray(facing, np.float32), lamps, figures, share,
        samples, seed, out,
    )  # fmt: skip
    return out


def _nothing() -> Tree:
    """A tree with one triangle far away."""
    one = np.full((1, 3), 1e7, np.float32)
    return Tree(one, one, one, one * 0, one * 0, np.zeros(1, np.int32), 1)


@njit(fastmath=True, cache=True)
def room_light(wx, wy, wz, lamps, figures):
    """Radiance of the room: brighter above, with the broad lamp."""
    up = wx * lamps[2, 0] + wy * lamps[2, 1] + wz * lamps[2, 2]
    toward = wx * lamps[1, 0] + wy * lamps[1, 1] + wz * lamps[1, 2]
    high = max(np.float32(0), wy)
    lamp = max(np.float32(0), toward) ** 4
    return (
        figures[3] * (np.float32(0.55) + np.float32(0.35) * up + np.float32(0.45) * high) + figures[2] * lamp
    )


@njit(fastmath=True, cache=True)
def _hash(n, seed):
    return np.float32(chance(n, 17, seed))


@njit(fastmath=True, cache=True)
def _frame(n):
    """Two vectors square to n (Duff and others 2017)."""
    sign = np.float32(1.0) if n[2] >= 0 else np.float32(-1.0)
    a = np.float32(-1.0) / (sign + n[2])
    b = n[0] * n[1] * a
    return (
        np.float32(1.0) + sign * n[0] * n[0] * a, sign * b, -sign * n[0],
        b, sign + n[1] * n[1] * a, -n[1],
    )  # fmt: skip


@njit(parallel=True, fastmath=True, cache=True)
def _gather(tree, points, normals, lamps, figures, share, samples, seed, out):
    count = points.shape[0]
    for batch in prange((count + _BATCH - 1) // _BATCH):
        stack = np.empty(DEPTH, np.int32)
        way, inverse, origin = np.empty(3, np.float32), np.empty(3, np.float32), np.empty(3, np.float32)
        for i in range(batch * _BATCH, min(count, (batch + 1) * _BATCH)):
            n = normals[i]
            turn_a, turn_b = _hash(i, seed), _hash(i, seed + 77)
            for k in range(3):
                origin[k] = points[i, k] + np.float32(0.006) * n[k]
            for kind in range(2):
                f = _frame(lamps[0]) if kind == 0 else _frame(n)
                pole = lamps[0] if kind == 0 else n
                lowest = figures[0] if kind == 0 else np.float32(0.0)
                for s in range(samples):
                    # The R2 sequence (Roberts 2018), turned by a hash of the point.
                    a = (turn_a + np.float32(0.7548776662) * (s + 1)) % np.float32(1.0)
                    b = (turn_b + np.float32(0.5698402910) * (s + 1)) % np.float32(1.0)
                    c = np.float32(1.0) - a * (np.float32(1.0) - lowest)
                    r = np.float32(np.sqrt(max(np.float32(0.0), 1 - c * c)))
                    phi = np.float32(6.2831853) * b
                    x, y = r * np.float32(np.cos(phi)), r * np.float32(np.sin(phi))
                    toward = np.float32(0.0)
                    for k in range(3):
                        way[k] = x * f[k] + y * f[3 + k] + c * pole[k]
                        toward += way[k] * n[k]
                        inverse[k] = np.float32(1.0) / (way[k] if abs(way[k]) > 1e-9 else np.float32(1e-9))
                    if toward <= 0.001:
                        continue
                    light = _radiance(tree, origin, way, inverse, stack, kind, lamps, figures, share)
                    for k in range(3):
                        out[i, kind, k] += way[k] * light
            for k in range(3):
                out[i, 0, k] /= samples
                # Uniform over the hemisphere: 2 pi of solid angle, over the pi of a plain room.
                out[i, 1, k] *= np.float32(2.0) / samples


@njit(fastmath=True, cache=True)
def _radiance(tree, origin, way, inverse, stack, kind, lamps, figures, share):
    t, at, _, _ = closest(tree, origin, way, inverse, stack)
    if kind == 0:
        return figures[1] if at < 0 else np.float32(0.0)
    down = way[0] * lamps[2, 0] + way[1] * lamps[2, 1] + way[2] * lamps[2, 2]
    if at >= 0:
        # Cloth: dim where it is close by, for there it is shaded itself.
        return (
            figures[4]
            * (figures[1] + figures[3])
            * np.float32(0.5)
            * min(np.float32(1.0), t / 3 + np.float32(0.15))
        )
    if down >= -0.001:
        return room_light(way[0], way[1], way[2], lamps, figures)
    height = origin[0] * lamps[2, 0] + origin[1] * lamps[2, 1] + origin[2] * lamps[2, 2] - figures[6]
    t = -height / down
    a, b = np.float32(0.0), np.float32(0.0)
    for k in range(3):
        at_k = origin[k] + t * way[k] - lamps[5, k]
        a += at_k * lamps[3, k]
        b += at_k * lamps[4, k]
    col = int((a / _REACH_IN + 1) * 0.5 * _GRID)
    row = int((b / _REACH_IN + 1) * 0.5 * _GRID)
    lit = share[row, col] if 0 <= row < _GRID and 0 <= col < _GRID else np.float32(1.0)
    facing = lamps[0, 0] * lamps[2, 0] + lamps[0, 1] * lamps[2, 1] + lamps[0, 2] * lamps[2, 2]
    return figures[5] * lit * (figures[1] * facing + figures[3])
