"""The README's picture: an unpacked asset pack on one sheet.

Usage: python scripts/pack_picture.py out/broadbay-rovers docs/pack.jpg
"""

import sys
from pathlib import Path

from PIL import Image

WIDTH, GAP = 1600, 24
GROUND = (228, 230, 233)

SQUARE = (WIDTH - 2 * GAP) // 3


def main(pack: Path, out: Path) -> None:
    """Logo, shirt front and back in a row; the banner below them."""
    banner = Image.open(pack / "banner" / "banner.png").convert("RGB")
    banner = banner.resize((WIDTH, round(banner.height * WIDTH / banner.width)), Image.Resampling.LANCZOS)
    sheet = Image.new("RGB", (WIDTH, SQUARE + GAP + banner.height), GROUND)
    sheet.paste(_logo(pack / "logo" / "logo-master.png"), (0, 0))
    for index, side in enumerate(("front", "back"), start=1):
        with Image.open(pack / "mockups" / f"tshirt-{side}.jpg") as mockup:
            shirt = mockup.resize((SQUARE, SQUARE), Image.Resampling.LANCZOS)
        sheet.paste(shirt, (index * (SQUARE + GAP), 0))
    sheet.paste(banner, (0, SQUARE + GAP))
    sheet.save(out, quality=86)
    print(out)


def _logo(path: Path) -> Image.Image:
    logo = Image.open(path).convert("RGBA")
    logo.thumbnail((round(SQUARE * 0.84), round(SQUARE * 0.84)), Image.Resampling.LANCZOS)
    square = Image.new("RGBA", (SQUARE, SQUARE), "white")
    square.alpha_composite(logo, ((SQUARE - logo.width) // 2, (SQUARE - logo.height) // 2))
    return square.convert("RGB")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
