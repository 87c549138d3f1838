"""Large icons: whole, padded, within the safe circle, on a ground where they are seen."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from imaging.types import Pixels
from imaging.web.icons import IconStyle, large_icons
from imaging.web.icons_check import check_pictures
from imaging.web.icons_colors import lost_share, main_colors, plate_for
from imaging.web.icons_fit import filling, outline_of, padded, within_circle
from imaging.web.icons_light import to_light
from tests.unit.imaging.web.marks import BLACK, NAVY, RED, disc, letters

WHITE = (255, 255, 255)


def opened(data: bytes) -> Pixels:
    """(H, W, 4) of a file."""
    with Image.open(BytesIO(data)) as image:
        return np.asarray(image.convert("RGBA"))


@pytest.fixture(scope="module")
def wide() -> dict[str, bytes]:
    """The large icons of a wordmark ten times as wide as high."""
    return {
        name: file.data for name, file in large_icons(letters(NAVY), IconStyle("X", (NAVY,))).files.items()
    }


def test_every_file_passes_its_check(wide: dict[str, bytes]) -> None:
    """Sizes, opacity, padding and safe zones of a wide logo are right."""
    found = check_pictures(wide)
    assert len(found) == len(wide) == 7
    assert all(entry["ok"] for entry in found), found


def test_wide_logos_are_fitted_and_not_cut(wide: dict[str, bytes]) -> None:
    """A logo ten times as wide as high reaches from edge to edge and is a tenth of the icon high."""
    alpha = opened(wide["icon-512.png"])[..., 3]
    rows, columns = np.nonzero(alpha > 128)
    assert columns.max() - columns.min() >= 500
    assert 40 <= rows.max() - rows.min() <= 60


def test_opaque_icons_have_no_alpha(wide: dict[str, bytes]) -> None:
    """The touch icon and the maskable ones are stored without an alpha channel."""
    for name in ("apple-touch-icon.png", "icon-maskable-192.png", "icon-maskable-512.png"):
        with Image.open(BytesIO(wide[name])) as image:
            assert image.mode in ("RGB", "P", "L")
            assert "transparency" not in image.info


def test_the_monochrome_icon_is_one_colour(wide: dict[str, bytes]) -> None:
    """Only coverage tells: all that shows is black."""
    icon = opened(wide["icon-monochrome-512.png"])
    assert (icon[icon[..., 3] > 0][:, :3] == 0).all()
    assert (icon[..., 3] == 255).any()


def test_a_round_mark_fills_the_safe_circle() -> None:
    """A disc is as large as the safe circle, a square only as its corners allow."""
    plain = outline_of(disc())
    square = outline_of(np.full((256, 256, 4), 255, np.uint8))
    assert 256 / within_circle(plain, share=0.8).side == pytest.approx(0.8, abs=0.01)
    assert 256 / within_circle(square, share=0.8).side == pytest.approx(0.8 / np.sqrt(2), abs=0.01)


def test_compact_marks_get_more_room() -> None:
    """A square is drawn smaller in a padded icon than a disc, and a disc smaller than a star's thin rays."""
    square = outline_of(np.full((256, 256, 4), 255, np.uint8))
    line = np.zeros((256, 256, 4), np.uint8)
    line[120:136] = 255
    shares = [256 / padded(outline).side for outline in (square, outline_of(disc()), outline_of(line))]
    assert shares == sorted(shares)
    assert shares[0] < shares[-1]


def test_a_heavy_foot_is_lifted_into_the_optical_middle() -> None:
    """A triangle on its base stands a little higher than its box would have it, if there is room."""
    triangle = np.zeros((256, 256, 4), np.uint8)
    for row in range(256):
        half = row // 2
        triangle[row, 128 - half : 129 + half] = 255
    outline = outline_of(triangle)
    place = padded(outline)
    assert place.top + place.side / 2 > 128
    assert filling(outline).top == 0


def test_the_asked_ground_is_kept_where_the_logo_is_seen() -> None:
    """Red on white stays on white; black on black gets another ground, and the report says so."""
    kept = large_icons(disc(RED), IconStyle("X", (RED,), WHITE)).report["plate"]
    moved = large_icons(disc(BLACK), IconStyle("X", (BLACK,), BLACK)).report["plate"]
    assert kept["color"] == kept["asked"] == "#ffffff"
    assert moved["asked"] == "#000000"
    assert moved["color"] != "#000000"
    assert moved["lost_share_on_asked"] == 1.0
    assert moved["lost_share"] == 0.0


def test_what_is_lost_on_a_ground() -> None:
    """Black is lost on near-black and red is not; a hole's edge and a thin contour are seen by the rest."""
    dark = (32, 33, 36)
    assert lost_share(to_light(disc(BLACK)), dark) == 1.0
    assert lost_share(to_light(disc(RED)), dark) == 0.0
    badge = np.full((96, 96, 4), 255, np.uint8)
    badge[3:-3, 3:-3, :3] = RED
    badge[40:56, 40:56, :3] = 255
    assert lost_share(to_light(badge), WHITE) == 0.0


def test_a_ground_for_a_logo_of_white_and_black() -> None:
    """Of grounds that all hide a part, the one that hides least is taken."""
    logo = np.full((96, 96, 4), 255, np.uint8)
    logo[:, :48, :3] = 0
    plate = plate_for(to_light(logo), [WHITE, BLACK], [RED])
    assert lost_share(to_light(logo), plate) <= lost_share(to_light(logo), WHITE)
    assert plate not in (WHITE, BLACK)


def test_faint_logos_and_hairlines_have_colours() -> None:
    """A logo that is nowhere half opaque, or too thin to be once it is small, is known by its colour too."""
    faint = disc(RED)
    faint[..., 3] //= 5
    hairline = np.zeros((2000, 2000, 4), np.uint8)
    hairline[1000:1002] = (*RED, 255)
    for logo in (faint, hairline):
        (color,) = main_colors(logo)
        assert np.abs(np.subtract(color, RED)).max() < 4
