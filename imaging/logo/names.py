"""Readable names for colours: the nearest CSS colour in plain words, light or dark where that is nearer."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
from PIL import ImageColor

from imaging.color import delta_e_2000, parse_color, to_lab
from imaging.types import Color

_PLAIN = (
    "aquamarine, beige, black, blue, brown, chartreuse, chocolate, coral, cornflower blue, crimson, "
    "cyan, deep pink, deep sky blue, dim gray, dodger blue, firebrick, forest green, gold, goldenrod, "
    "gray, green, hot pink, indigo, ivory, khaki, lavender, lime, lime green, magenta, maroon, "
    "midnight blue, navy, olive, olive drab, orange, orange red, orchid, pink, plum, purple, red, "
    "royal blue, saddle brown, salmon, sea green, sienna, silver, sky blue, slate blue, slate gray, "
    "spring green, steel blue, tan, teal, tomato, turquoise, violet, wheat, white, white smoke, "
    "yellow, yellow green, pale green, rosy brown, sandy brown"
)
"""The CSS colours whose names say something to most people, spaced."""
_SHADED = (
    "aquamarine, blue, brown, coral, cyan, gold, gray, green, khaki, lavender, magenta, olive, "
    "orange, orchid, pink, purple, red, salmon, sky blue, slate blue, slate gray, steel blue, tan, "
    "teal, turquoise, violet, yellow"
)
"""Those of which light and dark shades have a name too."""
_MISLEADING = {"darkgray"}
"""CSS names that mislead: its dark gray is lighter than its gray."""
_SHADE_L = 16.0
"""CIE lightness that `light` adds and `dark` takes."""
_DETOUR = 8.0
"""CIEDE2000 that a name may be further off, so that two colours need not share one."""


def name_colors(colors: Sequence[Color]) -> tuple[str, ...]:
    """A name for each colour, no two alike: the later takes the next nearest, or a number.

    Args:
        colors: of one palette, most important first.
    """
    names, lab = _candidates()
    given: list[str] = []
    for color in colors:
        apart = delta_e_2000(lab, to_lab(color))
        order = np.argsort(apart, kind="stable")
        near = [names[i] for i in order if apart[i] <= apart[order[0]] + _DETOUR]
        given.append(next((name for name in near if name not in given), _numbered(near[0], given)))
    return tuple(given)


def _numbered(name: str, given: Sequence[str]) -> str:
    number = 2
    while f"{name} {number}" in given:
        number += 1
    return f"{name} {number}"


@cache
def _candidates() -> tuple[tuple[str, ...], npt.NDArray[np.float64]]:
    """All names, and their (N, 3) Lab colours."""
    plain = _PLAIN.split(", ")
    names, lab = list(plain), [to_lab(parse_color(name.replace(" ", ""))) for name in plain]
    for name in _SHADED.split(", "):
        for shade, step in (("light", _SHADE_L), ("dark", -_SHADE_L)):
            names.append(f"{shade} {name}")
            known = f"{shade}{name}".replace(" ", "")
            usable = known in ImageColor.colormap and known not in _MISLEADING
            lab.append(to_lab(parse_color(known)) if usable else _shade(lab[plain.index(name)], step))
    return tuple(names), np.stack(lab)


def _shade(lab: npt.NDArray[np.float64], step: float) -> npt.NDArray[np.float64]:
    """A lighter or darker colour: paler towards white, weaker towards black."""
    lightness = float(np.clip(lab[0] + step, 0, 100))
    keeps = (100 - lightness) / max(100 - lab[0], 1e-6) if step > 0 else lightness / max(lab[0], 1e-6)
    return np.array([lightness, *(lab[1:] * min(1.0, 0.5 + 0.5 * keeps))])
