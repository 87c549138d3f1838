"""Draw the cap: model, light, write.

Takes three to four minutes of processor time. Run by scripts/draw_garments.py; what it prints goes into
garment.yaml.
"""

import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from garments.cap_details import EYELET_RISE_IN, draw_details
from garments.cap_parts import back_parts, button, crown_parts, turned_down
from garments.cap_shape import CROWN, OPENING_IN, Crown, build_crown
from garments.cap_visor import visor
from garments.modelled.bvh import build
from garments.modelled.camera import Camera, Seen
from garments.modelled.mesh import Floats, Mesh, joined
from garments.modelled.plate import Flags, Image
from garments.modelled.studio import Plane, Studio
from garments.modelled.view import Printable, Scene, draw, look

SIZE_PX = 2000
ZONES_IN = {"front": (4.5, 2.25), "back": (3.5, 0.8)}
ZONE_LOW_IN = {"front": 0.45, "back": OPENING_IN + 0.38}
SHADING_STEP = 2


@dataclass(frozen=True, slots=True)
class Placed:
    """The cap on the table."""

    mesh: Mesh
    crown: Crown
    turn: Floats
    """(3, 3), from worn level to as it lies."""


def place(side: str) -> Placed:
    """Lean the cap back until the visor's corners and the back of the crown touch the table."""
    crown = build_crown()
    parts = [*crown_parts(crown), visor(crown), button(crown), *back_parts(crown)]
    points = joined(parts).points
    ahead = points[:, 2] > 0
    low, high = 0.0, 15.0
    for _ in range(30):
        angle = (low + high) / 2
        y = (points @ _lean_back(angle).T)[:, 1]
        low, high = (angle, high) if y[ahead].min() < y[~ahead].min() else (low, angle)
    turn = _lean_back(low)
    if side == "back":
        table = (points @ turn.T)[:, 1].min()
        parts.append(turned_down(crown, (table - turn[1, 2] * crown.points[4, :, 2]) / turn[1, 1]))
    mesh = joined(parts)
    return Placed(replace(mesh, points=mesh.points @ turn.T, normals=mesh.normals @ turn.T), crown, turn)


def _lean_back(angle_deg: float) -> Floats:
    c, s = np.cos(np.deg2rad(angle_deg)), np.sin(np.deg2rad(angle_deg))
    return np.array([[1, 0, 0], [0, c, s], [0, -s, c]])


def studio_of(side: str, table_in: float) -> Studio:
    """The lamps stand to the left of the camera, whichever way the cap faces."""
    way = 1.0 if side == "front" else -1.0
    return Studio(
        Plane((0, 1, 0), table_in),
        key=(-0.62 * way, 0.72, 0.62 * way), key_half_deg=15, key_strength=0.80,
        fill=(0.85 * way, 0.30, 0.55 * way), fill_strength=0.28, room=0.34,
    )  # fmt: skip


def camera_of(side: str) -> Camera:
    """A little above the visor, from six feet."""
    if side == "front":
        return Camera((0.0, 1.22, 2.0), 0, 11.5, 64, 212, SIZE_PX)
    return Camera((0.0, 1.50, -1.5), 180, 8.5, 64, 226, SIZE_PX)


def print_place(seen: Seen, level: Image, crown: Crown, side: str) -> tuple[Image, Flags]:
    """Each pixel's inches right and down of the zone's upper left corner, and where the crown is seen.

    A print's lines run level as the cap is worn; across they follow the cloth.
    """
    s = seen.attributes[..., 0].astype(np.float64)
    column = int(np.argmin(np.abs(crown.azimuth_deg))) if side == "front" else 0
    if side == "back":
        half = np.interp(seen.attributes[..., 1], crown.rise_in[:, 0], crown.round_in)
        s = np.where(s < 0, 1, -1) * (half - np.abs(s))
    rise = np.interp(level[..., 1], crown.points[:, column, 1], crown.rise_in[:, column])
    width, height = ZONES_IN[side]
    place = np.stack([s + width / 2, ZONE_LOW_IN[side] + height - rise], axis=-1).astype(np.float32)
    away = np.abs(level[..., 2]) > 0.4  # noqa: PLR2004 - past the sides the picture sees no print
    return place, (seen.part == CROWN) & away


def draw_view(cap: Placed, side: str, folder: Path) -> None:
    """Write one side's maps and print what garment.yaml must say of them."""
    table = float(cap.mesh.points[:, 1].min())
    centre = np.array([0.0, table, 1.2])
    scene = Scene(cap.mesh, build(cap.mesh), camera_of(side), studio_of(side, table), centre)
    seen = look(scene)
    level = np.asarray(seen.point @ cap.turn.astype(np.float32), np.float32)
    surface = draw_details(seen.part, seen.attributes, level)
    place, crown = print_place(seen, level, cap.crown, side)
    zone = Printable(ZONES_IN[side], place, crown, _no_ink(seen))
    draw(scene, seen, surface, zone, side=side, folder=folder, step=SHADING_STEP)


def _no_ink(seen: Seen) -> Image:
    """All parts but the crown, and the eyelets."""
    eyelet = np.hypot(seen.attributes[..., 2], seen.attributes[..., 1] - EYELET_RISE_IN) < 0.2  # noqa: PLR2004 - its rim
    return np.asarray((seen.part >= 0) & ((seen.part != CROWN) | eyelet), np.float32)


def main(folder: Path) -> None:
    """Draw both sides."""
    for side in ("front", "back"):
        draw_view(place(side), side, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
