"""Logos redrawn for other grounds."""

import cv2
import numpy as np
import pytest

from imaging.errors import NoForegroundError
from imaging.logo.variants import DARK_GARMENT, make_variant
from imaging.types import Color

NAVY, GOLD, WHITE, RED, BLACK = (12, 35, 64), (255, 184, 28), (255, 255, 255), (200, 16, 46), (0, 0, 0)
_SIDE = 240


def _canvas() -> np.ndarray:
    return np.zeros((_SIDE, _SIDE, 4), np.uint8)


def _disc(canvas: np.ndarray, center: tuple[int, int], radius: int, color: Color) -> np.ndarray:
    """Draw an anti-aliased disc over the canvas, 8 by 8 samples a pixel."""
    cover = np.zeros((8 * _SIDE, 8 * _SIDE), np.uint8)
    cv2.circle(cover, (8 * center[0] + 4, 8 * center[1] + 4), 8 * radius, 255, cv2.FILLED)
    share = cv2.resize(cover, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)[..., None] / 255.0
    alpha = canvas[..., 3:] / 255.0 * (1 - share)
    total = share + alpha
    rgb = (np.array(color) * share + canvas[..., :3] * alpha) / np.maximum(total, 1e-6)
    canvas[...] = np.rint(np.concatenate([rgb, 255 * total], axis=2)).astype(np.uint8)
    return canvas


def _badge(plate: Color, mark: Color) -> np.ndarray:
    return _disc(_disc(_canvas(), (120, 120), 110, plate), (120, 120), 40, mark)


def _is_one_colour(pixels: np.ndarray, color: Color) -> bool:
    return bool((pixels[pixels[..., 3] > 0][:, :3] == color).all())


def test_white_on_a_badge_stays_knocked_out() -> None:
    """In one ink a navy badge with a white mark is a navy badge with a hole."""
    made, words = make_variant(_badge(NAVY, WHITE), variant="mono", palette=[NAVY, WHITE])
    assert _is_one_colour(made, NAVY)
    assert made[120, 40, 3] == 255
    assert made[120, 120, 3] == 0
    assert "#ffffff" in words


def test_a_white_plate_becomes_clear() -> None:
    """In one ink a navy mark on a white plate is the mark alone; reversed it is the plate with a hole."""
    badge = _badge(WHITE, NAVY)
    mono, _ = make_variant(badge, variant="mono", palette=[WHITE, NAVY])
    assert (mono[120, 40, 3], mono[120, 120, 3]) == (0, 255)
    turned, _ = make_variant(badge, variant="reversed", palette=[WHITE, NAVY])
    assert (turned[120, 40, 3], turned[120, 120, 3]) == (255, 0)
    assert _is_one_colour(turned, WHITE)


def test_edges_keep_their_place() -> None:
    """Ink and clear together cover an edge pixel wholly: the mark's edge is as soft as it was drawn."""
    badge = _badge(NAVY, WHITE)
    made, _ = make_variant(badge, variant="mono", palette=[NAVY, WHITE])
    mark = _disc(_canvas(), (120, 120), 40, WHITE)[..., 3].astype(int)
    plate = _disc(_canvas(), (120, 120), 110, NAVY)[..., 3].astype(int)
    assert np.abs(made[..., 3] - (plate - mark)).max() <= 10


def test_inked_neighbours_are_parted() -> None:
    """Red beside navy: both are ink, with a clear line between them, and the outer edge untouched."""
    logo = _canvas()
    logo[40:200, 20:120] = (*NAVY, 255)
    logo[40:200, 120:220] = (*RED, 255)
    made, words = make_variant(logo, variant="mono", palette=[NAVY, RED])
    assert made[120, 60, 3] == made[120, 180, 3] == 255
    assert made[120, 115:126, 3].min() == 0
    assert "part" in words


def test_a_pale_logo_is_not_lost() -> None:
    """Gold alone has nothing dark: its one ink is black, and all of it is ink."""
    disc = _disc(_canvas(), (120, 120), 100, GOLD)
    made, _ = make_variant(disc, variant="mono", palette=[GOLD])
    assert _is_one_colour(made, BLACK)
    assert np.abs(made[..., 3].astype(int) - disc[..., 3]).max() <= 1


def test_a_dark_mark_is_white_when_reversed() -> None:
    """A navy mark on nothing becomes a white one, not a clear one."""
    disc = _disc(_canvas(), (120, 120), 100, NAVY)
    made, _ = make_variant(disc, variant="reversed", palette=[NAVY])
    assert _is_one_colour(made, WHITE)
    assert np.array_equal(made[..., 3], disc[..., 3])


def test_light_on_dark_is_kept_when_reversed() -> None:
    """On a dark ground a navy badge with a white mark is the mark: the cloth is the badge."""
    made, _ = make_variant(_badge(NAVY, WHITE), variant="reversed", palette=[NAVY, WHITE])
    assert (made[120, 40, 3], made[120, 120, 3]) == (0, 255)


CREAM = (255, 243, 217)


def _letter(*, around: int) -> np.ndarray:
    """(240, 240) coverage of a bold H with so much added all round, anti-aliased."""
    cover = np.zeros((8 * _SIDE, 8 * _SIDE), np.uint8)
    for left, top, right, foot in ((50, 40, 90, 200), (150, 40, 190, 200), (50, 100, 190, 140)):
        corners = (
            (8 * (left - around), 8 * (top - around)),
            (8 * (right + around) - 1, 8 * (foot + around) - 1),
        )
        cv2.rectangle(cover, *corners, 255, cv2.FILLED)
    return cv2.resize(cover, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)


def _ringed(letter: Color, ring: Color, shadow: Color | None) -> np.ndarray:
    """A letter, a 5 px line around it and, where wanted, a 9 px contour around both."""
    canvas = _canvas()
    for color, around in ((shadow, 14), (ring, 5), (letter, 0)):
        if color is not None:
            share = _letter(around=around)[..., None] / 255.0
            canvas[..., :3] = np.rint(np.array(color) * share + canvas[..., :3] * (1 - share))
            canvas[..., 3] = np.maximum(canvas[..., 3], _letter(around=around))
    return canvas


@pytest.mark.parametrize("shadow", [NAVY, None])
def test_a_ringed_letter_is_solid_when_reversed(shadow: Color | None) -> None:
    """A red letter ringed in cream is printed on dark cloth as the letter, not as its hollow outline."""
    palette = [RED, CREAM] + ([shadow] if shadow else [])
    made, _ = make_variant(_ringed(RED, CREAM, shadow), variant="reversed", palette=palette)
    assert _is_one_colour(made, WHITE)
    assert np.abs(made[..., 3].astype(int) - _letter(around=0)).max() <= 10


def test_a_mark_within_a_ringed_shape_is_knocked_out() -> None:
    """A cream ring on a ringed red disc is clear when reversed, and the red inside it is ink again."""
    logo = _disc(_disc(_canvas(), (120, 120), 110, NAVY), (120, 120), 100, CREAM)
    logo = _disc(_disc(_disc(logo, (120, 120), 96, RED), (120, 120), 40, CREAM), (120, 120), 24, RED)
    made, _ = make_variant(logo, variant="reversed", palette=[RED, CREAM, NAVY])
    across = {"contour": 15, "line": 22, "disc": 50, "mark": 88, "counter": 120}
    inked = {name: int(made[120, x, 3]) for name, x in across.items()}
    assert inked == {"contour": 0, "line": 0, "disc": 255, "mark": 0, "counter": 255}


def test_a_dark_letter_is_the_cloth_when_reversed() -> None:
    """Navy ringed in cream stays navy's cloth with a white line: dark is never printed white beside light."""
    made, _ = make_variant(_ringed(NAVY, CREAM, None), variant="reversed", palette=[NAVY, CREAM])
    assert (made[120, 120, 3], made[120, 47, 3]) == (0, 255)


def test_a_drawing_on_a_plate_fills_all_of_its_fields_or_none() -> None:
    """A cream grid on a red plate has red around it too: its lines are what is printed, and no field is."""
    plate = _disc(_canvas(), (120, 120), 117, RED)
    inside = _disc(_canvas(), (120, 120), 110, RED)[..., 3:] > 0
    grid = np.zeros((_SIDE, _SIDE, 1), bool)
    for at in (46, 83, 120, 156, 193):
        grid[:, at - 2 : at + 3] = grid[at - 2 : at + 3] = True
    plate[..., :3] = np.where(grid & inside, CREAM, plate[..., :3])
    made, _ = make_variant(plate, variant="reversed", palette=[RED, CREAM])
    fields = made[12:230, 12:230, 3][~(grid & inside)[12:230, 12:230, 0]]
    assert made[100, 120, 3] == 255
    assert (fields > 0).mean() < 0.01


def test_a_gradient_is_cut_nowhere() -> None:
    """Two palette colours at the ends of a gradient make one patch without a line through it."""
    logo = _canvas()
    logo[..., 3] = 255
    ramp = np.linspace(0, 1, _SIDE)[:, None, None]
    logo[..., :3] = np.rint(np.array((0, 60, 160)) * (1 - ramp) + np.array((0, 20, 60)) * ramp)
    made, _ = make_variant(logo, variant="mono", palette=[(0, 55, 146), (0, 25, 74)])
    assert (made[..., 3] == 255).all()


def test_what_stands_out_on_dark_cloth_is_left_alone() -> None:
    """A gold badge comes back as it was, and the words say so."""
    badge = _badge(GOLD, NAVY)
    made, words = make_variant(badge, variant="dark_garment", palette=[GOLD, NAVY])
    assert np.array_equal(made, badge)
    assert "Nothing" in words


def test_dark_line_work_turns_white_on_dark_cloth() -> None:
    """A black mark becomes white in the same shape."""
    disc = _disc(_canvas(), (120, 120), 100, BLACK)
    made, words = make_variant(disc, variant="dark_garment", palette=[BLACK])
    assert _is_one_colour(made, WHITE)
    assert np.array_equal(made[..., 3], disc[..., 3])
    assert "white" in words


def test_a_dark_badge_gets_a_contour_and_keeps_its_colours() -> None:
    """A navy badge with a large gold mark is ringed in gold; what it was is in the middle, unchanged."""
    badge = _disc(_disc(_canvas(), (120, 120), 110, NAVY), (120, 120), 80, GOLD)
    made, words = make_variant(badge, variant="dark_garment", palette=[GOLD, NAVY])
    pad = (made.shape[0] - _SIDE) // 2
    assert pad > 0
    assert made[pad + 120, pad + 120].tolist() == [*GOLD, 255]
    assert made[pad + 120, pad + 20].tolist() == [*NAVY, 255]
    edge = made[pad + 120][made[pad + 120, :, 3] == 255][0]
    assert edge.tolist() == [*GOLD, 255]
    assert "#ffb81c" in words


def test_only_the_parts_that_are_lost_are_ringed() -> None:
    """Beside a dark badge a white dot stays a plain dot of its own size."""
    logo = _disc(_disc(_canvas(), (80, 80), 60, NAVY), (80, 80), 45, GOLD)
    logo = _disc(logo, (200, 200), 20, WHITE)
    made, _ = make_variant(logo, variant="dark_garment", palette=[GOLD, NAVY, WHITE])
    pad = (made.shape[0] - _SIDE) // 2
    inner = made[pad:-pad, pad:-pad] if pad else made
    assert np.array_equal(inner[170:, 170:, 3], logo[170:, 170:, 3])


@pytest.mark.parametrize("variant", ["mono", "reversed", "dark_garment"])
@pytest.mark.parametrize("shape", [(1, 1), (40, 16_000), (200, 200)])
def test_anything_visible_can_be_redrawn(variant: str, shape: tuple[int, int]) -> None:
    """A pixel, a strip and thousands of colours make every variant, and none vanishes."""
    noise = np.random.default_rng(5).integers(0, 256, (*shape, 4), np.uint8)
    noise[..., 3] |= 128
    made, words = make_variant(noise, variant=variant, palette=[])
    assert made[..., 3].any()
    assert words


def test_a_photograph_keeps_its_light_and_dark() -> None:
    """Of fur lit from the left the dark right is ink in one ink; reversed, the light left is."""
    rng = np.random.default_rng(7)
    fur = np.clip(np.linspace(230, 20, _SIDE) + rng.normal(0, 45, (_SIDE, _SIDE)), 0, 255)
    logo = np.dstack([fur, 0.8 * fur, 0.6 * fur, np.full_like(fur, 255)]).astype(np.uint8)
    palette = [(220, 176, 132), (160, 128, 96), (100, 80, 60), (40, 32, 24)]
    left, right = slice(0, 60), slice(180, None)
    mono, words = make_variant(logo, variant="mono", palette=palette)
    turned, _ = make_variant(logo, variant="reversed", palette=palette)
    for made, clear, inked in ((mono, left, right), (turned, right, left)):
        assert made[:, clear, 3].mean() < 20
        assert made[:, inked, 3].mean() > 235
    assert "photograph" in words


@pytest.mark.parametrize("variant", ["mono", "reversed", "dark_garment"])
def test_nothing_has_no_variant(variant: str) -> None:
    """A clear picture is no foreground."""
    with pytest.raises(NoForegroundError):
        make_variant(_canvas(), variant=variant, palette=[])


def test_dark_garment_is_nearly_black() -> None:
    """The cloth that `dark_garment` is made for is darker than any logo's navy."""
    assert max(DARK_GARMENT) < 30
