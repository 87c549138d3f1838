"""The drawing kit that templates import."""

import shutil
from pathlib import Path

import pytest
import typst

from imaging.banner.motif import MOTIF_WORDS

KIT = Path(__file__).resolve().parents[4] / "configs/banners/kit"
HEAD = """#import "/kit/draw.typ": *
#import "/kit/motifs.typ": motif
#set page(width: 400pt, height: 300pt, margin: 0pt, fill: none)
#let b = box-of(20, 30, 200, 100)
"""
SHAPES = [
    "area(b, red)",
    "outline(b, red, 4)",
    "shape(red, (0, 0), (50, 0), (0, 50))",
    "disc(50, 50, 20, red)",
    "ring(50, 50, 20, 3, red)",
    "rule(0, 10, 100, 2, red)",
    "hairline(0, 10, 100, 0.3, red)",
    "upright(10, 0, 100, 0.3, red)",
    "double-rule(0, 10, 100, 4, red)",
    "slab(0, 0, 40, 60, red)",
    "slabs(b, 30, red)",
    "pinstripes(b, 20, 2, red)",
    "bands(b, (1, red), (1, none), (2, blue))",
    "pennant(b, red)",
    "ribbon(b, red, blue, black)",
    "star(50, 50, 20, red)",
    "starred-rule(100, 50, 120, 3, red)",
    "halftone(b, 10, red)",
    "shape(felt(10, red), (0, 0), (90, 0), (0, 90))",
    "scrim(b, red)",
    "rays(b, 100, 80, 12, red)",
    "clipped(b, area(box-of(0, 0, 400, 300), red))",
    *(f'plate("{kind}", b, red)' for kind in ("rect", "shield", "hex", "home", "tab", "disc")),
    *(f'motif("{name}", b, red, ground: blue, turn: 9deg)' for name in ("star", *MOTIF_WORDS)),
]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a template sees it."""
    folder = tmp_path_factory.mktemp("template")
    shutil.copytree(KIT, folder / "kit")
    return folder


def _drawn(body: str, root: Path) -> str:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[])
    source = f"{HEAD}{body}".encode()
    drawn = typst.Compiler(source, root=str(root), font_paths=fonts, ignore_system_fonts=True).compile(
        format="svg"
    )
    assert isinstance(drawn, bytes)
    return drawn.decode()


@pytest.mark.parametrize("call", SHAPES)
def test_every_shape_of_the_kit_leaves_ink(call: str, root: Path) -> None:
    """Each call draws something, in the colour it was given."""
    assert "#ff4136" in _drawn(f"#{call}", root)  # Typst's red


def test_slanted_stripes_are_cut_at_the_sides_of_their_box(root: Path) -> None:
    """A parallelogram that leaves a box on both sides is cut to the part within; one outside, to nothing."""
    shape = "((0, 0), (50, 0), (40, 30), (-10, 30))"
    _drawn(f"#assert(cut({shape}, 5, 30).all(p => p.at(0) >= 5 and p.at(0) <= 30))", root)
    _drawn(f"#assert.eq(cut({shape}, 5, 30).len(), 4)", root)
    _drawn(f"#assert.eq(cut({shape}, 60, 90), ())", root)
