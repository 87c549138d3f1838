"""A row of logos of different shapes, in optical balance."""

import math
from dataclasses import dataclass

from imaging.banner.box import Box
from imaging.banner.schema import CreditsContent
from imaging.banner.stage import Stage

_AREA = 1.9
"""Area of every logo, in squares of the row's height: 1.9 wide logos fill the height."""
_LONGEST = 3.6
"""Widest logo, in heights of the row."""
_DENSE = 0.6
"""Share of its box that an ordinary logo covers; denser ones look larger and are drawn smaller."""
_DENSITY_POWER = 0.25
_APART = 0.55
"""Between two logos, in heights of the row."""
_CHIP_PAD = 0.22
"""Round a logo on its plate, in heights of the row."""
_MOST_ROWS = 3


@dataclass(frozen=True, slots=True)
class Place:
    """One logo of a row."""

    key: str
    box: Box
    chip: Box | None


@dataclass(frozen=True, slots=True)
class Row:
    """Logos set from the left top, in points."""

    width: float
    height: float
    places: tuple[Place, ...]


def logo_row(keys: tuple[str, ...], width: float, content: CreditsContent, stage: Stage) -> Row:
    """As large as the settings say; smaller or on up to three lines where they are many.

    Args:
        keys: of the pictures.
        width: room, points.
        content: settings.
        stage: knows the pictures' shapes.
    """
    if not keys:
        return Row(0.0, 0.0, ())
    height = content.logos * stage.unit
    chips = stage.art.chip(keys, content.ground)
    sizes = [_size(key, content.ground, height, stage) for key in keys]
    options = [
        _wrapped(keys, sizes, width, height, lines, chips=chips)
        for lines in range(1, min(_MOST_ROWS, len(keys)) + 1)
    ]
    # A further line must make the logos a good deal larger.
    return max(options, key=lambda option: option[1] * 0.75 ** option[2])[0]


def _size(key: str, ground: str, height: float, stage: Stage) -> tuple[float, float]:
    """Width and height of equal optical weight."""
    aspect = stage.art.aspect(key, ground) or 1.0
    weight = (_DENSE / max(0.05, stage.art.density(key))) ** _DENSITY_POWER
    area = _AREA * height * height * min(1.3, max(0.8, weight))
    tall = min(height, math.sqrt(area / aspect), _LONGEST * height / aspect)
    return tall * aspect, tall


def _wrapped(
    keys: tuple[str, ...],
    sizes: list[tuple[float, float]],
    width: float,
    height: float,
    lines: int,
    *,
    chips: bool,
) -> tuple[Row, float, int]:
    """The logos on some lines, the scale that makes them fit, and the number of lines."""
    pad = _CHIP_PAD * height if chips else 0.0
    apart = (_APART - (_CHIP_PAD if chips else 0.0)) * height
    each = math.ceil(len(keys) / lines)
    places: list[Place] = []
    widest = 0.0
    tall = height + 2 * pad
    for line in range(lines):
        at = 0.0
        for key, (w, h) in list(zip(keys, sizes, strict=True))[line * each : (line + 1) * each]:
            top = line * (tall + 0.5 * apart)
            chip = Box(at, top, w + 2 * pad, tall) if chips else None
            places.append(Place(key, Box(at + pad, top + (tall - h) / 2, w, h), chip))
            at += w + 2 * pad + apart
        widest = max(widest, at - apart)
    full = lines * tall + (lines - 1) * 0.5 * apart
    scale = min(1.0, width / widest)
    return (
        Row(
            widest * scale,
            full * scale,
            tuple(
                Place(p.key, p.box.scaled(scale), p.chip.scaled(scale) if p.chip else None) for p in places
            ),
        ),
        scale,
        lines,
    )
