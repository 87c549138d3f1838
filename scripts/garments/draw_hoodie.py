"""Drape, light and write the hoodie; see draw_tshirt for what to do with the result."""

from functools import partial
from pathlib import Path

from garments.body import build_form
from garments.cloth import drape
from garments.cut import FLEECE_SLEEVE, HOODIE
from garments.forms import HOODIE_FORM
from garments.hood import cut_hood, hold_rim, press, throw_back
from garments.hoodie_trim import add_trim
from garments.iron import iron
from garments.making import SetInMaking
from garments.mesh import Floats
from garments.set_in import cut_set_in, hold_cuffs, place_set_in
from garments.set_in_view import Studio, draw_side
from garments.sewing import Sewn, refine, sew
from garments.springs import Shape

STUDIO = Studio(
    ppi=50.0,
    top_in=6.9,
    print_area_in={"front": (6.5, 18.0), "back": (9.5, 23.0)},
    sleeve_top_in=7.0,
    sleeve_size_in=(3.0, 11.0),
    sleeve_centre=0.40,
)
_SKIN_IN = 0.08

_FRICTION = 0.5
"""Sleeves stay where they are pushed."""


def sew_hoodie(*, spacing_in: float) -> Sewn:
    """Body, sleeves and hood."""
    body, seams = cut_set_in(HOODIE, FLEECE_SLEEVE, spacing_in=spacing_in)
    hood, more = cut_hood(HOODIE, spacing_in=spacing_in)
    return sew([*body, *hood], [*seams, *more])


def drape_hoodie(spacing_in: tuple[float, float] = (0.5, 0.25)) -> tuple[Sewn, Floats]:
    """Settle a coarse mesh, then let a fine one find the small folds."""
    body = build_form(HOODIE_FORM)
    settle = partial(
        drape,
        body=body,
        making=SetInMaking(HOODIE, FLEECE_SLEEVE, hem_gather=0.9),
        skin_in=_SKIN_IN,
        friction=_FRICTION,
    )
    coarse, fine = (sew_hoodie(spacing_in=inch) for inch in spacing_in)
    start = place_set_in(coarse, FLEECE_SLEEVE, HOODIE_FORM, body, sleeve_reach=0.95)
    start, free, shape = _style(coarse, start, laid=False)
    settled = settle(coarse, start=start, seconds=2.5, bend=2e-6, gravity=120.0, free=free, shape=shape)
    start, free, shape = _style(fine, refine(coarse, settled, fine), laid=True)
    settled = settle(fine, start=start, seconds=0.7, bend=1.2e-6, gravity=100.0, free=free, shape=shape)
    return fine, iron(fine, settled, passes=10)


def _style(sewn: Sewn, start: Floats, *, laid: bool) -> tuple[Floats, Floats, Shape]:
    """Cuffs round the wrists, hood behind the neck: positions, which are held, and the hood's shape."""
    start, free = hold_cuffs(sewn, start, FLEECE_SLEEVE, HOODIE_FORM)
    thrown = throw_back(sewn, start)
    start, free = hold_rim(sewn, start if laid else thrown, free)
    return start, free, press(sewn, thrown)


def main(folder: Path) -> None:
    """Drape once, draw both sides."""
    sewn, position = drape_hoodie()
    for side in ("front", "back"):
        draw_side(
            sewn,
            position,
            cut=HOODIE,
            sleeve=FLEECE_SLEEVE,
            studio=STUDIO,
            side=side,
            folder=folder,
            trim=partial(add_trim, names=sewn.names),
        )
