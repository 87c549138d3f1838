"""Draw the tote bag: let it settle, light it, write it.

Takes three to four minutes of processor time. Run by scripts/draw_garments.py; what it prints goes into
garment.yaml.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from garments.modelled.bvh import build
from garments.modelled.camera import Camera
from garments.modelled.mesh import Mesh
from garments.modelled.studio import Plane, Studio
from garments.modelled.view import Printable, Scene, draw, look
from garments.tote_details import draw_details
from garments.tote_shape import PANEL, build_tote

SIZE_PX = 2000
ZONE_IN, ZONE_TOP_IN = (12.0, 12.0), 2.4
SHADING_STEP = 3
STUDIO = Studio(
    Plane((0, 0, 1), 0.0),
    key=(-0.62, 0.66, 0.52), key_half_deg=13, key_strength=0.80,
    fill=(0.80, 0.10, 0.60), fill_strength=0.20, room=0.30,
)  # fmt: skip
CAMERA = Camera((0.0, -3.55, 0.0), 0, 0, 90, 70.0, SIZE_PX)
_SEEDS = {"front": 3, "back": 12}


@dataclass(frozen=True, slots=True)
class Laid:
    """A bag on the table."""

    mesh: Mesh


def place(side: str = "front") -> Laid:
    """Each side is laid anew: nobody photographs both without lifting the bag."""
    return Laid(build_tote(seed=_SEEDS[side]))


def draw_view(bag: Laid, side: str, folder: Path) -> None:
    """Write one side's maps and print what garment.yaml must say of them."""
    scene = Scene(bag.mesh, build(bag.mesh), CAMERA, STUDIO, np.array([0.0, -4.0, 0.0]))
    seen = look(scene)
    surface = draw_details(seen.part, seen.attributes)
    panel = seen.part == PANEL
    place_in = seen.attributes[..., :2] + np.array([ZONE_IN[0] / 2, -ZONE_TOP_IN], np.float32)
    bare = ((seen.part >= 0) & ~panel).astype(np.float32)
    zone = Printable(ZONE_IN, place_in, panel, bare)
    draw(scene, seen, surface, zone, side=side, folder=folder, step=SHADING_STEP)


def main(folder: Path) -> None:
    """Lay and draw both sides."""
    for side in ("front", "back"):
        draw_view(place(side), side, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
