"""Drape, light and write the long-sleeved t-shirt; see draw_tshirt for what to do with the result."""

from pathlib import Path

from garments.body import build_form
from garments.cloth import drape
from garments.cut import LONG_SLEEVE, TEE_SLEEVE
from garments.forms import LONG_SLEEVE_FORM
from garments.iron import iron
from garments.making import SetInMaking
from garments.mesh import Floats
from garments.set_in import cut_set_in, hold_cuffs, place_set_in
from garments.set_in_view import Studio, draw_side
from garments.sewing import Sewn, refine, sew

STUDIO = Studio(
    ppi=52.0,
    top_in=4.7,
    print_area_in={"front": (7.0, 24.0), "back": (4.0, 22.0)},
    sleeve_top_in=6.5,
    sleeve_size_in=(3.0, 11.0),
    sleeve_centre=0.40,
)

_FRICTION = 0.5
"""Sleeves stay where they are pushed."""


def drape_shirt(spacing_in: tuple[float, float] = (0.5, 0.25)) -> tuple[Sewn, Floats]:
    """Settle a coarse mesh, then let a fine one find the small folds."""
    body = build_form(LONG_SLEEVE_FORM)
    making = SetInMaking(LONG_SLEEVE, TEE_SLEEVE, above_cuff=0.35)
    coarse, fine = (sew(*cut_set_in(LONG_SLEEVE, TEE_SLEEVE, spacing_in=inch)) for inch in spacing_in)
    start = place_set_in(coarse, TEE_SLEEVE, LONG_SLEEVE_FORM, body)
    start, free = hold_cuffs(coarse, start, TEE_SLEEVE, LONG_SLEEVE_FORM)
    settled = drape(
        coarse,
        body,
        start,
        making=making,
        seconds=2.5,
        bend=1e-5,
        gravity=200.0,
        free=free,
        friction=_FRICTION,
    )
    start, free = hold_cuffs(fine, refine(coarse, settled, fine), TEE_SLEEVE, LONG_SLEEVE_FORM)
    settled = drape(
        fine, body, start, making=making, seconds=0.8, bend=4e-6, gravity=100.0, free=free, friction=_FRICTION
    )
    return fine, iron(fine, settled, passes=10)


def main(folder: Path) -> None:
    """Drape once, draw both sides."""
    sewn, position = drape_shirt()
    for side in ("front", "back"):
        draw_side(sewn, position, cut=LONG_SLEEVE, sleeve=TEE_SLEEVE, studio=STUDIO, side=side, folder=folder)
