"""`favicon.svg`: one file that is seen in light and in dark tabs (`prefers-color-scheme`)."""

from dataclasses import dataclass
from typing import Literal

from imaging.color import to_hex
from imaging.oklab import WHITE, distance
from imaging.types import Color, Pixels
from imaging.web.icons_colors import (
    DARK_TAB,
    LIGHT_TAB,
    LOST_SHARE,
    hardly_differs,
    lost_share,
    rim_of,
    seen_on,
)
from imaging.web.icons_drawing import MarkDrawing, recolored, silhouette
from imaging.web.icons_fit import Outline, Window, filling
from imaging.web.icons_initials import Plate
from imaging.web.icons_legible import edges
from imaging.web.icons_light import Light, to_light

Scheme = Literal["light", "dark"]
Done = Literal["nothing", "recolored", "contour", "swapped"]
GROUNDS: dict[Scheme, Color] = {"light": LIGHT_TAB, "dark": DARK_TAB}
CONTOUR = 0.07
"""Width of a contour as a share of the icon: a little over one pixel of 16."""
LOOK_PX = 96
"""Side at which colours are tried."""
_TOLD_APART, _LESS_APART = 0.12, 0.6
"""OKLab distance at which two fills are two, and the share of their distance that others must keep."""
_EDGES_KEPT = 0.85
"""Of a mark's edges, what other colours must leave."""
COAL: Color = (22, 25, 30)
"""Of a contour on light grounds."""


@dataclass(frozen=True, slots=True)
class SchemeFacts:
    """The mark in one colour scheme."""

    ground: Color
    lost_share: float
    """Share of the mark as it is that would hardly be seen, 0-1."""
    done: Done
    left_lost_share: float
    """The same of what the file shows."""


@dataclass(frozen=True, slots=True)
class FaviconSvg:
    """The file and what was done for each scheme."""

    markup: str
    schemes: dict[Scheme, SchemeFacts]
    vector: bool


@dataclass(frozen=True, slots=True)
class _View:
    """A mark in the icon, before and after its colours are changed."""

    drawing: MarkDrawing
    outline: Outline
    place: Window
    behind: str = ""
    """Markup of a contour, hidden unless a rule shows it."""

    def light(self, rule: str = "") -> Light:
        """What it looks like with the rules of one scheme, without a ground."""
        hidden = ".contour{display:none}" if self.behind and not rule else ""
        return to_light(
            self.drawing.pixels(
                self.place, LOOK_PX, longer_px=self.outline.longer, style=rule or hidden, behind=self.behind
            )
        )

    def document(self, rules: dict[Scheme, str]) -> str:
        """The file."""
        base = ".contour{display:none}" if self.behind else ""
        media = (f"@media (prefers-color-scheme:{name}){{{rule}}}" for name, rule in rules.items() if rule)
        style = base + "".join(media)
        return self.drawing.document(
            self.place, longer_px=self.outline.longer, style=style, behind=self.behind
        )


def svg_of_mark(mark: Pixels, drawing: MarkDrawing, outline: Outline) -> FaviconSvg:
    """The favicon of a (H, W, 4) trimmed mark: as it is, in other colours, or in a contour."""
    view = _View(drawing, outline, filling(outline))
    plain = view.light()
    lost = {scheme: lost_share(plain, ground) for scheme, ground in GROUNDS.items()}
    rules = {scheme: _recoloring(view, plain, scheme) for scheme in GROUNDS if lost[scheme] > LOST_SHARE}
    contoured = [scheme for scheme, rule in rules.items() if rule is None]
    if contoured:
        place = filling(outline, margin=CONTOUR)
        view = _View(drawing, outline, place, _contour(mark, drawing, place.side / outline.longer))
    final = {scheme: _contour_rule(scheme) if rule is None else rule for scheme, rule in rules.items()}
    facts = {}
    for scheme, ground in GROUNDS.items():
        done: Done = "contour" if scheme in contoured else "recolored" if scheme in final else "nothing"
        shown = view.light(final[scheme]) if scheme in final else plain
        left = lost_share(rim_of(shown) if done == "contour" else shown, ground)
        facts[scheme] = SchemeFacts(ground, lost[scheme], done, left)
    return FaviconSvg(view.document(final), facts, drawing.vector)


def svg_of_plate(plate: Plate) -> FaviconSvg:
    """The favicon of initials: plate and letters change places where the plate would not be seen."""
    facts: dict[Scheme, SchemeFacts] = {}
    style = ""
    for scheme, ground in GROUNDS.items():
        lost = hardly_differs(plate.ground, ground)
        better = lost and distance(plate.ink, ground) > distance(plate.ground, ground)
        if better:
            swap = f".plate{{fill:{to_hex(plate.ink)}}}.ink{{fill:{to_hex(plate.ground)}}}"
            style += f"@media (prefers-color-scheme:{scheme}){{{swap}}}"
        facts[scheme] = SchemeFacts(
            ground, float(lost), "swapped" if better else "nothing", float(lost and not better)
        )
    markup = plate.svg()
    if style:
        head, _, rest = markup.partition(">")
        markup = f"{head}><style>{style}</style>{rest}"
    return FaviconSvg(markup + "\n", facts, vector=True)


def _recoloring(view: _View, plain: Light, scheme: Scheme) -> str | None:
    """CSS that makes lost colours seen and leaves the mark its edges; None where no colours do both."""
    ground = GROUNDS[scheme]
    fills = view.drawing.fills
    changes = {color: seen_on(color, ground) for color in fills if hardly_differs(color, ground)}
    if not changes or not _apart(fills, changes):
        return None
    rule = recolored(changes)
    again = view.light(rule)
    kept = edges(again) / max(edges(plain), 1e-6)
    return rule if kept >= _EDGES_KEPT and lost_share(again, ground) <= LOST_SHARE else None


def _apart(fills: tuple[Color, ...], changes: dict[Color, Color]) -> bool:
    """Whether no two colours that were told apart run together."""
    after = [(color, changes.get(color, color)) for color in fills]
    pairs = ((one, two) for place, one in enumerate(after) for two in after[place + 1 :])
    return all(
        distance(one[1], two[1]) >= min(_TOLD_APART, _LESS_APART * distance(one[0], two[0]))
        for one, two in pairs
    )


def _contour(mark: Pixels, drawing: MarkDrawing, sides: float) -> str:
    """Markup of a line around the mark, `CONTOUR` of the icon wide, in the drawing's units.

    Args:
        mark: What it goes around.
        drawing: In whose units.
        sides: Side of the icon in lengths of the mark's longer side.
    """
    outline = silhouette(mark, drawing)
    if outline is None:
        return ""
    path, scale = outline
    width = 2 * CONTOUR * sides * max(drawing.width, drawing.height) / scale
    return (
        f'<path class="contour" transform="scale({scale:.5f})" d="{path}" stroke-width="{width:.2f}" '
        'stroke-linejoin="round"/>'
    )


def _contour_rule(scheme: Scheme) -> str:
    color = to_hex(WHITE if scheme == "dark" else COAL)
    return f".contour{{display:inline;fill:{color};stroke:{color}}}"
