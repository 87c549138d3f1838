"""Small icons: crisp, measured, and of what can be read."""

import numpy as np
import pytest

from imaging.errors import NoForegroundError
from imaging.types import Pixels
from imaging.web.ico import read_ico
from imaging.web.icons import IconStyle, small_icons
from imaging.web.icons_initials import initials_of, plate_of
from imaging.web.icons_light import to_light, to_pixels, window, within
from imaging.web.icons_mark import FULL, Mark, choose_small
from imaging.web.icons_sharp import crisp
from imaging.web.icons_symbol import largest_symbol
from tests.unit.imaging.web.marks import NAVY, RED, disc, letters, lockup

STYLE = IconStyle("Harbor Foxes", (NAVY, (244, 185, 66)))


def half_and_half(side: int = 512) -> Pixels:
    """A plate, black on the left and white on the right."""
    plate = np.full((side, side, 4), 255, np.uint8)
    plate[:, : side // 2, :3] = 0
    return plate


def test_shrinking_mixes_light_and_not_numbers() -> None:
    """Black and white in equal parts give the gray that reflects half the light, 188, not 128."""
    checks = np.full((64, 64, 4), 255, np.uint8)
    checks[::2, ::2, :3] = checks[1::2, 1::2, :3] = 0
    small = to_pixels(window(to_light(checks), (0, 0, 64, 64), width=4, height=4))
    assert (small[..., :3] == 188).all()


def test_light_comes_back_as_the_same_pixels() -> None:
    """Every colour survives the way to light and back, wherever it is seen."""
    ramp = np.dstack([np.tile(np.arange(256, dtype=np.uint8), (4, 1))] * 4)
    ramp[..., 3] = 255
    assert (to_pixels(to_light(ramp)) == ramp).all()


def test_an_edge_on_the_grid_stays_one_step() -> None:
    """A plate whose middle falls between two pixels is black beside white, with nothing between."""
    icon = to_pixels(crisp(to_light(half_and_half()), FULL, 16))
    assert (icon[..., 3] == 255).all()
    assert set(np.unique(icon[..., :3])) == {0, 255}


def test_an_edge_off_the_grid_is_set_on_it() -> None:
    """A bar whose edges fall within pixels is moved by a part of one, and has sharper sides."""
    bar = np.zeros((512, 512, 4), np.uint8)
    bar[:, 112:400] = (0, 0, 0, 255)  # 3.5 to 12.5 pixels of 16
    bar[:16] = bar[-16:] = (0, 0, 0, 255)
    light = to_light(bar)
    plain = to_pixels(window(light, FULL.box, width=16, height=16))
    aligned = to_pixels(crisp(light, FULL, 16))
    middle = slice(4, 12)
    between = [
        int(((icon[middle, :, 3] > 20) & (icon[middle, :, 3] < 235)).sum()) for icon in (plain, aligned)
    ]
    assert between[1] < between[0] == 16


def test_sharpening_leaves_no_halo() -> None:
    """No pixel of a crisp icon is darker or lighter than everything around it in the mark."""
    gray = np.full((512, 512, 4), (120, 120, 120, 255), np.uint8)
    gray[200:310, 200:310, :3] = 200
    icon = to_pixels(crisp(to_light(gray), FULL, 32))[..., :3]
    assert icon.min() >= 119
    assert icon.max() <= 201


@pytest.mark.parametrize("color", [(255, 255, 255), (0, 0, 0), RED])
def test_soft_edges_keep_the_colour(color: tuple[int, int, int]) -> None:
    """Half-covered pixels of a mark of one colour have that colour: no dark or light fringe on any ground."""
    icon = to_pixels(Mark.of(disc(color)).icon(16))
    seen = icon[icon[..., 3] > 0]
    assert ((seen[:, 3] < 255) & (seen[:, 3] > 40)).any()
    assert (np.abs(seen[seen[:, 3] > 40][:, :3].astype(int) - color) <= 2).all()


def test_a_plain_symbol_is_read_at_16_px() -> None:
    """A ring keeps its contrast and detail, so every small icon shows it."""
    chosen = choose_small(Mark.of(disc()), sides=(16, 32, 48), name="X", colors=(NAVY,), wish="auto")
    assert set(chosen.kinds.values()) == {"logo"}
    assert chosen.measured[16].contrast_kept > 0.85
    assert chosen.measured[16].detail_kept > 0.7


def test_lettering_is_lost_at_16_px_and_initials_stand_in() -> None:
    """Fine strokes lose their contrast; the report has the figures and what is shown instead."""
    report = small_icons(letters(), STYLE).report["small_mark"]
    assert report["shows"]["16"] == "initials"
    assert report["initials"] == "HF"
    assert not report["logo"][0]["readable"]
    assert report["logo"][0]["detail_kept"] < report["logo"][2]["detail_kept"]


def test_the_symbol_of_a_lockup_stands_in() -> None:
    """Where a symbol stands beside lettering, it is what 16 px show."""
    chosen = choose_small(Mark.of(lockup()), sides=(16, 32), name="X", colors=(NAVY,), wish="auto")
    assert chosen.kinds[16] == "symbol"
    mark = chosen.marks[16]
    assert mark is not None
    assert abs(mark.outline.width - mark.outline.height) <= 2


def test_letters_are_no_symbol() -> None:
    """The widest of many like strokes is not taken for a symbol; one mark alone is not a part of itself."""
    assert largest_symbol(letters()) is None
    assert largest_symbol(disc()) is None


@pytest.mark.parametrize("wish", ["logo", "symbol", "initials"])
def test_a_wish_is_followed(wish: str) -> None:
    """`small_mark` decides where what it names can be had."""
    style = IconStyle("Harbor Foxes", (NAVY,), small_mark=wish)  # type: ignore[arg-type]  # a literal of the list
    shows = small_icons(lockup(), style).report["small_mark"]["shows"]
    assert set(shows.values()) == {wish}


def test_a_name_without_letters_leaves_the_logo() -> None:
    """Where neither a symbol nor initials can be had, the logo is shown, however small."""
    style = IconStyle("\U0001f98a", (NAVY,))
    assert set(small_icons(letters(), style).report["small_mark"]["shows"].values()) == {"logo"}


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Harbor Foxes", "HF"),
        ("The Lions of Kent", "LK"),
        ("Gladebrook", "G"),
        ("76ers", "76"),
        ("1860 München", "18"),
        ("الفرسان", "\u0627"),
        ("हॉक्स क्लब", "हक"),
        ("<script>", "S"),
        ("\U0001f98a", ""),
        ("", ""),
    ],
)
def test_initials_are_letters_that_a_font_has(name: str, initials: str) -> None:
    """First letters of two words, small words passed over; two digits of a number; nothing of an emoji."""
    assert initials_of(name) == initials


def test_initials_can_be_read_on_their_plate() -> None:
    """The ink is the team's next colour that has AA contrast on the first, else black or white."""
    gold = plate_of("A B", colors=(NAVY, RED, (244, 185, 66)))
    plain = plate_of("A B", colors=(NAVY, RED))
    assert gold is not None
    assert plain is not None
    assert (gold.ink, plain.ink) == ((244, 185, 66), (255, 255, 255))


def test_the_icon_file_holds_the_same_pixels_as_the_pngs() -> None:
    """All three sizes of `favicon.ico` are those of the PNG files."""
    made = small_icons(disc(), STYLE)
    images = {len(image.pixels): image for image in read_ico(made.files["favicon.ico"].data)}
    assert list(images) == [16, 32, 48]
    assert [image.png for image in images.values()] == [False, False, True]


def test_icons_are_the_same_bytes_again() -> None:
    """The same logo gives the same files."""
    first, second = (small_icons(lockup(), STYLE).files for _ in range(2))
    assert {name: file.data for name, file in first.items()} == {
        name: file.data for name, file in second.items()
    }


@pytest.mark.parametrize(
    "shape", [(1, 1), (1, 300), (300, 1), (3, 2), (40, 9000)], ids=["1x1", "row", "column", "3x2", "strip"]
)
def test_strange_sizes_are_taken(shape: tuple[int, int]) -> None:
    """One pixel, lines and very long strips give every file."""
    logo = np.full((*shape, 4), (*RED, 255), np.uint8)
    assert set(small_icons(logo, STYLE).files) >= {"favicon.ico", "favicon.svg", "icon-16.png"}


def test_what_does_not_show_is_refused() -> None:
    """A clear picture is no logo."""
    with pytest.raises(NoForegroundError):
        small_icons(np.zeros((20, 20, 4), np.uint8), STYLE)


def test_large_pictures_are_brought_down_first() -> None:
    """What is worked on is never longer than asked, and no smaller picture is touched."""
    wide = np.full((10, 4000, 4), 255, np.uint8)
    assert within(wide, longest_px=1000).shape == (2, 1000, 4)
    assert within(wide, longest_px=4000) is wide
