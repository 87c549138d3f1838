"""A draped set-in garment drawn, lit and written."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from garments.cut import Cut, Sleeve
from garments.details_set_in import add_details
from garments.light import shade
from garments.maps import Image, fit_print
from garments.mend import mend
from garments.mesh import Floats
from garments.raster import Buffers, look
from garments.relief import Details
from garments.set_in import SIDES, outward
from garments.sewing import Sewn
from garments.sleeve_print import fit_sleeve
from garments.views import OVERSAMPLE, SIZE_PX, reduce, write_view


class Trim(Protocol):
    """Lays parts that no simulation makes over a drawing."""

    def __call__(
        self, view: Buffers, details: Details, *, side: str, ppi: float
    ) -> tuple[Buffers, Details, Image | None]:
        """Return the drawing with the parts in it, and where they take no ink."""


@dataclass(frozen=True, slots=True)
class Studio:
    """How a garment is framed and printed."""

    ppi: float
    top_in: float
    """Room above the neck point."""
    print_area_in: dict[str, tuple[float, float]]
    """Top and bottom on the pattern of what the front's and the back's scale is fitted to."""
    sleeve_top_in: float
    sleeve_size_in: tuple[float, float]
    sleeve_centre: float
    """Middle of the sleeve's zone, as a share of the sleeve's half width from the fold over the arm."""


def draw_side(
    sewn: Sewn,
    position: Floats,
    *,
    cut: Cut,
    sleeve: Sleeve,
    studio: Studio,
    side: str,
    folder: Path,
    trim: Trim | None = None,
) -> None:
    """Write one side's maps and print what garment.yaml must say of them."""
    ppi = studio.ppi * OVERSAMPLE
    view = look(
        sewn,
        position,
        side=side,
        size_px=SIZE_PX * OVERSAMPLE,
        ppi=ppi,
        top_in=studio.top_in,
        outward=[outward(name) for name in sewn.names],
    )
    view = mend(view)
    near = _every_other(view)
    details = add_details(view, names=sewn.names, cut=cut, sleeve=sleeve)
    no_ink = None
    if trim is not None:
        view, details, no_ink = trim(view, details, side=side, ppi=ppi)
    body = (view.piece == sewn.names.index(side)) & (view.panel == 0)
    light = shade(view, details, ppi=ppi, seed=3 if side == "front" else 4, body=body)
    light, mask = reduce(light, (view.panel >= 0).astype(np.float32))
    displacement = _prints(near, sewn.names, side, sleeve, studio)
    write_view(
        folder, side, light=light, mask=mask, displacement_in=displacement, ppi=studio.ppi, no_ink=no_ink
    )


def _every_other(view: Buffers) -> Buffers:
    """The view at its final size: a quarter of a pixel off, which no fold notices."""
    assert view.piece is not None  # noqa: S101 - `look` always gives it
    pick = (slice(1, None, OVERSAMPLE), slice(1, None, OVERSAMPLE))
    return Buffers(view.panel[pick], view.uv[pick], view.depth[pick], view.normal[pick], view.piece[pick])


def _prints(near: Buffers, names: tuple[str, ...], side: str, sleeve: Sleeve, studio: Studio) -> Image:
    """Fit the zones, print where they lie, and return how the cloth runs ahead of them."""
    low, high = studio.print_area_in[side]
    body = (near.piece == names.index(side)) & (near.panel == 0)
    printed = fit_print(near, top_in=low, bottom_in=high, body=body)
    print(
        f"{side}: {printed.pixels_per_inch:.2f} px/in, centre {printed.centre_px:.1f} px, "
        f"area top {printed.top_px:.1f} px at {low} in"
    )
    total = printed.displacement_in
    for hand, sign in SIDES.items():
        where = (near.piece == names.index(f"{hand}_{side}")) & (near.panel == 0)
        turn = -sign if side == "front" else sign
        fitted = fit_sleeve(
            near,
            where,
            centre_in=turn * studio.sleeve_centre * sleeve.half_width_in,
            top_in=studio.sleeve_top_in,
            size_in=studio.sleeve_size_in,
            ppi=studio.ppi,
        )
        print(f"{side}: {hand}_sleeve quad_px {np.round(fitted.quad_px).astype(int).tolist()}")
        total = total + fitted.displacement_in
    return total
