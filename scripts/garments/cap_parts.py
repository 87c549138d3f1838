"""The cap's parts but its visor: crown, sweatband, button, tape and snap strap; inches, worn level."""

# ruff: noqa: PLR2004 - sizes of one cap, in inches, each used once where it is read

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter1d

from garments.cap_shape import (
    BAND,
    BUTTON,
    CROWN,
    INSIDE,
    LIP,
    OPENING_HALF_IN,
    OPENING_IN,
    SEAMS_DEG,
    STRAP,
    STRAP_UNDER,
    TAPE,
    Crown,
)
from garments.modelled.mesh import Floats, Mesh, grid, tube

_THICK_IN = 0.09


def crown_parts(crown: Crown) -> list[Mesh]:
    """Outer face, lower lip and inside, with the opening at the back cut out."""
    seam = np.interp(crown.azimuth_deg, SEAMS_DEG, np.arange(7.0))
    panel = np.clip(np.floor(seam), 0, 5).astype(int)
    low, high = (
        np.stack([np.interp(SEAMS_DEG[panel + k], crown.azimuth_deg, row) for row in crown.around_in])
        for k in (0, 1)
    )
    attributes = np.stack(
        [crown.around_in, crown.rise_in, crown.around_in - (low + high) / 2, (high - low) / 2], axis=-1
    )
    open_ = (crown.behind_in() / OPENING_HALF_IN) ** 2 + (crown.rise_in / OPENING_IN) ** 2 < 1
    cut = open_[:-1, :-1] & open_[1:, 1:]
    inner = crown.points - _THICK_IN * crown.normals
    angle = np.linspace(0, np.pi, 9)[:, None, None]
    middle = (crown.points[0] + inner[0]) / 2
    lip = middle + _THICK_IN / 2 * (np.cos(angle) * crown.normals[0] - np.sin(angle) * np.array([0, 1.0, 0]))
    lip_attributes = np.repeat(attributes[:1], 9, axis=0)
    return [
        grid(crown.points, attributes, part=CROWN, keep=~cut),
        grid(lip, lip_attributes, part=LIP, keep=np.repeat(~cut[:1], 8, axis=0)),
        grid(inner, attributes, part=INSIDE, keep=~cut),
        _sweatband(crown, cut),
    ]


def _sweatband(crown: Crown, cut: npt.NDArray[np.bool_]) -> Mesh:
    rows = int(np.searchsorted(crown.rise_in.mean(axis=1), 1.3))
    points = (crown.points - (_THICK_IN + 0.06) * crown.normals)[:rows]
    attributes = np.stack([crown.around_in, crown.rise_in, crown.rise_in, crown.rise_in], axis=-1)[:rows]
    return grid(points, attributes, part=BAND, keep=~cut[: rows - 1])


def turned_down(crown: Crown, floor_in: Floats) -> Mesh:
    """The sweatband at the front, turned down to the table: what one sees through the opening.

    Args:
        crown: the crown.
        floor_in: (columns,), height of the table under each azimuth.
    """
    ahead = np.flatnonzero(np.abs(crown.azimuth_deg) < 64)
    top = (crown.points - (_THICK_IN + 0.06) * crown.normals)[4, ahead]
    share = np.linspace(0, 1, 41)[:, None]
    points = np.repeat(top[None], 41, axis=0)
    points[..., 1] += share * (floor_in[ahead] - top[:, 1])[None]
    s = np.broadcast_to(crown.around_in[4, ahead], share.shape[:1] + top.shape[:1])
    attributes = np.stack([s, points[..., 1], points[..., 1], points[..., 1]], axis=-1)
    return grid(points, attributes, part=BAND)


def button(crown: Crown) -> Mesh:
    """The covered button on top: attributes are inches right, inches back, distance from the middle, 0."""
    top = crown.points[-1].mean(axis=0)
    profile = np.array(
        [
            (0.0, 0.175),
            (0.09, 0.168),
            (0.18, 0.140),
            (0.245, 0.088),
            (0.268, 0.03),
            (0.255, -0.04),
            (0.22, -0.09),
        ]
    )
    arc = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(profile, axis=0), axis=1))])
    fine = CubicSpline(arc, profile)(np.linspace(0, arc[-1], 40))
    turn = np.linspace(0, 2 * np.pi, 121)
    r, h = fine[:, :1], fine[:, 1:]
    x, z = r * np.sin(turn), r * np.cos(turn)
    points = np.stack([x, np.broadcast_to(h, x.shape), z], axis=-1) + top
    way = np.linspace(0, arc[-1], 40)[:, None]
    attributes = np.stack(
        [way * np.sin(turn), way * np.cos(turn), np.broadcast_to(way, x.shape), np.zeros_like(x)], -1
    )
    mesh = grid(points, attributes, part=BUTTON)
    mesh.normals[: len(turn)] = (0, 1, 0)
    return mesh


def back_parts(crown: Crown) -> list[Mesh]:
    """The tape round the opening and the two halves of the snap strap."""
    angle = np.linspace(0, np.pi, 181)
    s = -OPENING_HALF_IN * np.cos(angle)
    line, normal = crown.at(s, OPENING_IN * np.sin(angle))
    line = gaussian_filter1d(line, 4, axis=0, mode="nearest")
    normal = gaussian_filter1d(normal, 4, axis=0, mode="nearest")
    # Its ends are turned in under the crown's edge.
    down = np.linspace(0.10, 0.01, 10)[:, None] * np.array([0, 1.0, 0])
    line = np.concatenate([line[0] - down, line, line[-1] - down[::-1]])
    normal = np.pad(normal, ((10, 10), (0, 0)), mode="edge")
    foot = np.minimum(np.arange(len(line)), np.arange(len(line))[::-1]) / 4
    foot = np.sqrt(np.clip(1 - (1 - np.clip(foot, 0, 1)) ** 2, 0.01, 1))
    tape = tube(line - 0.035 * normal, normal, width_in=0.34, height_in=0.16, part=TAPE, widths=foot)
    return [tape, _strap(crown, -2.0, 1.05, -0.15, STRAP), _strap(crown, -1.0, 2.0, -0.225, STRAP_UNDER)]


def _strap(crown: Crown, first: float, last: float, lift: float, part: int) -> Mesh:
    """One half of the strap: it spans the opening on a circle through the ends of the cloth."""
    s = np.linspace(first, last, 241)
    edge, _ = crown.at(np.array([-1.95, 1.95]), np.array([0.46, 0.46]))
    middle, half, radius = edge.mean(axis=0), abs(edge[0, 0]), 4.1
    x = -s * half / 1.95
    z = middle[2] - (np.sqrt(radius**2 - x**2) - np.sqrt(radius**2 - half**2))
    line = np.stack([x, np.full_like(x, middle[1]), z], axis=1)
    out = np.stack([x / radius, np.zeros_like(x), -np.sqrt(1 - (x / radius) ** 2)], axis=1)
    # The free end is cut round.
    free = last - s if part == STRAP else s - first
    widths = np.sqrt(np.clip(1 - (1 - np.clip(free / 0.34, 0, 1)) ** 2.4, 1e-4, 1))
    mesh = tube(line + lift * out, out, width_in=0.68, height_in=0.075, part=part, around=61, widths=widths)
    mesh.attributes[:, 0] += first
    return mesh
