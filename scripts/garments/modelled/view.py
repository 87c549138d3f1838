"""One side of a modelled garment, from the model on its plane to the maps that the mock-up engine reads."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from garments.modelled.bvh import Tree
from garments.modelled.camera import Camera, Seen, see
from garments.modelled.finish import Surface, gather, shade
from garments.modelled.mesh import Floats, Mesh
from garments.modelled.plate import (
    Flags,
    Image,
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
from garments.modelled.studio import Studio, light_plane

OVERSAMPLE = 2
DISPLACEMENT_IN = 0.2


@dataclass(frozen=True, slots=True)
class Scene:
    """A garment before the camera."""

    mesh: Mesh
    tree: Tree
    camera: Camera
    studio: Studio
    centre: Floats
    """(3,): the middle of the plane's part that counts."""


@dataclass(frozen=True, slots=True)
class Printable:
    """Where a zone lies in the window that is seen."""

    size_in: tuple[float, float]
    place_in: Image
    """(H, W, 2): each pixel's inches right and down of the zone's upper left corner."""
    cloth: Flags
    """(H, W): where that is known."""
    no_ink: Image
    """(H, W), 0-1: what lies over the print."""


def look(scene: Scene) -> Seen:
    """What each pixel of the oversampled picture sees."""
    return see(scene.mesh, scene.tree, scene.camera.enlarged(OVERSAMPLE))


def draw(
    scene: Scene, seen: Seen, surface: Surface, zone: Printable, *, side: str, folder: Path, step: int
) -> None:
    """Light what is seen, write the side's maps and print what garment.yaml must say of them.

    Args:
        scene: Of the garment.
        seen: Of `look`.
        surface: What is drawn on the garment.
        zone: What can be printed on.
        side: Front or back.
        folder: Where the maps go.
        step: Of the shading's brightness, in bytes.
    """
    light = _lit(scene, seen, surface)
    size_px, full = scene.camera.size_px, framed(seen, scene.camera.size_px * OVERSAMPLE)
    small = np.s_[OVERSAMPLE // 2 :: OVERSAMPLE, OVERSAMPLE // 2 :: OVERSAMPLE]
    fitted = fit_zone(full(zone.place_in)[small], full(zone.cloth)[small], size_in=zone.size_in)
    inside = zone.cloth & ((zone.place_in >= 0) & (zone.place_in <= zone.size_in)).all(axis=-1)
    light = shoulder(light / np.float32(np.median(light[inside])))
    bright, mask = averaged(full(light), full((seen.part >= 0).astype(np.float32)), size_px)
    share = plane_share(scene.tree, scene.studio, scene.camera, centre=scene.centre, samples=32)
    codes = {
        "mask": mask,
        "shading": shading_code(bright, mask, step=step),
        "displacement": displacement_code(fitted.displacement_in, range_in=DISPLACEMENT_IN),
        "shadow": shadow_code(share, mask),
        "no_ink": shrunk(full(zone.no_ink), size_px),
    }
    sizes = {name: write(folder / f"{side}_{name}.webp", code) for name, code in codes.items()}
    print(f"{side}: {fitted.describe(zone.size_in)}, bytes {sizes} {sum(sizes.values())}")
    print(f"{side}: displacement up to {np.abs(fitted.displacement_in[full(inside)[small]]).max():.3f} in")


def _lit(scene: Scene, seen: Seen, surface: Surface) -> Image:
    """(H, W): brightness of white cloth."""
    plane_light = light_plane(scene.tree, scene.studio, centre=scene.centre)
    gathered = gather(
        seen, scene.tree, scene.studio, centre=scene.centre, plane_light=plane_light, samples=36
    )
    return shade(seen, surface, gathered, scene.camera.enlarged(OVERSAMPLE))
