"""The cap and the tote: drawn from a model, so their figures can be checked against what they model."""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from imaging.garment.load import load_garment
from imaging.garment.mockup import render_mockup
from imaging.garment.spec import Garment, View, Zone

WARDROBE = Path(__file__).parents[3] / "configs" / "garments"
NAMES = ("cap", "tote")
SIZES_IN = {
    ("cap", "front", "front_full"): (4.5, 2.25),
    ("cap", "back", "back_full"): (3.5, 0.8),
    ("tote", "front", "front_full"): (12, 12),
    ("tote", "back", "back_full"): (12, 12),
}


@pytest.fixture(scope="module", params=NAMES)
def garment(request: pytest.FixtureRequest) -> Garment:
    """Each garment in turn."""
    return load_garment(WARDROBE / str(request.param))


def corners(view: View, zone: Zone) -> npt.NDArray[np.float64]:
    """(4, 2) pixels of a zone's corners on its view."""
    if zone.quad_px is not None:
        return np.array(zone.quad_px)
    size = np.array(zone.size_in) * view.pixels_per_inch
    return np.array(zone.origin_px) + np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * size


def views(garment: Garment) -> list[View]:
    """Both sides, pictures included."""
    return [garment.view("front"), garment.view("back")]


def zones(garment: Garment) -> list[tuple[View, Zone]]:
    """Every zone with its view."""
    return [(view, zone) for view in views(garment) for zone in view.zones]


def printed_rows(garment: Garment, side: str, columns: list[float]) -> list[float]:
    """Rows where a line printed at a zone's mid-height is seen, at shares of its width."""
    view = garment.view("front" if side == "front" else "back")
    zone = view.zone(None)
    sheet = np.zeros((round(400 * zone.size_in[1] / zone.size_in[0]), 400, 4), np.uint8)
    middle = sheet.shape[0] // 2
    sheet[middle - 3 : middle + 3, :, 3] = 255
    blank = render_mockup(garment, side=view.side, artwork=sheet * 0, color=(255, 255, 255)).pixels
    inked = render_mockup(garment, side=view.side, artwork=sheet, color=(255, 255, 255)).pixels
    darker = blank.astype(int).sum(axis=2) - inked.astype(int).sum(axis=2)
    quad = corners(view, zone)
    left, right = quad[[0, 3], 0].max() + 8, quad[[1, 2], 0].min() - 8
    found = []
    for share in columns:
        column = darker[:, round(left + share * (right - left))].astype(float)
        found.append(float((column * np.arange(len(column))).sum() / column.sum()))
    return found


def test_sides_zones_and_sizes_are_the_stated_ones(garment: Garment) -> None:
    """Cap and tote have a front and a back of 2,000 px, and each default zone's inches."""
    for view in views(garment):
        assert view.mask.shape == (2000, 2000)
        zone = view.zone(None)
        assert zone.size_in == SIZES_IN[garment.id, view.side, zone.id]
    assert {view.side for view in views(garment)} == {"front", "back"}


def test_zones_lie_on_cloth_that_takes_ink(garment: Garment) -> None:
    """A zone's whole area is solid cloth with nothing of the garment's own parts over it."""
    for view, zone in zones(garment):
        area = np.zeros(view.mask.shape, np.uint8)
        cv2.fillConvexPoly(area, np.round(corners(view, zone)).astype(np.int32), 255)
        assert view.mask[area > 0].min() == 255, zone.id
        assert view.no_ink is not None
        kept = cv2.resize(view.no_ink, view.mask.shape[::-1])
        assert kept[area > 0].max() == 0, zone.id


def test_a_zones_quad_agrees_with_its_inches(garment: Garment) -> None:
    """Across its middle a zone measures its width times pixels_per_inch, to 3 %."""
    for view, zone in zones(garment):
        quad = corners(view, zone)
        width = np.linalg.norm(quad[[1, 2]].mean(axis=0) - quad[[0, 3]].mean(axis=0))
        assert width == pytest.approx(zone.size_in[0] * view.pixels_per_inch, rel=0.03)


def test_plain_light_lies_in_every_zone(garment: Garment) -> None:
    """The median brightness of a zone is that of plain cloth, to a twentieth."""
    for view, zone in zones(garment):
        area = np.zeros(view.mask.shape, np.uint8)
        cv2.fillConvexPoly(area, np.round(corners(view, zone)).astype(np.int32), 255)
        assert np.median(view.shading[area > 0]) == pytest.approx(view.shading_neutral, rel=0.05)


@pytest.mark.parametrize("side", ["front", "back"])
def test_a_line_on_the_cap_bends_as_the_crown_does(side: str) -> None:
    """Seen from a little above, a level line on the crown hangs lower in its middle than at both ends."""
    cap = load_garment(WARDROBE / "cap")
    left, middle, right = printed_rows(cap, side, [0.02, 0.5, 0.98])
    assert middle - left > 6
    assert middle - right > 6
    assert abs(left - right) < 12


def test_a_line_on_the_tote_stays_nearly_straight() -> None:
    """Laid flat, the tote bends a level line by folds alone: a little, under a quarter of an inch."""
    tote = load_garment(WARDROBE / "tote")
    rows = printed_rows(tote, "front", [0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95])
    spread = max(rows) - min(rows)
    assert 0.3 < spread < tote.view("front").pixels_per_inch / 4


def test_ink_keeps_off_the_visor() -> None:
    """Artwork moved down over the cap's visor leaves the visor as it is."""
    cap = load_garment(WARDROBE / "cap")
    sheet = np.full((100, 200, 4), 255, np.uint8)
    sheet[..., :3] = (200, 0, 0)
    plain = render_mockup(cap, side="front", artwork=sheet * 0, color=(20, 20, 20)).pixels
    moved = render_mockup(cap, side="front", artwork=sheet, color=(20, 20, 20), offset_in=(0.0, 1.6)).pixels
    view = cap.view("front")
    assert view.no_ink is not None
    visor = cv2.resize(view.no_ink, view.mask.shape[::-1], interpolation=cv2.INTER_LINEAR) == 255
    changed = (plain != moved).any(axis=2)
    assert changed.any()
    assert not (changed & visor)[1250:].any()


def test_the_colours_are_named_once(garment: Garment) -> None:
    """Both are sold in white, black and navy, and no colour is listed twice."""
    names = [name for name, _ in garment.colors]
    assert {"white", "black", "navy"} <= set(names)
    assert len({value for _, value in garment.colors}) == len(names)


def test_a_garment_weighs_about_a_megabyte(garment: Garment) -> None:
    """The pictures of cap and tote take at most 1.2 MB each."""
    total = sum(path.stat().st_size for path in (WARDROBE / garment.id).glob("*.webp"))
    assert total < 1_200_000
