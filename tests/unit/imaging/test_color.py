"""Colours: parsing, CIE Lab, CIEDE2000, contrast, palettes."""

import numpy as np
import pytest
from PIL import ImageColor

from imaging.color import (
    ColorParseError,
    contrast_ratio,
    delta_e_2000,
    dominant_colors,
    linear_to_srgb,
    parse_color,
    srgb_to_linear,
    to_hex,
    to_lab,
)

# Sharma, Wu, Dalal (2005), table 1: the pairs that separate right from nearly right implementations.
SHARMA = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, 3.1571, -77.2803), (50, 0, -82.7485), 2.8615),
    ((50, 2.8361, -74.0200), (50, 0, -82.7485), 3.4412),
    ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, 2.4900, -0.0010), (50, -2.4900, 0.0009), 7.1792),
    ((50, 2.4900, -0.0010), (50, -2.4900, 0.0011), 7.2195),
    ((50, -0.0010, 2.4900), (50, 0.0009, -2.4900), 4.8045),
    ((50, -0.0010, 2.4900), (50, 0.0011, -2.4900), 4.7461),
    ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((50, 2.5, 0), (61, -5, 29), 22.8977),
    ((50, 2.5, 0), (56, -27, -3), 31.9030),
    ((50, 2.5, 0), (58, 24, 15), 19.4535),
    ((50, 2.5, 0), (50, 3.2592, 0.3350), 1.0000),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((63.0109, -31.0961, -5.8663), (62.8187, -29.7946, -4.0864), 1.2630),
    ((35.0831, -44.1164, 3.7933), (35.0232, -40.0716, 1.5901), 1.8645),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
    ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


def test_ciede2000_agrees_with_the_published_pairs() -> None:
    """Each pair of Sharma's table comes out to four decimals, in both orders."""
    first, second, expected = (np.array(column) for column in zip(*SHARMA, strict=True))
    assert np.allclose(delta_e_2000(first, second), expected, atol=5e-5)
    assert np.allclose(delta_e_2000(second, first), expected, atol=5e-5)


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("#fff", (255, 255, 255)),
        ("#C8102e", (200, 16, 46)),
        ("navy", (0, 0, 128)),
        (" RebeccaPurple ", (102, 51, 153)),
    ],
)
def test_hex_and_names_are_read(text: str, color: tuple[int, int, int]) -> None:
    """Three and six digits and CSS names are colours, in any case."""
    assert parse_color(text) == color


def test_every_css_name_is_known() -> None:
    """All names of the CSS table parse."""
    assert all(len(parse_color(name)) == 3 for name in ImageColor.colormap)


@pytest.mark.parametrize(
    "text",
    ["", "#ff", "#ffff", "#ffffff80", "ffffff", "rgb(1,2,3)", "hsl(0,0%,0%)", "blurple", "#ggg", "#fff\0"],
)
def test_anything_else_is_refused(text: str) -> None:
    """Other notations raise one clear error and are never guessed."""
    with pytest.raises(ColorParseError, match="#rrggbb"):
        parse_color(text)


def test_hex_round_trips() -> None:
    """`to_hex` gives back what `parse_color` read."""
    assert to_hex(parse_color("#0af3e9")) == "#0af3e9"


def test_linear_light_round_trips() -> None:
    """All 256 levels survive the way to linear light and back."""
    levels = np.arange(256)
    assert np.allclose(linear_to_srgb(srgb_to_linear(levels)), levels, atol=1e-9)


def test_lab_of_the_primaries() -> None:
    """White, red, green and blue have their published Lab values under D65."""
    expected = [(100, 0, 0), (53.24, 80.09, 67.20), (87.73, -86.18, 83.18), (32.30, 79.19, -107.86)]
    colors = [(255, 255, 255), (255, 0, 0), (0, 255, 0), (0, 0, 255)]
    assert np.allclose(to_lab(colors), expected, atol=0.02)


def test_contrast_spans_one_to_twenty_one() -> None:
    """Alike colours have ratio 1, black and white 21; #777 on white is WCAG's known near miss at 4.48."""
    assert contrast_ratio((9, 9, 9), (9, 9, 9)) == 1
    assert contrast_ratio((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast_ratio((0x77, 0x77, 0x77), (255, 255, 255)) == pytest.approx(4.48, abs=0.005)


def _stripes(*, noise: int = 0) -> np.ndarray:
    image = np.zeros((100, 100, 4), np.uint8)
    image[:, :60], image[:, 60:90] = (200, 16, 46, 255), (20, 33, 61, 255)
    image[:, 90:] = (0, 255, 0, 20)
    jitter = np.random.default_rng(1).integers(-noise, noise + 1, (100, 100, 3))
    image[..., :3] = np.clip(image[..., :3] + jitter, 0, 255)
    return image


def test_flat_colours_come_back_exact() -> None:
    """The palette of flat artwork is its exact colours by coverage; near-transparent pixels do not count."""
    swatches = dominant_colors(_stripes())
    assert [swatch.color for swatch in swatches] == [(200, 16, 46), (20, 33, 61)]
    assert [swatch.coverage for swatch in swatches] == pytest.approx([2 / 3, 1 / 3])


def test_noise_makes_no_duplicates() -> None:
    """Compression noise around two colours is still two colours."""
    swatches = dominant_colors(_stripes(noise=4))
    assert len(swatches) == 2
    assert float(delta_e_2000(to_lab(swatches[0].color), to_lab((200, 16, 46)))) < 4


def test_a_transparent_image_has_no_palette() -> None:
    """Nothing opaque, no colours."""
    assert dominant_colors(np.zeros((5, 5, 4), np.uint8)) == ()
