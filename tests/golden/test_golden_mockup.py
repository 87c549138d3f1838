"""Mock-ups against pictures that were looked at; `make golden` rewrites them."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from imaging.garment.load import load_garment
from imaging.garment.mockup import render_mockup
from imaging.types import Pixels

TSHIRT = Path(__file__).parents[2] / "configs" / "garments" / "tshirt"
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


CASES = {
    "front_white": ("front", (255, 255, 255), None),
    "front_navy": ("front", (20, 33, 61), None),
    "front_black_left_chest": ("front", (18, 18, 20), "left_chest"),
    "back_red": ("back", (200, 16, 46), None),
    "back_yellow_name": ("back", (255, 212, 0), "back_name"),
}


@pytest.mark.parametrize("name", CASES)
def test_mockup_is_as_it_was_approved(name: str, request: pytest.FixtureRequest) -> None:
    """The picture has the golden's shape, its mean is within a level and no pixel is far off."""
    side, color, zone = CASES[name]
    garment = load_garment(TSHIRT)
    mockup = render_mockup(garment, side=side, artwork=badge(), color=color, zone=zone, size_px=560)
    golden = GOLDENS / f"{name}.webp"
    if request.config.getoption("--update-golden", default=False):
        Image.fromarray(mockup.pixels).save(golden, lossless=True, method=6)
    expected = np.asarray(Image.open(golden).convert("RGB"))
    assert mockup.pixels.shape == expected.shape
    difference = np.abs(mockup.pixels.astype(int) - expected)
    assert difference.mean() <= MEAN_TOLERANCE
    assert difference.max() <= MAX_TOLERANCE
