"""Mock-ups against pictures that were looked at; `make golden` rewrites them."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from imaging.garment.lettering import set_text
from imaging.garment.mockup import Print, render_prints
from imaging.garment.wardrobe import Wardrobe
from imaging.types import Pixels

GARMENTS = Path(__file__).parents[2] / "configs" / "garments"
GOLDENS = Path(__file__).parent / "mockup"
MEAN_TOLERANCE = 1.0
MAX_TOLERANCE = 24
"""Levels, at single edge pixels: resampling differs slightly between processors."""


def badge() -> Pixels:
    """A round badge with a counter, a bar and a soft rim: hard edges, holes and partial alpha."""
    art = np.zeros((600, 600, 4), np.uint8)
    cv2.circle(art, (300, 300), 280, (255, 255, 255, 255), -1, cv2.LINE_AA)
    cv2.circle(art, (300, 300), 250, (20, 40, 90, 255), -1, cv2.LINE_AA)
    cv2.circle(art, (300, 230), 90, (0, 0, 0, 0), -1)
    cv2.rectangle(art, (20, 360), (580, 450), (230, 170, 20, 255), -1)
    cv2.putText(art, "UNITED", (98, 438), cv2.FONT_HERSHEY_TRIPLEX, 3.3, (255, 255, 255, 255), 9, cv2.LINE_AA)
    art[..., 3] = cv2.GaussianBlur(art[..., 3], (0, 0), 1.2)
    return art


def jersey() -> tuple[Print, ...]:
    """An arched name over a number, both outlined, under a small badge."""
    gold, white = (245, 183, 0), (255, 255, 255)
    name = set_text(
        "García", box_in=(12, 3), color=gold, letter_height_in=1.8, outline=(white, 0.06), arch=True, ppi=100
    )
    number = set_text("10", box_in=(10, 12), color=gold, letter_height_in=9, outline=(white, 0.15), ppi=100)
    return (
        Print(badge(), "nape", width_in=1.2),
        Print(name.pixels, "back_name", width_in=name.width_in, offset_in=(0, 0.3)),
        Print(number.pixels, "back_number", width_in=number.width_in),
    )


CASES = {
    "front_white": ("tshirt", "front", (255, 255, 255), lambda: (Print(badge()),)),
    "front_navy": ("tshirt", "front", (20, 33, 61), lambda: (Print(badge()),)),
    "front_black_left_chest": ("tshirt", "front", (18, 18, 20), lambda: (Print(badge(), "left_chest"),)),
    "front_sleeves": (
        "tshirt",
        "front",
        (143, 184, 222),
        lambda: (Print(badge(), "left_sleeve"), Print(badge(), "right_sleeve")),
    ),
    "back_red": ("tshirt", "back", (200, 16, 46), lambda: (Print(badge()),)),
    "back_yellow_name": ("tshirt", "back", (255, 212, 0), lambda: (Print(badge(), "back_name"),)),
    "back_jersey": ("tshirt", "back", (20, 33, 61), jersey),
    "long_sleeve_back": ("long_sleeve", "back", (20, 71, 47), lambda: (Print(badge()),)),
    "hoodie_front": ("hoodie", "front", (182, 184, 186), lambda: (Print(badge()),)),
    "cap_front": ("cap", "front", (200, 16, 46), lambda: (Print(badge()),)),
    "tote_front": ("tote", "front", (239, 230, 210), lambda: (Print(badge()),)),
}


@pytest.fixture(scope="module")
def wardrobe() -> Wardrobe:
    """The garments of the service."""
    return Wardrobe(GARMENTS)


@pytest.mark.parametrize("name", CASES)
def test_mockup_is_as_it_was_approved(name: str, wardrobe: Wardrobe, request: pytest.FixtureRequest) -> None:
    """The picture has the golden's shape, its mean is within a level and no pixel is far off."""
    garment, side, color, prints = CASES[name]
    mockup = render_prints(wardrobe.get(garment), prints(), side=side, color=color, size_px=560)
    golden = GOLDENS / f"{name}.webp"
    if request.config.getoption("--update-golden", default=False):
        Image.fromarray(mockup.pixels).save(golden, lossless=True, method=6)
    expected = np.asarray(Image.open(golden).convert("RGB"))
    assert mockup.pixels.shape == expected.shape
    difference = np.abs(mockup.pixels.astype(int) - expected)
    assert difference.mean() <= MEAN_TOLERANCE
    assert difference.max() <= MAX_TOLERANCE
