"""What an enclosed region looks like, in numbers: its own shape, its walls, and where it stands."""

import cv2
import numpy as np
import numpy.typing as npt

from imaging.color import to_lab
from imaging.logo.plates import Plates
from imaging.logo.silhouettes import Silhouettes
from imaging.types import Color, Mask

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int32]
Window = tuple[slice, slice]

FEATURES = (
    "wall_p10", "wall_p50", "wall_p90", "wall_max", "wall_even", "wall_of_region",
    "area", "convex", "smooth", "compact", "aspect", "holds",
    "wall_one_plate", "wall_one_color", "wall_lightness", "wall_chroma",
    "stroke", "stroke_of_region", "stroke_of_wall", "plate_area", "plate_dense", "plate_outside",
    "plate_ground", "plate_color",
    "sil_area", "sil_convex", "sil_box", "sil_radius", "sil_width", "sil_height", "sil_share", "sil_row",
    "logo_convex", "logo_open", "logo_color",
)  # fmt: skip
"""Names of the columns. Lengths are in units of the logo's longer side, areas of its square, `*_of_*` ratios.

`wall_*` is the depth of the region's outline in the artwork, towards the outer ground; `plate_*` the
one-colour area (`imaging.logo.plates`) around it and `stroke` that area's half width; `sil_*` the silhouette
it lies in; `logo_open` the share of the whole silhouette that has the ground's colour.
"""
_PAD_PX = 8
_TINY = 1e-4


def region_features(
    labels: Labels,
    boxes: Labels,
    *,
    inside: list[int],
    plates: Plates,
    silhouettes: Silhouettes,
    ground: Color,
) -> tuple[Floats, Labels]:
    """Describe the enclosed regions.

    Args:
        labels: (H, W) connected components of the ground's colour, 0 for artwork.
        boxes: (N, 5) their OpenCV statistics.
        inside: the labels to describe.
        plates: of the same image.
        silhouettes: of the same image.
        ground: the ground's colour.

    Returns:
        (R, len(FEATURES)) float32; and (R, 2) the plate and the silhouette that each region lies in.
    """
    filled = max(1, int(silhouettes.boxes[1:, 4].sum()))
    whole = [
        silhouettes.solidity,
        float(boxes[inside, 4].sum()) / filled,
        float(plates.shares[0]) if len(plates.shares) else 1.0,
    ]
    convexity: dict[int, float] = {}
    rows, groups = [], []
    for label in inside:
        x, y, width, height, area = (int(value) for value in boxes[label])
        window = (
            slice(max(y - _PAD_PX, 0), y + height + _PAD_PX),
            slice(max(x - _PAD_PX, 0), x + width + _PAD_PX),
        )
        mask = (labels[window] == label).astype(np.uint8)
        radius = float(cv2.distanceTransform(np.pad(mask, 1), cv2.DIST_L2, 5).max())
        ring = cv2.dilate(mask, np.ones((3, 3), np.uint8)) > mask
        own = int(np.bincount(silhouettes.labels[window][ring]).argmax())
        if own not in convexity:
            convexity[own] = silhouettes.solidity_of(own)
        walls = _walls(silhouettes.depth[window][ring], silhouettes.logo_px, radius)
        shape = _shape(
            mask, area=area, aspect=max(width, height) / min(width, height), logo_px=silhouettes.logo_px
        )
        plate, around = _around(plates, window, mask, ring, wall_px=walls[1] * silhouettes.logo_px,
                                radius=radius, logo_px=silhouettes.logo_px, ground=ground)  # fmt: skip
        stand = _stand(silhouettes, own, convexity[own], filled)
        rows.append([*walls, *shape, *around, *stand, *whole])
        groups.append((plate, own))
    return np.array(rows, np.float32), np.array(groups, np.int32)


def _walls(depth: Floats, logo_px: int, radius: float) -> list[float]:
    p10, p50, p90, top = (float(value) for value in np.percentile(depth, (10, 50, 90, 100)))
    return [p10 / logo_px, p50 / logo_px, p90 / logo_px, top / logo_px, p10 / max(p90, _TINY), p90 / radius]


def _shape(mask: Mask, *, area: int, aspect: float, logo_px: int) -> list[float]:
    contours, tree = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)[:2]
    outlines = [contour for contour, links in zip(contours, tree[0], strict=True) if links[3] < 0]
    holes = [contour for contour, links in zip(contours, tree[0], strict=True) if links[3] >= 0]
    outline = max(outlines, key=cv2.contourArea)
    hull = cv2.convexHull(outline)
    length = cv2.arcLength(outline, closed=True)
    every = length + sum(cv2.arcLength(hole, closed=True) for hole in holes)
    return [
        area / logo_px**2,
        area / max(1.0, cv2.contourArea(hull)),
        cv2.arcLength(hull, closed=True) / max(1.0, length),
        4 * np.pi * area / max(1.0, every) ** 2,
        aspect,
        sum(cv2.contourArea(hole) for hole in holes) / area,
    ]


def _around(
    plates: Plates, window: Window, mask: Mask, ring: npt.NDArray[np.bool_], *,
    wall_px: float, radius: float, logo_px: int, ground: Color,
) -> tuple[int, list[float]]:  # fmt: skip
    """The plate that holds the region, and how it and the wall's colours look."""
    near, far = (cv2.dilate(mask, np.ones((side, side), np.uint8)) for side in (5, 9))
    band = (far > near) & (plates.colors[window] > 0)
    if not band.any():
        band = ring
    colors = np.bincount(plates.colors[window][band], minlength=2)
    owners = np.bincount(plates.labels[window][band], minlength=2)
    colors[0] = owners[0] = 0
    color, plate, total = int(colors.argmax()), int(owners.argmax()), int(band.sum())
    light, tint, share = 50.0, 0.0, 0.0
    if color and len(plates.shades):
        lab, base = to_lab(plates.shades[color - 1]), to_lab(ground)
        light, tint = abs(float(lab[0] - base[0])), float(np.hypot(lab[1], lab[2]))
        share = float(plates.shares[color - 1])
    stroke = float(plates.radius_px[plate]) if plate else wall_px
    return plate, [
        owners[plate] / total, colors[color] / total, light, tint,
        stroke / logo_px, stroke / radius, stroke / max(wall_px, 1.0),
        float(plates.area_px[plate]) / logo_px**2,
        float(plates.area_px[plate]) / max(1.0, float(plates.box_px[plate])),
        float(plates.at_outside[plate]), float(plates.at_ground[plate]), share,
    ]  # fmt: skip


def _stand(silhouettes: Silhouettes, own: int, convex: float, filled: int) -> list[float]:
    _, _, width, height, area = (int(value) for value in silhouettes.boxes[own])
    logo_px = silhouettes.logo_px
    return [
        area / logo_px**2, convex, area / max(1, width * height), float(silhouettes.radius_px[own]) / logo_px,
        width / logo_px, height / logo_px, area / filled, float(silhouettes.row_px[own]) / logo_px,
    ]  # fmt: skip
