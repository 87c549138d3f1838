"""Drape, light and write the t-shirt.

Takes about four minutes on two cores. Run by scripts/draw_garments.py. The result is committed under
configs/garments/tshirt; run this only to change the shirt, then copy the printed figures into garment.yaml
and look at the golden mock-ups. One machine gives the same bytes again; folds amplify rounding, so another
kind of processor may settle a fold elsewhere.
"""

import sys
from pathlib import Path

import cv2
import numpy as np

from garments.body import build_body
from garments.cloth import Floats, Sewn, drape, iron, place, refine, sew
from garments.details import add_details
from garments.light import shade
from garments.maps import displacement_code, fit_print, shading_code, shadow_code, write
from garments.pattern import cut_panel
from garments.raster import look

SIZE_PX = 2000
PPI = 62.0
TOP_IN = 1.5
OVERSAMPLE = 2
PRINT_AREA_IN = {"front": (7.0, 24.0), "back": (4.0, 22.0)}


def drape_shirt() -> tuple[Sewn, Floats]:
    """Settle a coarse mesh, then let a fine one find the small folds."""
    body = build_body()
    coarse, fine = (
        sew(cut_panel("front", spacing_in=inch), cut_panel("back", spacing_in=inch)) for inch in (0.5, 0.22)
    )
    settled = drape(coarse, body, place(coarse, body), seconds=4.0, bend=1e-5, gravity=200.0)
    settled = drape(fine, body, refine(coarse, settled, fine), seconds=1.0, bend=4e-6, gravity=100.0)
    return fine, iron(fine, settled, passes=10)


def draw_view(sewn: Sewn, position: Floats, side: str, folder: Path) -> None:
    """Write one side's four maps and print what garment.yaml must say of them."""
    size, ppi = SIZE_PX * OVERSAMPLE, PPI * OVERSAMPLE
    view = look(sewn, position, side=side, size_px=size, ppi=ppi, top_in=TOP_IN)
    light = shade(view, add_details(view, side=side), ppi=ppi, seed=3 if side == "front" else 4)
    shirt = (view.panel >= 0).astype(np.float32)
    cover, glow = (
        cv2.resize(m, (SIZE_PX, SIZE_PX), interpolation=cv2.INTER_AREA) for m in (shirt, light * shirt)
    )
    # Edge pixels keep the brightness of their covered part; the ground gets neutral, which packs to nothing.
    light = np.where(cover > 0, glow / np.maximum(cover, 1e-3), 1.0)
    mask = np.round(255 * cover).astype(np.uint8)
    near = look(sewn, position, side=side, size_px=SIZE_PX, ppi=PPI, top_in=TOP_IN)
    low, high = PRINT_AREA_IN[side]
    printed = fit_print(near, top_in=low, bottom_in=high)
    codes = {
        "mask": mask,
        "shading": shading_code(light),
        "displacement": displacement_code(printed.displacement_in),
        "shadow": shadow_code(mask, ppi=PPI),
    }
    sizes = {name: write(folder / f"{side}_{name}.webp", code) for name, code in codes.items()}
    print(
        f"{side}: {printed.pixels_per_inch:.2f} px/in, centre {printed.centre_px:.1f} px, "
        f"area top {printed.top_px:.1f} px, bytes {sizes}"
    )
    inside = printed.displacement_in[near.panel == 0]
    print(f"{side}: displacement 1-99 % {np.percentile(inside, 1):.3f} to {np.percentile(inside, 99):.3f} in")


def main() -> None:
    """Drape once, draw both sides."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "configs/garments/tshirt")
    folder.mkdir(parents=True, exist_ok=True)
    sewn, position = drape_shirt()
    for side in ("front", "back"):
        draw_view(sewn, position, side, folder)
