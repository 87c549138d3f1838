"""Pixels of the text itself: none outside the boxes that the solver gave it."""

from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imaging.banner import BannerSpec, Player, Sponsor, Template, load_template, render_banner
from imaging.banner.box import Box
from imaging.banner.layout import compose
from imaging.types import Mask

FOLDER = Path(__file__).resolve().parents[4] / "configs/banners"
ONLY_TEXT = b"""
#import "/kit/page.typ": *
#show: banner
#for name in data.areas.keys() { for l in lines-of(name) { put(l, fill: black) } }
#if data.roster != none { for c in data.roster.cells {
  if c.number != none { put(c.number, fill: black) }
  for l in c.lines { put(l, fill: black) }
} }
"""
DPI = 24
TEXT = st.text(max_size=40) | st.sampled_from(
    ["Nguyễn Thị Ánh", "กิ๊ก ปู่ย่า", "ÅÇŞ Ģ̧j", "ﷺ ﷽", "عبد الرحمن", "Zo̧͑͐lgo", "W" * 40]
)


class NoArt:
    """An order without pictures."""

    def aspect(self, key: str, ground: str) -> float | None:  # noqa: ARG002 - as `Art` has it
        """None."""
        return None

    def density(self, key: str) -> float:  # noqa: ARG002 - as `Art` has it
        """Full."""
        return 1.0

    def chip(self, keys: tuple[str, ...], ground: str) -> bool:  # noqa: ARG002 - as `Art` has it
        """No."""
        return False


@cache
def bold() -> Template:
    """The template's layout, drawing only its text."""
    return replace(load_template(FOLDER / "bold.yaml"), source=ONLY_TEXT)


def ink(spec: BannerSpec) -> Mask:
    """Darkness of every pixel, 0-255."""
    png = render_banner(spec, template=bold(), formats=("png",)).png
    return 255 - np.asarray(Image.open(BytesIO(png)).convert("L"))


@settings(max_examples=10, deadline=None)
@given(TEXT, TEXT, st.lists(TEXT, min_size=1, max_size=6), st.integers(0, 40))
def test_no_ink_leaves_its_box(team: str, caption: str, names: list[str], count: int) -> None:
    """Accents, descenders and stacked marks of any script stay in their area or cell."""
    spec = BannerSpec(
        team,
        sport=caption,
        caption=caption,
        players=tuple(Player(str(index), names[index % len(names)], "GK") for index in range(count)),
        coaches=tuple(names[:2]),
        sponsors=(Sponsor(caption),),
        dpi=DPI,
        bleed_in=0,
    )
    composition = compose(spec, bold(), fonts=bold().fonts(), art=NoArt())
    boxes = [area.inner for area in composition.frame.areas.values() if area.content.holds != "roster"]
    boxes += [cell.box for cell in composition.roster.cells] if composition.roster else []
    seen = ink(spec)
    for box in boxes:
        _clear(seen, box)
    assert seen.max() < 40


def _clear(seen: Mask, box: Box) -> None:
    """Paint a box white, and the pixel round it that it shares with its neighbours."""
    scale = DPI / 72
    left, top = int(box.x * scale) - 1, int(box.y * scale) - 1
    right, bottom = int(box.right * scale) + 2, int(box.bottom * scale) + 2
    seen[max(0, top) : bottom, max(0, left) : right] = 0
