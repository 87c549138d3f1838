"""The file that a print shop prints."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from imaging.codec.encode import encode
from imaging.errors import ImageTooLargeError
from imaging.garment.errors import PlacementError
from imaging.garment.load import load_garment
from imaging.garment.mockup import render_mockup, render_prints
from imaging.garment.placement import Box, fit_artwork
from imaging.garment.print_file import Placed, render_print
from imaging.garment.print_pdf import print_pdf
from tests.unit.imaging.garment_prints import disc, placed, solid

TSHIRT = Path(__file__).parents[3] / "configs" / "garments" / "tshirt"


def test_a_print_has_exactly_its_inches() -> None:
    """12 x 16 in at 300 DPI is 3600 x 4800 px, with an artwork and without one."""
    made = render_print(placed(disc(100), zone_in=(12, 16)), zone_in=(12, 16))
    assert made.pixels.shape == (4800, 3600, 4)
    assert made.dpi == 300
    assert made.effective_dpi == pytest.approx(100 / 12)
    assert not render_print([], zone_in=(12, 16)).pixels.any()


def test_alpha_is_cut_hard_by_default() -> None:
    """Whatever the artwork's alpha, the file holds 0 and 255 only."""
    art = disc(150).copy()
    art[..., 3] = cv2.GaussianBlur(art[..., 3], (0, 0), 5)
    made = render_print(placed(art, zone_in=(2, 2)), zone_in=(2, 2))
    assert np.unique(made.pixels[..., 3]).tolist() == [0, 255]


@pytest.mark.parametrize("side", [150, 600, 1500])
def test_glows_are_told_from_edges(side: int) -> None:
    """A disc's edge is no glow, however far it was enlarged; a wide fade is, over its area."""
    sharp = disc(side)
    assert render_print(placed(sharp, zone_in=(2, 2)), zone_in=(2, 2)).cut_share == 0
    faded = sharp.copy()
    faded[: side // 2, :, 3] //= 2
    for threshold, share in ((128, 0.5), (None, 0)):
        made = render_print(placed(faded, zone_in=(2, 2)), zone_in=(2, 2), threshold=threshold)
        assert made.cut_share == pytest.approx(share, abs=0.06)


def test_soft_edges_are_kept_on_request() -> None:
    """Without a threshold a rim one pixel wide stays between 0 and 255."""
    soft = render_print(placed(disc(600), zone_in=(2, 2)), zone_in=(2, 2), threshold=None)
    between = (soft.pixels[..., 3] > 0) & (soft.pixels[..., 3] < 255)
    assert 0.5 * np.pi * 480 < between.sum() < 3 * np.pi * 480


def test_a_cut_edge_lies_where_the_soft_one_did() -> None:
    """A disc keeps its area within half a percent when its edge is cut, enlarged or shrunk."""
    for side in (150, 600, 1500):
        made = render_print(placed(disc(side), zone_in=(2, 2)), zone_in=(2, 2))
        assert (made.pixels[..., 3] > 0).sum() == pytest.approx(np.pi * 240**2, rel=0.005)


@pytest.mark.parametrize("choke_px", [0.5, 1.0, 2.25, 6.0])
@pytest.mark.parametrize("threshold", [128, None])
@pytest.mark.parametrize("side", [600, 1400, 200])
def test_a_choke_pulls_edges_in_by_what_it_says(choke_px: float, threshold: int | None, side: int) -> None:
    """A disc's radius, from its area, shrinks by the choke within 0.15 px."""
    zone = (2.0, 2.0)
    areas = [
        render_print(placed(disc(side), zone_in=zone), zone_in=zone, threshold=threshold, choke_px=by)
        .pixels[..., 3]
        .sum(dtype=np.int64)
        / 255
        for by in (0, choke_px)
    ]
    before, after = (np.sqrt(area / np.pi) for area in areas)
    assert before - after == pytest.approx(choke_px, abs=0.15)


def test_a_choke_reaches_the_zones_own_edge() -> None:
    """Artwork that fills the zone is pulled in from all four sides."""
    made = render_print(placed(solid(60, 60), zone_in=(2, 2)), zone_in=(2, 2), choke_px=3)
    rows, cols = np.nonzero(made.pixels[..., 3])
    assert (rows.min(), rows.max(), cols.min(), cols.max()) == (3, 596, 3, 596)


def test_bands_leave_no_seam() -> None:
    """A tall print, choked, is the same when flipped upside down before or after it is made."""
    art = disc(500)
    zone = (4.0, 10.0)
    for choke_px in (0.0, 2.5):
        tall = np.vstack([art] * 2)
        upright, flipped = (
            render_print(placed(item, zone_in=zone), zone_in=zone, choke_px=choke_px).pixels
            for item in (tall, tall[::-1])
        )
        height = 2 * upright.shape[1]
        assert np.array_equal(upright[:height, :, 3], flipped[:height, :, 3][::-1])


def test_no_colour_of_the_ground_bleeds_in() -> None:
    """Each pixel near an edge, seen or not, has the artwork's colour, though white lay beside it."""
    made = render_print(placed(disc(700), zone_in=(2, 2)), zone_in=(2, 2)).pixels
    near = cv2.dilate(made[..., 3], np.ones((3, 3), np.uint8)) > 0
    assert np.abs(made[near][:, :3].astype(int) - (200, 30, 40)).max() <= 5
    seen = made[..., 3] > 0
    assert np.abs(made[seen][:, :3].astype(int) - (200, 30, 40)).max() <= 2


@pytest.mark.parametrize("side", [150, 700])
def test_a_rim_that_kept_some_ground_is_made_clean(side: int) -> None:
    """A red disc whose half-transparent rim is mixed with white prints red to its edge, enlarged or not."""
    art = disc(side).copy()
    share = art[..., 3:] / 255
    art[..., :3] = np.round(art[..., :3] * share + 255 * (1 - share))
    made = render_print(placed(art, zone_in=(2, 2)), zone_in=(2, 2)).pixels
    seen = made[..., 3] > 0
    assert np.abs(made[seen][:, :3].astype(int) - (200, 30, 40)).max() <= 30


def test_the_print_lies_where_the_mockup_shows_it() -> None:
    """A patch's middle, in inches of the zone, is the same in both pictures within a mock-up's pixel."""
    garment = load_garment(TSHIRT)
    view = garment.view("front")
    level = replace(view, displacement=np.full_like(view.displacement, 128))
    shown = replace(garment, open_view=lambda _side: level)
    art = solid(400, 300, (0, 0, 0, 0))
    art[200:260, 300:380] = (0, 0, 255, 255)
    options = {"side": "front", "color": (255, 255, 255), "size_px": 2000}
    mockup = render_mockup(shown, artwork=art, width_in=7, offset_in=(1.3, 4.1), **options)
    blank = render_prints(shown, (), **options).pixels
    zone = garment.spec("front").zone(None)
    box = fit_artwork(zone.size_in, size_px=(400, 300), width_in=7, offset_in=(1.3, 4.1))
    assert (mockup.placement.x_in, mockup.placement.y_in) == (box.x_in, box.y_in)
    printed = render_print([Placed(art, box)], zone_in=zone.size_in).pixels
    ink = np.abs(mockup.pixels.astype(int) - blank).sum(axis=2).astype(np.float32)
    in_print, in_mockup = cv2.moments(printed[..., 3]), cv2.moments(ink)
    for axis, origin in (("m10", zone.quad_px[0][0]), ("m01", zone.quad_px[0][1])):
        print_in = (in_print[axis] / in_print["m00"] + 0.5) / 300
        mockup_in = (in_mockup[axis] / in_mockup["m00"] + 0.5 - origin) / view.pixels_per_inch
        assert print_in == pytest.approx(mockup_in, abs=1 / view.pixels_per_inch)


def test_what_overhangs_is_cut_at_the_zones_edge() -> None:
    """Artwork shifted half off the zone shows its other half, at the zone's corner."""
    art = solid(100, 100)
    art[:50, :50] = (255, 0, 0, 255)
    made = render_print([Placed(art, Box(1, 1, 2, 2))], zone_in=(2, 2), dpi=100).pixels
    assert (made[100:195, 100:195] == (255, 0, 0, 255)).all()
    assert (made[100:, 100:, 3] == 255).all()
    assert not made[:100, :, 3].any()
    assert not render_print([Placed(art, Box(3, 3, 2, 2))], zone_in=(2, 2), dpi=100).pixels.any()


def test_artworks_lie_over_one_another() -> None:
    """The later artwork covers the earlier; half-transparent paint mixes before alpha is cut."""
    under, over = solid(60, 60, (255, 0, 0, 255)), solid(60, 60, (0, 0, 255, 128))
    boxes = [Box(0, 0, 2, 2), Box(0, 0, 1, 2)]
    made = render_print(
        [Placed(art, box) for art, box in zip((under, over), boxes, strict=True)], zone_in=(2, 2), dpi=60
    )
    assert (made.pixels[:, 60:] == (255, 0, 0, 255)).all()
    assert np.abs(made.pixels[:, :60].astype(int) - (127, 0, 128, 255)).max() <= 1


def test_the_same_print_gives_the_same_bytes() -> None:
    """Two runs agree, pixels, PNG and PDF."""
    art = np.random.default_rng(4).integers(0, 256, (90, 120, 4), np.uint8)
    runs = [render_print(placed(art, zone_in=(3, 2)), zone_in=(3, 2)).pixels for _ in range(2)]
    assert np.array_equal(*runs)
    assert len({encode(pixels, dpi=300) for pixels in runs}) == 1
    assert len({print_pdf(pixels, dpi=300) for pixels in runs}) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone_in": (0, 16)},
        {"zone_in": (float("nan"), 16)},
        {"zone_in": (61, 2)},
        {"dpi": 0},
        {"dpi": float("inf")},
        {"threshold": 0},
        {"threshold": 256},
        {"choke_px": -1},
        {"choke_px": float("nan")},
        {"choke_px": 21},
    ],
)
def test_figures_out_of_range_are_refused(wrong: dict[str, object]) -> None:
    """Each impossible figure is a PlacementError."""
    with pytest.raises(PlacementError):
        render_print([], **({"zone_in": (2, 2)} | wrong))


def test_a_print_over_the_limit_is_refused() -> None:
    """30 x 30 in at 600 DPI is over 100 megapixels."""
    with pytest.raises(ImageTooLargeError, match="100 megapixels"):
        render_print([], zone_in=(30, 30), dpi=600)


def test_artwork_without_alpha_is_refused() -> None:
    """Three channels are a PlacementError that says what is wanted."""
    with pytest.raises(PlacementError, match="RGBA"):
        render_print([Placed(solid(3, 3)[..., :3], Box(0, 0, 1, 1))], zone_in=(2, 2))


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (16000, 40), (40, 16000)])
def test_any_shape_of_artwork_is_printed(size: tuple[int, int]) -> None:
    """A single pixel, a strip and a pole come out solid at the place and size that their box states."""
    art = solid(*size)
    box = fit_artwork((12, 16), size_px=size, width_in=None)
    made = render_print([Placed(art, box)], zone_in=(12, 16), dpi=100, choke_px=0)
    rows, cols = np.nonzero(made.pixels[..., 3])
    edges = [box.x_in, box.right_in, box.y_in, box.bottom_in]
    found = [cols.min(), cols.max() + 1, rows.min(), rows.max() + 1]
    assert np.abs(np.array(edges) * 100 - found).max() <= 1


def test_invisible_artwork_prints_nothing() -> None:
    """Artwork that is clear throughout, or fainter than the threshold, leaves the sheet clear."""
    for alpha in (0, 127):
        made = render_print(
            placed(solid(50, 50, (9, 9, 9, alpha)), zone_in=(2, 2)), zone_in=(2, 2), choke_px=1
        )
        assert not made.pixels[..., 3].any()
