"""Draw the tote bag: let it settle, light it, write it.

Takes three to four minutes of processor time. Run by scripts/draw_garments.py; what it prints goes into
garment.yaml.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from garments.modelled.bvh import Tree, build
from garments.modelled.camera import Camera, see
from garments.modelled.finish import gather, shade
from garments.modelled.mesh import Mesh
from garments.modelled.plate import (
    averaged,
    displacement_code,
    fit_zone,
    framed,
    plane_share,
    shading_code,
    shadow_code,
    shoulder,
    shrunk,
    write,
)
from garments.modelled.studio import Plane, Studio, light_plane
from garments.tote_details import draw_details
from garments.tote_shape import PANEL, build_tote

SIZE_PX, OVERSAMPLE = 2000, 2
ZONE_IN, ZONE_TOP_IN = (12.0, 12.0), 2.4
DISPLACEMENT_IN = 0.2
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


def draw_view(bag: Laid, tree: Tree, side: str, folder: Path) -> None:
    """Write one side's maps and print what garment.yaml must say of them."""
    large = CAMERA.enlarged(OVERSAMPLE)
    centre = np.array([0.0, -4.0, 0.0])
    seen = see(bag.mesh, tree, large)
    surface = draw_details(seen.part, seen.attributes)
    plane_light = light_plane(tree, STUDIO, centre=centre)
    gathered = gather(seen, tree, STUDIO, centre=centre, plane_light=plane_light, samples=36)
    light = shade(seen, surface, gathered, large)
    full = framed(seen, large.size_px)
    small = np.s_[OVERSAMPLE // 2 :: OVERSAMPLE, OVERSAMPLE // 2 :: OVERSAMPLE]
    panel = seen.part == PANEL
    place_in = seen.attributes[..., :2] + np.array([ZONE_IN[0] / 2, -ZONE_TOP_IN], np.float32)
    zone = fit_zone(full(place_in)[small], full(panel)[small], size_in=ZONE_IN)
    inside = panel & ((place_in >= 0) & (place_in <= ZONE_IN)).all(axis=-1)
    light = shoulder(light / np.float32(np.median(light[inside])))
    bright, mask = averaged(full(light), full((seen.part >= 0).astype(np.float32)), SIZE_PX)
    bare = full(((seen.part >= 0) & ~panel).astype(np.float32))
    codes = {
        "mask": mask,
        "shading": shading_code(bright, mask, step=SHADING_STEP),
        "displacement": displacement_code(zone.displacement_in, range_in=DISPLACEMENT_IN),
        "shadow": shadow_code(plane_share(tree, STUDIO, CAMERA, centre=centre, samples=32), mask),
        "no_ink": shrunk(bare, SIZE_PX),
    }
    sizes = {name: write(folder / f"{side}_{name}.webp", code) for name, code in codes.items()}
    print(f"{side}: {zone.describe(ZONE_IN)}, bytes {sizes} {sum(sizes.values())}")
    print(f"{side}: displacement up to {np.abs(zone.displacement_in[full(inside)[small]]).max():.3f} in")


def main(folder: Path) -> None:
    """Lay and draw both sides."""
    for side in ("front", "back"):
        bag = place(side)
        draw_view(bag, build(bag.mesh), side, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
