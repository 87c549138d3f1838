"""A view at another size."""

from dataclasses import replace

import cv2
import numpy as np

from imaging.garment.spec import View, Zone
from imaging.types import Mask


def scale_view(view: View, *, size_px: int) -> View:
    """The same view with its large maps, pixels per inch and zones at `size_px`."""
    native = view.mask.shape[0]
    if size_px == native:
        return view
    scale = size_px / native
    return replace(
        view,
        size_px=size_px,
        pixels_per_inch=view.pixels_per_inch * scale,
        shading=_resize(view.shading, size_px),
        mask=_resize(view.mask, size_px),
        zones=tuple(_scale_zone(zone, scale) for zone in view.zones),
    )


def _resize(plane: Mask, size_px: int) -> Mask:
    method = cv2.INTER_AREA if size_px < plane.shape[0] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(plane, (size_px, size_px), interpolation=method), np.uint8)


def _scale_zone(zone: Zone, scale: float) -> Zone:
    a, b, c, d = ((x * scale, y * scale) for x, y in zone.quad_px)
    return replace(zone, quad_px=(a, b, c, d))
