"""Cleaning logos, against drawings whose colours and edges are known."""

import io

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imaging.color import delta_e_2000, to_lab
from imaging.errors import NoForegroundError
from imaging.logo.clean import STEPS, CleanLogo, CleanOptions, clean_logo
from imaging.logo.cutout import key_logo
from imaging.logo.ground import ground_distance, ringing
from imaging.logo.islands import fill_islands

OVER = 8
"""The truth is drawn this many times larger and averaged: 65 levels of coverage."""
NAVY, RED, GOLD, WHITE = (20, 33, 61), (200, 16, 46), (244, 169, 0), (255, 255, 255)
SIDE = 200


def _draw(
    shapes: list[tuple[str, tuple[float, ...], tuple[int, int, int]]], *, side: int = SIDE
) -> np.ndarray:
    """Opaque shapes over one another, anti-aliased: (side, side, 4) RGBA."""
    canvas = np.zeros((side * OVER, side * OVER, 4), np.uint8)
    for kind, place, color in shapes:
        x, y, *size = (round(value * OVER) for value in place)
        paint = (*color, 255)
        if kind == "disc":
            cv2.circle(canvas, (x, y), size[0], paint, -1)
        elif kind == "text":
            cv2.putText(
                canvas, "FC 09", (x, y), cv2.FONT_HERSHEY_DUPLEX, place[2] * OVER, paint, size[1], cv2.LINE_8
            )
        else:
            cv2.rectangle(canvas, (x, y), (size[0], size[1]), paint, -1)
    large = canvas.astype(np.float32)
    weight = large[..., 3:] / 255
    small = cv2.resize(
        np.dstack([large[..., :3] * weight, large[..., 3]]), (side, side), interpolation=cv2.INTER_AREA
    )
    color = small[..., :3] * 255 / np.maximum(small[..., 3:], 1)
    return np.rint(np.dstack([color, small[..., 3]])).clip(0, 255).astype(np.uint8)


BADGE = [
    ("disc", (100, 100, 90), NAVY),
    ("disc", (100, 100, 74), WHITE),
    ("box", (45, 60, 155, 100), RED),
    ("disc", (100, 140, 14), GOLD),
    ("text", (52, 92, 1.1, 2), WHITE),
]


def _over(image: np.ndarray, ground: tuple[int, int, int]) -> np.ndarray:
    alpha = image[..., 3:].astype(np.float32) / 255
    return np.rint(image[..., :3] * alpha + np.array(ground, np.float32) * (1 - alpha)).astype(np.uint8)


def _jpeg(rgb: np.ndarray, *, quality: int) -> np.ndarray:
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def _from_jpeg(image: np.ndarray, *, quality: int, ground: tuple[int, int, int] = (60, 160, 90)) -> CleanLogo:
    rgb = _jpeg(_over(np.pad(image, ((16, 16), (16, 16), (0, 0))), ground), quality=quality)
    cutout = key_logo(rgb)
    assert cutout.ground is not None
    noise = ringing(ground_distance(rgb, cutout.ground))
    return clean_logo(cutout.pixels, options=CleanOptions(noise=noise, ground=cutout.ground))


def _apart(first: tuple[int, int, int], second: tuple[int, int, int]) -> float:
    return float(delta_e_2000(to_lab(first), to_lab(second)))


def _seen_apart(first: np.ndarray, second: np.ndarray) -> float:
    """Mean CIEDE2000 of two RGBA images on white."""
    return float(delta_e_2000(to_lab(_over(first, WHITE)), to_lab(_over(second, WHITE))).mean())


def test_a_clean_badge_comes_through_as_it_is() -> None:
    """What shows is unchanged, and the palette is the colours that were drawn, exactly."""
    badge = _draw(BADGE)
    cleaned = clean_logo(badge)
    assert cleaned.kind == "flat"
    assert {entry.color for entry in cleaned.palette} == {NAVY, WHITE, RED, GOLD}
    box = cv2.boundingRect((badge[..., 3] >= 8).astype(np.uint8))
    truth = badge[box[1] : box[1] + box[3], box[0] : box[0] + box[2]]
    assert cleaned.pixels.shape == truth.shape
    assert np.array_equal(cleaned.pixels[..., 3], truth[..., 3])
    assert _seen_apart(cleaned.pixels, truth) < 0.02


def test_the_steps_are_the_list_in_its_order() -> None:
    """Every step reports, under its name, with a share between 0 and 1."""
    steps = clean_logo(_draw(BADGE)).steps
    assert [step.name for step in steps] == [name for name, _ in STEPS]
    assert all(0 <= step.changed <= 1 and step.detail for step in steps)


@pytest.mark.parametrize("quality", [40, 75, 90])
def test_jpeg_gives_back_the_palette(quality: int) -> None:
    """After JPEG there are as many colours as were drawn, each within CIEDE2000 3 of its own."""
    cleaned = _from_jpeg(_draw(BADGE), quality=quality)
    assert len(cleaned.palette) == 4
    for color in (NAVY, WHITE, RED, GOLD):
        assert min(_apart(entry.color, color) for entry in cleaned.palette) < 3


def test_jpeg_leaves_no_third_tint() -> None:
    """Nearly all pixels of a rebuilt badge are palette colours or lie on the line between two of them."""
    cleaned = _from_jpeg(_draw(BADGE), quality=40)
    colors = np.array([entry.color for entry in cleaned.palette], np.float64)
    seen = cleaned.pixels[cleaned.pixels[..., 3] > 0][:, :3].astype(np.float64)
    least = np.full(len(seen), np.inf)
    for start in colors:
        for end in colors:
            way = end - start
            share = np.clip((seen - start) @ way / max(way @ way, 1), 0, 1)
            least = np.minimum(least, np.linalg.norm(seen - start - share[:, None] * way, axis=1))
    assert (least < 2).mean() > 0.999


def test_jpeg_noise_in_flat_areas_is_gone() -> None:
    """Inside each shape of a rebuilt badge every pixel has one exact colour."""
    cleaned = _from_jpeg(_draw(BADGE), quality=40)
    exact = {entry.color for entry in cleaned.palette}
    height, width = cleaned.pixels.shape[:2]
    center = cleaned.pixels[
        height * 3 // 4 - 8 : height * 3 // 4, width // 2 - 4 : width // 2 + 4, :3
    ].reshape(-1, 3)
    assert len({tuple(map(int, pixel)) for pixel in center} - exact) == 0


def test_near_duplicates_become_one_colour() -> None:
    """Two reds that nobody can tell apart are one, and edges to it are mixtures of what is left."""
    badge = _draw(BADGE)
    badge[80:, :, :3][(badge[80:, :, :3] == RED).all(axis=2)] = (201, 17, 46)
    cleaned = clean_logo(badge)
    assert len(cleaned.palette) == 4
    occurs = [bool((cleaned.pixels[..., :3] == red).all(axis=2).any()) for red in (RED, (201, 17, 46))]
    assert sorted(occurs) == [False, True]


def test_colours_that_can_be_told_apart_stay_two() -> None:
    """Two reds at CIEDE2000 5 are two colours."""
    cleaned = clean_logo(_draw([("box", (10, 10, 90, 190), RED), ("box", (90, 10, 190, 190), (215, 40, 60))]))
    assert len(cleaned.palette) == 2


@pytest.mark.parametrize("radial", [False, True])
def test_gradients_are_left_alone(radial: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """A gradient is not cut into bands; the flat colour beside it is still found."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    share = np.hypot(x - 100, y - 100) / 142 if radial else x / SIDE
    color = np.array(RED) + share[..., None] * (np.array(GOLD) - np.array(RED))
    image = np.dstack([np.rint(color), np.full((SIDE, SIDE), 255)]).astype(np.uint8)
    image[150:] = (*NAVY, 255)
    cleaned = clean_logo(image)
    assert cleaned.kind == "gradient"
    assert np.array_equal(cleaned.pixels, image)
    assert [entry.color for entry in cleaned.palette] == [NAVY]


def test_a_compressed_gradient_is_not_cut_into_bands() -> None:
    """After JPEG a gradient disc still has the gradient, within CIEDE2000 2.5 on average."""
    disc = _draw([("disc", (100, 100, 90), RED), ("box", (60, 90, 140, 110), WHITE)])
    red = (disc[..., :3] == RED).all(axis=2)
    share = np.linspace(0, 1, SIDE)[:, None, None]
    shade = np.rint(np.array(RED) * (1 - share) + np.array(GOLD) * share)
    disc[..., :3] = np.where(red[..., None], shade, disc[..., :3]).astype(np.uint8)
    cleaned = _from_jpeg(disc, quality=60, ground=(0, 60, 160))
    assert cleaned.kind == "gradient"
    height, width = cleaned.pixels.shape[:2]
    found = cleaned.pixels[20 : height - 20, width // 2 - 45, :3]
    truth = disc[(SIDE - height) // 2 + 20 :, SIDE // 2 - 45, :3][: len(found)]
    assert float(delta_e_2000(to_lab(found), to_lab(truth)).mean()) < 2.5


def test_a_photograph_keeps_its_pixels() -> None:
    """Texture is photographic: nothing is snapped, and the palette is its main colours."""
    texture = np.random.default_rng(7).integers(0, 256, (120, 160, 3), np.uint8)
    image = np.dstack([texture, np.full((120, 160), 255, np.uint8)])
    cleaned = clean_logo(image)
    assert cleaned.kind == "photographic"
    assert np.array_equal(cleaned.pixels, image)
    assert 1 <= len(cleaned.palette) <= 8


def test_an_i_dot_and_a_mark_survive_compression() -> None:
    """A dot of 5 pixels across, alone beside the letters, is still there after JPEG."""
    dot = [*BADGE, ("disc", (192, 12, 2.5), RED)]
    cleaned = _from_jpeg(_draw(dot), quality=60)
    assert (cleaned.pixels[:12, -14:, 3] > 128).sum() >= 9


def test_specks_in_flat_areas_are_filled_and_dots_are_not() -> None:
    """Two stray pixels amid one colour go; a dot of four by four stays, whole."""
    rgb = np.full((30, 30, 3), NAVY, np.uint8)
    rgb[8, 8:10], rgb[18:22, 18:22] = (90, 90, 90), GOLD
    filled, count = fill_islands(rgb, np.full((30, 30), 255, np.uint8))
    assert count == 2
    assert (filled[8, 8:10] == NAVY).all()
    assert (filled[18:22, 18:22] == GOLD).all()


def test_clear_pixels_beside_edges_carry_the_edge_colour() -> None:
    """No ground or black lurks under transparency next to the artwork."""
    pixels = clean_logo(np.pad(_draw([("disc", (100, 100, 60), GOLD)]), ((4, 4), (4, 4), (0, 0)))).pixels
    clear = pixels[..., 3] == 0
    beside = clear & (cv2.dilate((~clear).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)
    assert (np.abs(pixels[beside][:, :3].astype(int) - GOLD) <= 2).all()


def test_padding_is_even() -> None:
    """`margin_frac` pads every side by that share of the longer one."""
    cleaned = clean_logo(_draw([("box", (50, 80, 150, 120), RED)]), options=CleanOptions(margin_frac=0.1))
    plain = clean_logo(_draw([("box", (50, 80, 150, 120), RED)]))
    pad = round(0.1 * plain.pixels.shape[1])
    assert cleaned.pixels.shape[:2] == (plain.pixels.shape[0] + 2 * pad, plain.pixels.shape[1] + 2 * pad)
    assert not cleaned.pixels[:pad, :, 3].any()


def test_nothing_visible_is_an_error() -> None:
    """A fully transparent image has no logo."""
    with pytest.raises(NoForegroundError):
        clean_logo(np.zeros((9, 9, 4), np.uint8))


@pytest.mark.parametrize("noise", [0.0, 14.0])
@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (16_000, 3), (3, 16_000), (2, 2)])
def test_odd_shapes_work(shape: tuple[int, int], noise: float) -> None:
    """One pixel, one row and long strips come out in their own size."""
    image = np.full((*shape, 4), (*RED, 255), np.uint8)
    cleaned = clean_logo(image, options=CleanOptions(noise=noise, ground=WHITE))
    assert cleaned.pixels.shape == image.shape
    assert cleaned.palette[0].color == RED


@pytest.mark.parametrize("noise", [0.0, 14.0])
def test_twenty_thousand_colours_work(noise: float) -> None:
    """As many colours as pixels neither fail nor make thousands of palette entries."""
    step = np.arange(20_000) * 811
    rgb = np.stack([step >> 16, step >> 8 & 255, step & 255], axis=1).astype(np.uint8).reshape(100, 200, 3)
    cleaned = clean_logo(
        np.dstack([rgb, np.full((100, 200), 255, np.uint8)]), options=CleanOptions(noise=noise)
    )
    assert 1 <= len(cleaned.palette) <= 64


@st.composite
def _logos(draw: st.DrawFn) -> np.ndarray:
    """Up to five shapes of any opaque colours on a small transparent canvas."""
    place = st.floats(6, 58, allow_nan=False)
    color = st.tuples(*[st.integers(0, 255)] * 3)
    shapes = [
        ("disc", (draw(place), draw(place), draw(st.floats(2, 24))), draw(color))
        for _ in range(draw(st.integers(1, 5)))
    ]
    return _draw(shapes, side=64)


@settings(max_examples=25, deadline=None)
@given(_logos(), st.sampled_from([0.0, 9.0]))
def test_whatever_is_drawn(logo: np.ndarray, noise: float) -> None:
    """Same input, same output; palette colours occur; shares are shares; nothing grows beyond the trim."""
    options = CleanOptions(noise=noise)
    cleaned, again = clean_logo(logo, options=options), clean_logo(logo, options=options)
    assert np.array_equal(cleaned.pixels, again.pixels)
    assert cleaned.steps == again.steps
    seen = {tuple(map(int, pixel)) for pixel in cleaned.pixels[cleaned.pixels[..., 3] > 0][:, :3]}
    assert all(entry.color in seen for entry in cleaned.palette)
    assert sum(entry.coverage for entry in cleaned.palette) <= 1 + 1e-5
    x, y, width, height = cv2.boundingRect((logo[..., 3] >= 8).astype(np.uint8))
    assert cleaned.pixels.shape[:2] == (height, width)
    assert (cleaned.pixels[..., 3] <= logo[y : y + height, x : x + width, 3]).all()


@settings(max_examples=25, deadline=None)
@given(_logos())
def test_cleaning_a_clean_logo_changes_next_to_nothing(logo: np.ndarray) -> None:
    """Cleaning twice looks like cleaning once."""
    once = clean_logo(logo)
    twice = clean_logo(once.pixels)
    assert twice.pixels.shape == once.pixels.shape
    assert _seen_apart(once.pixels, twice.pixels) < 0.05
