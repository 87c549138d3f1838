"""The t-shirt at half its size, and what mock-ups of it are compared by."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from imaging.garment.load import load_garment
from imaging.garment.mockup import render_prints
from imaging.garment.spec import Garment, View
from imaging.types import Mask, Pixels

TSHIRT = Path(__file__).parents[3] / "configs" / "garments" / "tshirt"
WHITE, BLACK, RED = (255, 255, 255), (16, 16, 18), (200, 16, 46)


@cache
def small_tshirt() -> Garment:
    """The t-shirt, at half its size to keep the tests quick."""
    full = load_garment(TSHIRT)
    return showing(full, *(halved(full.view(spec.side)) for spec in full.sides))


def halved(view: View) -> View:
    """A view of half the size."""
    zones = tuple(
        replace(zone, quad_px=tuple((x / 2, y / 2) for x, y in zone.quad_px)) for zone in view.zones
    )
    return replace(
        view,
        size_px=view.size_px // 2,
        pixels_per_inch=view.pixels_per_inch / 2,
        mask=resized(view.mask, view.size_px // 2),
        shading=resized(view.shading, view.size_px // 2),
        zones=zones,
    )


def resized(plane: Mask, size_px: int) -> Mask:
    """A plane at a smaller size."""
    return cv2.resize(plane, (size_px, size_px), interpolation=cv2.INTER_AREA)


def showing(garment: Garment, *views: View) -> Garment:
    """The garment with these views as its sides."""
    by_side = {view.side: view for view in views}
    return replace(garment, sides=views, open_view=by_side.__getitem__)


def flat(view: View) -> View:
    """The view without folds."""
    return replace(view, displacement=np.full_like(view.displacement, 128))


def bare(garment: Garment, **options: object) -> Pixels:
    """The garment without a print."""
    return render_prints(garment, (), **options).pixels


def solid(width: int, height: int, rgba: tuple[int, int, int, int] = (0, 0, 255, 255)) -> Pixels:
    """Artwork of one colour."""
    return np.full((height, width, 4), rgba, np.uint8)


def changed(first: Pixels, second: Pixels) -> npt.NDArray[np.bool_]:
    """Where two pictures differ by more than a soft edge does."""
    return np.abs(first.astype(int) - second).max(axis=2) > 60
