"""The benchmark of mock-ups does the same work as the service, beside a peer that does its own."""

from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from bench.mockup import NAVY, Composite, artwork, measure
from imaging.garment.mockup import render_mockup
from imaging.garment.wardrobe import Wardrobe

GARMENTS = Path(__file__).parents[3] / "configs" / "garments"


def test_the_peer_shows_the_same_shirt() -> None:
    """Where our logo is, Pillow's composite has it too, in much the same colours."""
    garment, logo = Wardrobe(GARMENTS).get("tshirt"), artwork(200)
    ours = render_mockup(garment, side="front", artwork=logo, color=NAVY, size_px=400).pixels
    theirs = np.asarray(Image.open(BytesIO(Composite(garment.view("front"), side_px=400).jpeg(logo))))
    blank = render_mockup(garment, side="front", artwork=logo * 0, color=NAVY, size_px=400).pixels
    logo_at = np.abs(ours.astype(int) - blank).max(axis=2) > 60
    assert theirs.shape == ours.shape
    assert np.abs(ours.astype(int) - theirs)[logo_at].mean() < 30
    assert np.abs(blank.astype(int) - theirs)[logo_at].mean() > 60


def test_a_quick_run_gives_a_section() -> None:
    """The quick run times every contender and judges both aims."""
    text = measure("quick")
    assert text.startswith("## Mock-ups and print files")
    for row in ("mock-up", "mock-up, first", "print, PNG", "print, PNG, choked by 2 px", "print, PDF"):
        assert f"| {row} |" in text
    assert text.count("aim <=") == 2
