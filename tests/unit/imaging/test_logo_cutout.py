"""Cutting logos off their ground, against drawings whose alpha is known."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from imaging.color import delta_e_2000, to_lab
from imaging.errors import NoForegroundError
from imaging.logo.cutout import Cutout, key_logo
from imaging.logo.ground import NoUniformGroundError

OVER = 8
"""The truth is drawn this many times larger and averaged: 65 levels of coverage."""
NAVY, RED, GOLD, WHITE, BLACK = (20, 33, 61), (200, 16, 46), (244, 169, 0), (255, 255, 255), (0, 0, 0)
GREEN = (30, 110, 80)
STAR = (170, 112)
"""A point inside the white star, x and y."""
COUNTER = (390, 92)
"""A point inside the letter's counter."""


def _star(x: float, y: float, radius: float) -> np.ndarray:
    turns = np.arange(10) * np.pi / 5
    reach = np.where(np.arange(10) % 2 == 0, radius, radius * 0.4)
    return np.stack([x + reach * np.sin(turns), y - reach * np.cos(turns)], axis=1)


def _draw(canvas: np.ndarray, outline: np.ndarray, color: tuple[int, ...]) -> None:
    cv2.fillPoly(canvas, [np.rint(outline * OVER * 16).astype(np.int32)], color, shift=4)


def _disc(x: float, y: float, radius: float) -> np.ndarray:
    turns = np.linspace(0, 2 * np.pi, 720, endpoint=False)
    return np.stack([x + radius * np.sin(turns), y - radius * np.cos(turns)], axis=1)


def truth() -> np.ndarray:
    """(300, 520, 4) premultiplied float: a disc with a star, letters with counters, a hairline, a swash."""
    canvas = np.zeros((300 * OVER, 520 * OVER, 4), np.uint8)
    _draw(canvas, _disc(170, 112, 90.3), (*RED, 255))
    _draw(canvas, _disc(170, 112, 78.6), (*NAVY, 255))
    _draw(canvas, _star(*STAR, 40.2), (*WHITE, 255))
    _draw(canvas, _disc(390.4, 92.2, 38.5), (*NAVY, 255))
    _draw(canvas, _disc(390.4, 92.2, 21.1), (0, 0, 0, 0))
    _draw(canvas, np.array([(450.3, 130), (472, 52.5), (494.7, 130)]), (*RED, 255))
    _draw(canvas, np.array([(465.2, 119), (472.3, 92), (480.1, 119)]), (0, 0, 0, 0))
    _draw(canvas, np.array([(40, 230.4), (480, 212.3), (430, 250.6), (60, 262.7)]), (*GOLD, 255))
    _draw(canvas, np.array([(40, 276.3), (480, 272.9), (480, 274.7), (40, 278.1)]), (*NAVY, 255))
    premultiplied = canvas.astype(np.float32)
    premultiplied[..., :3] *= premultiplied[..., 3:] / 255
    return cv2.resize(premultiplied, (520, 300), interpolation=cv2.INTER_AREA)


TRUTH = truth()


def on(ground: tuple[int, int, int], layer: np.ndarray = TRUTH) -> np.ndarray:
    """A premultiplied layer composited on a plain ground."""
    mixed = layer[..., :3] + np.array(ground, np.float32) * (1 - layer[..., 3:] / 255)
    return np.rint(mixed).astype(np.uint8)


def premultiplied(cutout: Cutout) -> np.ndarray:
    """The cut-out in the form of the truth."""
    layer = cutout.pixels.astype(np.float32)
    layer[..., :3] *= layer[..., 3:] / 255
    return layer


def iou(cutout: Cutout) -> float:
    """Soft intersection over union of the cut-out's alpha with the truth's."""
    found, wanted = cutout.pixels[..., 3].astype(float), TRUTH[..., 3].astype(float)
    return float(np.minimum(found, wanted).sum() / np.maximum(found, wanted).sum())


def edge_error(cutout: Cutout, ground: tuple[int, int, int]) -> float:
    """Mean CIEDE2000 at the truth's edge pixels between cut-out and truth, both laid on a ground."""
    edge = (TRUTH[..., 3] > 2) & (TRUTH[..., 3] < 253)
    return float(
        delta_e_2000(to_lab(on(ground, premultiplied(cutout))[edge]), to_lab(on(ground)[edge])).mean()
    )


def jpeg(image: np.ndarray, quality: int) -> np.ndarray:
    """The image after lossy compression."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer).convert("RGB"))


@pytest.mark.parametrize("ground", [WHITE, GREEN, BLACK, (128, 128, 128), (250, 240, 200)])
def test_alpha_is_that_of_the_drawing(ground: tuple[int, int, int]) -> None:
    """On any plain ground the alpha found is the alpha drawn, hairline and counters included."""
    assert iou(key_logo(on(ground))) >= 0.995


@pytest.mark.parametrize("ground", [WHITE, GREEN, BLACK])
@pytest.mark.parametrize("under", [WHITE, BLACK, RED])
def test_edges_carry_no_halo(ground: tuple[int, int, int], under: tuple[int, int, int]) -> None:
    """Laid on another ground, edge pixels are on average within a just visible difference of the truth."""
    assert edge_error(key_logo(on(ground)), under) < 1.0


def test_on_white_counters_clear_and_white_artwork_stays() -> None:
    """With `auto` on white the letters' counters become holes and the white star does not."""
    cutout = key_logo(on(WHITE))
    assert cutout.pixels[COUNTER[1], COUNTER[0], 3] == 0
    assert tuple(cutout.pixels[STAR[1], STAR[0]]) == (*WHITE, 255)
    assert cutout.holes == 2
    kept = [region for region in cutout.regions if not region.cleared]
    assert [region.reason for region in kept] == ["looks like artwork"]
    x0, y0, x1, y1 = kept[0].bbox
    assert x0 < STAR[0] < x1
    assert y0 < STAR[1] < y1


def test_clear_and_keep_overrule_auto() -> None:
    """`clear` also opens the star, `keep` also fills the counters, and both say that it was asked for."""
    cleared, kept = key_logo(on(WHITE), enclosed="clear"), key_logo(on(WHITE), enclosed="keep")
    assert (cleared.holes, kept.holes) == (3, 0)
    assert cleared.pixels[STAR[1], STAR[0], 3] == 0
    assert kept.pixels[COUNTER[1], COUNTER[0], 3] == 255
    assert {region.reason for region in cleared.regions + kept.regions} == {"asked for"}


def test_on_a_coloured_ground_every_enclosed_region_is_a_hole() -> None:
    """Green inside a letter on green is the ground, and the white star there is plainly artwork."""
    cutout = key_logo(on(GREEN))
    assert cutout.holes == len(cutout.regions) == 2
    assert tuple(cutout.pixels[STAR[1], STAR[0]]) == (*WHITE, 255)


@pytest.mark.parametrize(
    ("ground", "quality", "least"), [(WHITE, 75, 0.97), (WHITE, 40, 0.97), (GREEN, 85, 0.96)]
)
def test_compressed_logos_keep_their_shape(ground: tuple[int, int, int], quality: int, least: float) -> None:
    """JPEG blurs edges and strews crumbs; neither changes the shape, and no crumb survives far from it."""
    cutout = key_logo(jpeg(on(ground), quality))
    assert iou(cutout) >= least
    drawn = cv2.dilate((TRUTH[..., 3] > 0).astype(np.uint8), np.ones((13, 13), np.uint8))
    assert not cutout.pixels[..., 3][drawn == 0].any()


@pytest.mark.parametrize("quality", [85, 75, 60])
@pytest.mark.parametrize("ground", [WHITE, (250, 248, 243), BLACK])
def test_compression_leaves_no_speckles(ground: tuple[int, int, int], quality: int) -> None:
    """Around a black and white badge saved as JPEG nothing near to the ground's colour stays visible."""
    image = np.full((300, 300, 3), ground, np.uint8)
    ink = WHITE if ground == BLACK else BLACK
    cv2.fillPoly(image, [np.array([(30, 40), (120, 40), (270, 262), (180, 262)])], ink, cv2.LINE_AA)
    cv2.circle(image, (225, 90), 40, RED, 9, cv2.LINE_AA)
    drawn = cv2.absdiff(image, np.full_like(image, ground)).max(axis=2) > 2
    cutout = key_logo(jpeg(image, quality), enclosed="clear")
    around = cv2.dilate(drawn.astype(np.uint8), np.ones((7, 7), np.uint8)) == 0
    assert cutout.pixels[..., 3][around].max() <= 64
    assert (cutout.pixels[..., 3][drawn] > 200).mean() > 0.9


def test_confidence_is_counted() -> None:
    """A clean key on an even ground is nearly certain; undecided regions and an uneven border take away."""
    sure = key_logo(on(GREEN)).confidence
    touching = on(GREEN).copy()
    touching[:, :3] = RED
    assert sure > 0.9
    assert key_logo(touching).confidence < sure
    assert key_logo(on(WHITE), enclosed="clear").confidence >= key_logo(on(WHITE)).confidence


def test_facts_describe_the_cutout() -> None:
    """Ground, coverage and box are those of the drawing."""
    cutout = key_logo(on(GREEN))
    assert cutout.ground == GREEN
    assert cutout.coverage == pytest.approx(float(TRUTH[..., 3].mean() / 255), abs=0.002)
    assert cutout.bbox == pytest.approx((40, 21, 495, 279), abs=1)


def test_clear_pixels_beside_the_edge_carry_artwork_colour() -> None:
    """A resampler that ignores alpha finds gold, not the ground, next to the gold swash."""
    cutout = key_logo(on(GREEN))
    assert tuple(cutout.pixels[206:222, 300, :3][cutout.pixels[206:222, 300, 3] == 0][-1]) == GOLD


def test_own_transparency_is_respected() -> None:
    """An image that is transparent already comes back as it is."""
    image = key_logo(on(WHITE)).pixels
    cutout = key_logo(image)
    assert np.array_equal(cutout.pixels, image)
    assert (cutout.ground, cutout.holes) == (None, 2)


def test_an_opaque_alpha_channel_means_nothing() -> None:
    """RGBA that is solid everywhere is keyed like RGB."""
    rgb = on(WHITE)
    rgba = np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])
    assert np.array_equal(key_logo(rgba).pixels, key_logo(rgb).pixels)


@pytest.mark.parametrize(
    "image",
    [
        np.full((60, 80, 3), 255, np.uint8),
        np.full((1, 1, 3), 7, np.uint8),
        np.zeros((40, 40, 4), np.uint8),
        np.full((1, 9, 4), 255, np.uint8),
    ],
    ids=["blank", "one pixel", "all transparent", "one row"],
)
def test_nothing_to_find_is_said(image: np.ndarray) -> None:
    """Blank, one-pixel and fully transparent images raise NoForegroundError."""
    with pytest.raises(NoForegroundError):
        key_logo(image)


def test_noise_and_gradients_are_not_keyed() -> None:
    """Without one ground colour keying refuses, so that the caller can ask a network."""
    noise = np.random.default_rng(3).integers(0, 256, (90, 90, 3), np.uint8)
    ramp = np.broadcast_to(np.linspace(0, 255, 200).astype(np.uint8)[None, :, None], (100, 200, 3)).copy()
    for image in (noise, ramp):
        with pytest.raises(NoUniformGroundError):
            key_logo(image)


def test_a_very_long_strip_is_no_trouble() -> None:
    """16,000 by 40 pixels with artwork at both ends is cut like any other."""
    strip = np.full((40, 16_000, 3), 255, np.uint8)
    strip[10:30, 20:60], strip[10:30, 15_900:15_980] = RED, NAVY
    cutout = key_logo(strip)
    assert cutout.bbox == (20, 10, 15_980, 30)
    assert int((cutout.pixels[..., 3] > 0).sum()) == 20 * 40 + 20 * 80


def test_twenty_thousand_colours_are_no_trouble() -> None:
    """A full-colour gradient on white is kept whole."""
    image = np.full((240, 240, 3), 255, np.uint8)
    y, x = np.mgrid[0:160, 0:160]
    image[40:200, 40:200] = np.dstack([x, y, np.full_like(x, 60)])
    assert (key_logo(image).pixels[40:200, 40:200, 3] == 255).all()


def test_the_same_input_gives_the_same_bytes() -> None:
    """Keying holds no state and no chance."""
    assert key_logo(on(WHITE)).pixels.tobytes() == key_logo(on(WHITE)).pixels.tobytes()
