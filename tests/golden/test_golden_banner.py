"""Banners against the pictures they were accepted as; `--update-golden` rewrites those.

Every template with 1, 12, 30 and 60 players in Latin, Arabic, Thai and all together; shapes, colours, logo
and sponsors change with the number of players, so that each template is seen wide and tall, dark and light.
"""

import math
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from imaging.banner import BannerSpec, Picture, Player, Sponsor, load_template, render_banner
from imaging.banner.template import Template
from imaging.types import Pixels

FOLDER = Path(__file__).parent / "banner"
TEMPLATES = Path(__file__).resolve().parents[2] / "configs/banners"
NAMES = sorted(path.stem for path in TEMPLATES.glob("*.yaml"))
LONGEST_PX = 660
MEAN_TOLERANCE = 0.6
"""Mean absolute difference, of 255, that another build of the renderer and the palette may make."""
FAR_SHARE = 0.0006
"""Share of the samples that may differ by more than 64: another name, the smallest of 60, makes 0.0012."""
FIRST = {
    "latin": ("Ava", "Liam", "Sofía", "Noah", "Mia", "Łukasz", "Emma", "Ethan", "Isabella", "Zoë"),
    "arabic": ("عمر", "ليلى", "يوسف", "فاطمة", "خالد", "نور", "سارة", "أحمد", "مريم", "زيد"),
    "thai": ("สมชาย", "กิตติ", "อรุณี", "ณัฐวุฒิ", "ปิยะ", "มาลี", "วิชัย", "ธนากร", "สุดา", "ชนิดา"),
}
LAST = {
    "latin": (
        "Taylor",
        "Rodriguez",
        "Chen",
        "Montgomery",
        "O'Brien",
        "Nguyễn",
        "Smith-Jones",
        "García",
        "Li",
    ),
    "arabic": ("الحسن", "منصور", "العلي", "حداد", "الخطيب", "نجار", "الشامي", "سالم", "قاسم"),
    "thai": ("ใจดี", "ศรีสุข", "วงศ์ใหญ่", "ทองคำ", "แสงจันทร์", "บุญมี", "รุ่งเรือง", "พันธุ์ดี", "สุวรรณ"),
}
TEAMS = {
    "latin": ("Riverside Wildcats", "Girls Soccer"),
    "arabic": ("صقور المدينة", "كرة القدم"),
    "thai": ("เสือภูเขา ยูไนเต็ด", "ฟุตบอล"),
    "mixed": ("Tigres ทีมชาติ النسور", "Volleyball"),
}
SHAPES: dict[int, tuple[float, float]] = {1: (48, 24), 12: (24, 36), 30: (60, 36), 60: (40, 22.5)}
"""Inches, by number of players."""
COLORS = {
    1: ((75, 30, 130), (255, 120, 0)),
    12: ((20, 40, 75), (242, 169, 0)),
    30: ((255, 255, 255), (91, 180, 240)),
    60: ((11, 93, 59), (255, 210, 0), (255, 255, 255)),
}


@cache
def _template(name: str) -> Template:
    return load_template(TEMPLATES / f"{name}.typ")


@cache
def _logo() -> Pixels:
    """A shield with a star."""
    picture = Image.new("RGBA", (600, 600))
    draw = ImageDraw.Draw(picture)
    for inset, color in ((0, (20, 40, 75)), (40, (242, 169, 0)), (70, (20, 40, 75))):
        far = 600 - inset
        draw.polygon(
            [(inset, inset), (far, inset), (far, 320), (300, 600 - inset * 1.4), (inset, 320)], (*color, 255)
        )
    star = [(140 if i % 2 == 0 else 60, i * math.pi / 5) for i in range(10)]
    draw.polygon([(300 + r * math.sin(a), 270 - r * math.cos(a)) for r, a in star], fill=(255, 255, 255, 255))
    return np.asarray(picture)


@cache
def _photo() -> Pixels:
    """A sky, a stand in the sun and grass: light, middle and dark."""
    down, across = np.mgrid[0:300, 0:400]
    sky = np.stack((150 + down // 4, 190 + down // 6, 235 - down // 9), axis=2)
    grass = np.stack((40 + across % 40, 110 + across % 40, 45 + 0 * across), axis=2)
    return np.where(down[..., None] < 180, sky, grass).astype(np.uint8)


def _player(index: int, script: str) -> Player:
    if script == "mixed":
        script = ("latin", "arabic", "thai")[index % 3]
    name = f"{FIRST[script][index % 10]} {LAST[script][index * 4 % 9]}"
    return Player(str((index * 37 + 3) % 100), name, ("GK", "DF", "MF", None)[index % 4])


def _spec(count: int, script: str) -> BannerSpec:
    width_in, height_in = SHAPES[count]
    team, sport = TEAMS[script]
    return BannerSpec(
        team,
        sport=sport,
        season="2026",
        record="14-2-1" if count in {1, 30} else "",
        colors=COLORS[count],
        players=tuple(_player(index, script) for index in range(count)),
        coaches=() if count == 1 else ("Dana Whitfield", "Marco Ruiz"),
        sponsors=(Sponsor("Northside Dental", picture="sponsor_0"), Sponsor("Lakeview"))
        if count != 30
        else (),
        width_in=width_in,
        height_in=height_in,
        bleed_in=0.125,
        dpi=LONGEST_PX / (max(width_in, height_in) + 0.25),
    )


def _save(picture: Image.Image, path: Path) -> None:
    """With a palette, which halves the file, where that changes next to nothing."""
    few = picture.quantize(256, dither=Image.Dither.NONE).convert("RGB")
    lost = np.abs(np.asarray(few).astype(np.int16) - np.asarray(picture)).mean()
    (few if lost < MEAN_TOLERANCE / 3 else picture).save(path, lossless=True, quality=100, method=4)


@pytest.mark.parametrize("script", ["latin", "arabic", "thai", "mixed"])
@pytest.mark.parametrize("count", [1, 12, 30, 60])
@pytest.mark.parametrize("name", NAMES)
def test_banner_looks_as_accepted(name: str, count: int, script: str, request: pytest.FixtureRequest) -> None:
    """A banner looks as it did when a person last looked."""
    pictures = {"sponsor_0": Picture(_logo())}
    if count != 60:
        pictures["logo"] = Picture(_logo())
    if script in {"latin", "thai"}:
        pictures["photo"] = Picture(_photo())
    banner = render_banner(
        _spec(count, script), template=_template(name), pictures=pictures, formats=("png",)
    )
    now = np.asarray(Image.open(BytesIO(banner.png)).convert("RGB")).astype(np.int16)
    path = FOLDER / f"{name}_{count}_{script}.webp"
    if request.config.getoption("--update-golden", default=False):
        _save(Image.fromarray(now.astype(np.uint8)), path)
    golden = np.asarray(Image.open(path).convert("RGB")).astype(np.int16)
    assert now.shape == golden.shape
    gap = np.abs(now - golden)
    assert gap.mean() <= MEAN_TOLERANCE
    assert (gap > 64).mean() <= FAR_SHARE
