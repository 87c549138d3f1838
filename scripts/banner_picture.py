"""Draw the picture of all banner templates for the README.

Usage: python scripts/banner_picture.py docs/banners.jpg
"""

import io
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from configs.settings import REPOSITORY
from imaging.banner import BannerSpec, Picture, Player, load_template, render_banner
from imaging.logo.cutout import key_logo

COLUMNS = 2
WIDTH_PX, GAP_PX = 780, 20
WIDTH_IN, HEIGHT_IN = 72.0, 36.0
GROUND = (233, 236, 240)
EXAMPLES = REPOSITORY / "examples"


def main() -> None:
    """Render each template with the example team, lay the pictures out, write the file."""
    templates = sorted((REPOSITORY / "configs" / "banners").glob("*.yaml"))
    height_px = round(WIDTH_PX * HEIGHT_IN / WIDTH_IN)
    rows = -(-len(templates) // COLUMNS)
    size = (COLUMNS * (WIDTH_PX + GAP_PX) + GAP_PX, rows * (height_px + GAP_PX) + GAP_PX)
    sheet = Image.new("RGB", size, GROUND)
    for index, path in enumerate(templates):
        row, column = divmod(index, COLUMNS)
        place = (GAP_PX + column * (WIDTH_PX + GAP_PX), GAP_PX + row * (height_px + GAP_PX))
        sheet.paste(_drawn(path).resize((WIDTH_PX, height_px), Image.Resampling.LANCZOS), place)
    sheet.save(sys.argv[1], quality=88)


def _drawn(template: Path) -> Image.Image:
    team = json.loads((EXAMPLES / "rosters" / "broadbay.json").read_text("utf-8"))
    spec = BannerSpec(
        team_name=team["team_name"],
        sport=team["sport"],
        season=team.get("season", ""),
        colors=((18, 33, 66), (200, 16, 46), (242, 169, 0)),
        players=tuple(Player(str(p["number"]), p["name"], p.get("position")) for p in team["players"]),
        width_in=WIDTH_IN,
        height_in=HEIGHT_IN,
        bleed_in=0.0,
        dpi=2 * WIDTH_PX / WIDTH_IN,
    )
    with Image.open(EXAMPLES / "logos" / "emblem.png") as image:
        logo = key_logo(np.asarray(image.convert("RGB"))).pixels
    banner = render_banner(
        spec, template=load_template(template), pictures={"logo": Picture(logo)}, formats=("png",)
    )
    return Image.open(io.BytesIO(banner.png)).convert("RGB")


if __name__ == "__main__":
    main()
