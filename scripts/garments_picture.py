"""docs/garments.jpg: every garment with an example logo on it."""

from pathlib import Path

import numpy as np
from PIL import Image

from imaging.garment.mockup import Print, render_prints
from imaging.garment.wardrobe import Wardrobe
from imaging.logo.cutout import key_logo
from imaging.logo.outline import add_outline
from imaging.logo.trim import trim
from imaging.types import Color, Pixels

REPOSITORY = Path(__file__).resolve().parent.parent
LOGOS = REPOSITORY / "examples" / "logos"
CELL_PX, DRAWN_PX = 560, 1120
WHITE: Color = (255, 255, 255)
ORDERS: tuple[tuple[str, str, str, Color], ...] = (
    ("tshirt", "front", "emblem", (245, 245, 245)),
    ("hoodie", "front", "wordmark", (36, 38, 43)),
    ("long_sleeve", "back", "emblem", (182, 184, 186)),
    ("cap", "front", "wordmark", (20, 33, 61)),
    ("tote", "front", "emblem", (239, 230, 210)),
    ("hoodie", "back", "emblem", (92, 26, 43)),
)
QUALITY = 86


def artwork(name: str) -> Pixels:
    """An example logo off its ground, with a white contour that carries it on any cloth."""
    pixels = np.asarray(Image.open(LOGOS / f"{name}.png").convert("RGB"))
    cut = trim(key_logo(pixels).pixels)
    return add_outline(cut, width_px=0.012 * max(cut.shape), color=WHITE)


def main() -> None:
    """Draw two rows of three."""
    wardrobe = Wardrobe(REPOSITORY / "configs" / "garments")
    sheet = Image.new("RGB", (3 * CELL_PX, 2 * CELL_PX))
    for at, (name, side, logo, color) in enumerate(ORDERS):
        garment = wardrobe.get(name)
        spec = garment.spec(side)
        picture = render_prints(
            garment, [Print(artwork(logo))], side=spec.side, color=color, size_px=DRAWN_PX
        )
        cell = Image.fromarray(picture.pixels).resize((CELL_PX, CELL_PX), Image.Resampling.LANCZOS)
        sheet.paste(cell, (at % 3 * CELL_PX, at // 3 * CELL_PX))
    sheet.save(REPOSITORY / "docs" / "garments.jpg", quality=QUALITY, optimize=True)


if __name__ == "__main__":
    main()
