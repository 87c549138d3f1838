"""The banner that all contenders draw: 30 players in three columns under a logo and a team's name."""

import base64
import io
from typing import Any

import fontpkg
import numpy as np
from PIL import Image

from bench.pictures import EMBLEM
from imaging.logo.cutout import key_logo
from imaging.types import Pixels

TITLE, SPORT, SEASON = "Harbor Foxes", "Soccer", "Season 2026/27"
COLORS = ((20, 40, 75), (242, 169, 0))
FIRST = ("Mina", "Ana", "Luca", "Noor", "Tess", "Jon", "Iris", "Omar", "Zoë", "Max")
LAST = ("Duarte", "Reyes", "van den Berg", "O'Connor", "Lindqvist", "Nakamura")
ROSTER = tuple((str(n + 1), f"{FIRST[n % 10]} {LAST[n % 6]}") for n in range(30))
COLUMNS = 3
WIDTH_IN, HEIGHT_IN = 72.0, 36.0
LOGO_PX = 512


def logo() -> Pixels:
    """(512, 512, 4) uint8: the example emblem, its ground taken off."""
    with Image.open(EMBLEM) as image:
        pixels = np.asarray(image.convert("RGB").resize((LOGO_PX, LOGO_PX)))
    return key_logo(pixels).pixels


def as_tree() -> dict[str, Any]:
    """What bench/peers/banner.mjs draws."""
    out = io.BytesIO()
    Image.fromarray(logo()).save(out, "PNG")
    return {
        "title": TITLE,
        "tag": f"{SPORT} • {SEASON}",
        "players": [list(player) for player in ROSTER],
        "columns": COLUMNS,
        "logo": "data:image/png;base64," + base64.b64encode(out.getvalue()).decode(),
        "height": 1600 * HEIGHT_IN / WIDTH_IN,
    }


def font_files() -> list[dict[str, Any]]:
    """The fonts that our own banner is set in."""
    families = fontpkg.families()
    wanted = (("anton", "Anton", 400, "Regular"), ("barlow-condensed", "Barlow", 700, "Bold"))
    return [
        {"name": name, "weight": weight, "path": _file(families[slug], style)}
        for slug, name, weight, style in wanted
    ]


def _file(family: Any, style: str) -> str:
    return next(str(file.path) for file in family.files if file.path.stem.endswith(f"-{style}"))
