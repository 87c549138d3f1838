"""Drape, light and write the t-shirt.

Takes about four minutes on two cores. Run by scripts/draw_garments.py. The result is committed under
configs/garments/tshirt; run this only to change the shirt, then copy the printed figures into garment.yaml
and look at the golden mock-ups. One machine gives the same bytes again; folds amplify rounding, so another
kind of processor may settle a fold elsewhere.
"""

from pathlib import Path

import numpy as np

from garments.body_tshirt import build_tshirt_form
from garments.cloth import drape
from garments.cut_tshirt import making, place, sew_tshirt
from garments.details_tshirt import add_details
from garments.iron import iron
from garments.light import shade
from garments.maps import fit_print
from garments.mesh import Floats
from garments.raster import look
from garments.sewing import Sewn, refine
from garments.views import OVERSAMPLE, SIZE_PX, reduce, write_view

PPI = 62.0
TOP_IN = 1.5
PRINT_AREA_IN = {"front": (7.0, 24.0), "back": (4.0, 22.0)}


def drape_shirt() -> tuple[Sewn, Floats]:
    """Settle a coarse mesh, then let a fine one find the small folds."""
    body = build_tshirt_form()
    coarse, fine = (sew_tshirt(spacing_in=inch) for inch in (0.5, 0.22))
    start = place(coarse, body)
    settled = drape(coarse, body, start, making=making, seconds=4.0, bend=1e-5, gravity=200.0)
    start = refine(coarse, settled, fine)
    settled = drape(fine, body, start, making=making, seconds=1.0, bend=4e-6, gravity=100.0)
    return fine, iron(fine, settled, passes=10)


def draw_view(sewn: Sewn, position: Floats, side: str, folder: Path) -> None:
    """Write one side's four maps and print what garment.yaml must say of them."""
    size, ppi = SIZE_PX * OVERSAMPLE, PPI * OVERSAMPLE
    view = look(sewn, position, side=side, size_px=size, ppi=ppi, top_in=TOP_IN)
    light = shade(view, add_details(view, side=side), ppi=ppi, seed=3 if side == "front" else 4)
    light, mask = reduce(light, (view.panel >= 0).astype(np.float32))
    near = look(sewn, position, side=side, size_px=SIZE_PX, ppi=PPI, top_in=TOP_IN)
    low, high = PRINT_AREA_IN[side]
    printed = fit_print(near, top_in=low, bottom_in=high)
    write_view(folder, side, light=light, mask=mask, displacement_in=printed.displacement_in, ppi=PPI)
    print(
        f"{side}: {printed.pixels_per_inch:.2f} px/in, centre {printed.centre_px:.1f} px, "
        f"area top {printed.top_px:.1f} px"
    )
    inside = printed.displacement_in[near.panel == 0]
    print(f"{side}: displacement 1-99 % {np.percentile(inside, 1):.3f} to {np.percentile(inside, 99):.3f} in")


def main(folder: Path) -> None:
    """Drape once, draw both sides."""
    sewn, position = drape_shirt()
    for side in ("front", "back"):
        draw_view(sewn, position, side, folder)
