"""What no simulation makes: a hoodie's pocket, eyelets and drawstrings, laid over its drawing."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from garments.cord import hang, lay_cord, ring
from garments.hood import HEIGHT_IN
from garments.maps import Image
from garments.mesh import Floats
from garments.pocket import sew_pocket
from garments.raster import Buffers
from garments.relief import Details

_EYELET = (0.50, HEIGHT_IN - 2.1)
_LOW_IN = 20.0
"""On the pattern: below it the far panel is out of sight."""
Mask = npt.NDArray[np.bool_]


def add_trim(
    view: Buffers, details: Details, *, names: tuple[str, ...], side: str, ppi: float
) -> tuple[Buffers, Details, Image | None]:
    """Lay pocket and strings over the front; the back has none.

    Returns:
        The buffers and details with them, and 1 where they take no ink.
    """
    assert view.piece is not None  # noqa: S101 - `look` always gives it
    far = names.index("back" if side == "front" else "front")
    view = _without(view, (view.piece == far) & (np.nan_to_num(view.uv[..., 1]) > _LOW_IN))
    if side == "back":
        return view, details, None
    assert view.piece is not None  # noqa: S101 - `_without` keeps it
    hood = np.isin(view.piece, [k for k, name in enumerate(names) if name.startswith("hood")])
    details = _shaded(view, details, view.piece == far, hood)
    front = (view.piece == names.index("front")) & (view.panel == 0)
    view, details, no_ink = sew_pocket(view, details, front)
    for hand, length_in, sway_in in (("left", 8.6, 0.34), ("right", 7.7, -0.22)):
        where = (view.piece == names.index(f"hood_{hand}")) & (view.panel == 0)
        eyelet = _find(view, where, _EYELET)
        details = ring(details, eyelet, ppi)
        path = hang(eyelet / ppi, length_in=length_in, sway_in=sway_in)
        view, details, covered = lay_cord(view, details, path, ppi)
        no_ink = np.maximum(no_ink, covered)
    return view, details, no_ink


def _without(view: Buffers, hidden: Mask) -> Buffers:
    """Take pixels out: a sliver of the far rib's inside under the hem looks torn."""
    panel, depth = np.where(hidden, -1, view.panel), np.where(hidden, -1e9, view.depth)
    return replace(view, panel=panel.astype(np.int8), depth=depth.astype(np.float32))


def _shaded(view: Buffers, details: Details, back: Mask, hood: Mask) -> Details:
    """Darken the nape, and the hood where it turns over behind it."""
    u, v = np.nan_to_num(view.uv[..., 0]), np.nan_to_num(view.uv[..., 1])
    rise = np.clip((v - HEIGHT_IN + 5.5) / 2.0, 0, 1) * np.clip((np.abs(u) - 4.5) / 1.5, 0, 1)
    shade = np.where(hood, 1 - 0.5 * rise, np.where(back, 0.50, 1.0))
    return Details(details.relief, (details.tone * shade).astype(np.float32))


def _find(view: Buffers, where: Mask, uv: tuple[float, float]) -> Floats:
    """The pixel, (x, y), that sees a point of a piece."""
    away = np.hypot(np.abs(view.uv[..., 0]) - uv[0], view.uv[..., 1] - uv[1])
    y, x = np.unravel_index(np.argmin(np.where(where, away, np.inf)), away.shape)
    return np.array([x + 0.5, y + 0.5])
