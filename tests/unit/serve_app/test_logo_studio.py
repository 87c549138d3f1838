"""How a logo gets to its size, and what a garment for it is."""

import pytest

from imaging.color import parse_color
from imaging.logo.clean import PaletteColor
from imaging.types import Color
from imaging.vector.score import TraceScore
from serve_app.artwork import EnlargeRoute, LogoFacts, LogoKind
from serve_app.services.garment_color import best_ground
from serve_app.services.logo_studio import choose_route

WHITE, BLACK = (255, 255, 255), (24, 26, 32)


def score(ssim: float, alpha_iou: float = 0.99) -> TraceScore:
    """A drawing of this likeness."""
    return TraceScore(paths=2, subpaths=3, nodes=20, bytes=900, ssim=ssim, alpha_iou=alpha_iou)


@pytest.mark.parametrize(
    ("kind", "likeness", "width_px", "route"),
    [
        ("flat", score(0.99), 100, "as_it_is"),
        ("flat", score(0.99), 60, "resampled"),
        ("flat", score(0.99), 400, "vector"),
        ("gradient", score(0.99), 400, "vector"),
        ("flat", score(0.90), 400, "flat"),
        ("flat", score(0.99, alpha_iou=0.9), 400, "flat"),
        ("flat", None, 400, "flat"),
        ("gradient", score(0.90), 400, "network"),
        ("photographic", None, 400, "network"),
    ],
)
def test_the_drawing_goes_first_where_it_is_exact(
    kind: LogoKind, likeness: TraceScore | None, width_px: int, route: EnlargeRoute
) -> None:
    """A faithful drawing enlarges; flat colours come next; only soft artwork needs a network."""
    facts = LogoFacts(100, 50, kind, likeness)
    plan = choose_route(facts, width_px=width_px, height_px=width_px // 2, dpi=300)
    assert plan.route == route
    assert (plan.width_px, plan.height_px, plan.dpi) == (width_px, width_px // 2, 300)
    assert plan.reason


def test_glows_are_not_flat() -> None:
    """One flat colour with a soft alpha goes through the network: cut at the half it would get rings."""
    facts = LogoFacts(100, 50, "flat", score(0.9), semi_share=0.3)
    assert choose_route(facts, width_px=400, height_px=200, dpi=300).route == "network"


@pytest.mark.parametrize(
    ("colors", "expected"),
    [
        ({"#14213d": 0.6, "#c8102e": 0.2, "#ffffff": 0.1, "#f4a900": 0.1}, WHITE),
        ({"#ffffff": 0.7, "#f4a900": 0.3}, BLACK),
        ({"#000000": 1.0}, WHITE),
        ({}, WHITE),
    ],
)
def test_garment_shows_the_logo(colors: dict[str, float], expected: Color) -> None:
    """Dark logos get a white garment, light ones a black one."""
    palette = [PaletteColor(parse_color(text), text, share) for text, share in colors.items()]
    assert best_ground(palette) == expected
