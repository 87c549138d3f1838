"""Ways in which a logo comes in, and how a cut-out of each is scored."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.logo_scores import (
    alpha_iou,
    artwork_kept,
    color_error,
    counter_recall,
    halo_share,
    touches_ground,
)
from bench.logo_set import WHITE, Logo, as_jpeg, coloured_ground, halved, on_ground
from imaging.color import dominant_colors
from imaging.types import Color, Pixels

CASES = ("white", "coloured", "JPEG")
"""On white; on a ground that is no colour of the logo; on white at half size, JPEG quality 40."""
_MOST_COLORS = 16
_TOUCHES = 0.005


@dataclass(frozen=True, slots=True)
class Case:
    """A picture of a logo, and what should come out of it."""

    name: str
    rgb: Pixels
    truth: Pixels
    """(H, W, 4) of the picture's size."""
    ground: Color

    @property
    def can_be_seen(self) -> bool:
        """Whether no artwork of the ground's colour runs out into it: where it does, nobody sees its edge."""
        return touches_ground(self.truth, self.ground) <= _TOUCHES


@dataclass(frozen=True, slots=True)
class Score:
    """Measures of one cut-out; see `bench.logo_scores`."""

    logo: str
    can_be_seen: bool
    iou: float
    counters: float | None
    kept: float | None
    """Share of the artwork of the ground's colour that is kept, where it can be seen."""
    halo: float
    color: float
    palette: float
    """1 when it has as many colours as the truth, else 0."""


def cases(logo: Logo) -> Iterator[Case]:
    """The pictures of one logo, one for each of `CASES`; none when it draws nothing."""
    truth = logo.render()
    if not truth[..., 3].any():
        return
    ground = coloured_ground(logo.name, truth)
    half = halved(truth)
    yield Case("white", on_ground(truth, WHITE), truth, WHITE)
    yield Case("coloured", on_ground(truth, ground), truth, ground)
    yield Case("JPEG", as_jpeg(on_ground(half, WHITE)), half, WHITE)


def scored(logo: Logo, case: Case, cut: Callable[[Pixels], Pixels]) -> Score:
    """Cut a picture and compare."""
    found = cut(case.rgb)
    seen = case.can_be_seen
    return Score(
        logo=logo.name,
        can_be_seen=seen,
        iou=alpha_iou(found, case.truth),
        counters=counter_recall(found, case.truth),
        kept=artwork_kept(found, case.truth, case.ground) if seen else None,
        halo=halo_share(found, case.truth),
        color=color_error(found, case.truth),
        palette=float(_colors(found) == _colors(case.truth)),
    )


def _colors(pixels: Pixels) -> int:
    return len(dominant_colors(pixels, _MOST_COLORS))
