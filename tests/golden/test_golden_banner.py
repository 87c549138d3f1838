"""Banners against the pictures they were accepted as; `--update-golden` rewrites those."""

import math
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from imaging.banner import BannerSpec, Picture, Player, Sponsor, load_template, render_banner

FOLDER = Path(__file__).parent / "banner"
BOLD = load_template(Path(__file__).resolve().parents[2] / "configs/banners/bold.typ")
WIDTH_PX = 876
MEAN_TOLERANCE = 0.5
"""Mean absolute difference, of 255, that another build of the renderer may have along its edges."""
FAR_SHARE = 0.0003
"""Share of the samples that may differ by more than 48: another name, the smallest of 60, makes 0.0012."""
FIRST = ("Ava", "Liam", "Sofía", "Noah", "Mia", "Łukasz", "Emma", "Ethan", "Isabella", "عمر")
LAST = (
    "Taylor",
    "Rodriguez",
    "Chen",
    "Montgomery",
    "Patel",
    "O'Brien",
    "Nguyễn",
    "Smith-Jones",
    "शर्मा",
    "García",
    "Li",
)
COLORS = {
    1: ((20, 40, 75), (242, 169, 0)),
    12: ((75, 30, 130), (255, 120, 0)),
    30: ((255, 255, 255), (91, 180, 240)),
    60: ((11, 93, 59), (255, 210, 0), (255, 255, 255)),
}


def _logo() -> np.ndarray:
    """A shield with a star."""
    picture = Image.new("RGBA", (600, 600))
    draw = ImageDraw.Draw(picture)
    for inset, color in ((0, (20, 40, 75)), (40, (242, 169, 0)), (70, (20, 40, 75))):
        draw.polygon(
            [
                (inset, inset),
                (600 - inset, inset),
                (600 - inset, 320),
                (300, 600 - inset * 1.4),
                (inset, 320),
            ],
            fill=(*color, 255),
        )
    star = [(140 if i % 2 == 0 else 60, i * math.pi / 5) for i in range(10)]
    draw.polygon([(300 + r * math.sin(a), 270 - r * math.cos(a)) for r, a in star], fill=(255, 255, 255, 255))
    return np.asarray(picture)


def _spec(count: int) -> BannerSpec:
    players = tuple(
        Player(
            str((i * 37 + 3) % 100), f"{FIRST[i % 10]} {LAST[i * 3 % 11]}", ("GK", "DF", "MF", None)[i % 4]
        )
        for i in range(count)
    )
    return BannerSpec(
        "Riverside Wildcats",
        sport="Girls Soccer",
        season="2026 Season",
        colors=COLORS[count],
        players=players,
        coaches=("Dana Whitfield", "Marco Ruiz"),
        sponsors=(Sponsor("Northside Dental"), Sponsor("Lakeview Credit Union")),
        dpi=WIDTH_PX / 36.5,
    )


@pytest.mark.parametrize("count", [1, 12, 30, 60])
def test_banner_looks_as_accepted(count: int, request: pytest.FixtureRequest) -> None:
    """Banners with 1, 12, 30 and 60 players look as they did when a person last looked."""
    banner = render_banner(_spec(count), template=BOLD, pictures={"logo": Picture(_logo())}, formats=("png",))
    now = np.asarray(Image.open(BytesIO(banner.png)).convert("RGB")).astype(np.int16)
    path = FOLDER / f"bold_{count}.png"
    if request.config.getoption("--update-golden", default=False):
        FOLDER.mkdir(exist_ok=True)
        Image.fromarray(now.astype(np.uint8)).quantize(256, dither=Image.Dither.NONE).save(
            path, optimize=True
        )
    golden = np.asarray(Image.open(path).convert("RGB")).astype(np.int16)
    assert now.shape == golden.shape
    gap = np.abs(now - golden)
    assert gap.mean() <= MEAN_TOLERANCE
    assert (gap > 48).mean() <= FAR_SHARE
