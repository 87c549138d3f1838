"""Setting text into a width or a box: whole first, then smaller, then on more lines, at last cut."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from imaging.banner.breaks import Piece, joined, pieces
from imaging.banner.fonts import FontLibrary, Style
from imaging.banner.text import clusters, shorten

_LINE_GAP_EM = 0.13
"""Clear space between the ink of two lines."""
_LINE_COST = 0.94
"""Each further line must make the type larger by at least 1/0.94 to be worth its place."""

_LEAST_OF_WORDS = 0.95
"""A line is wider than this share of its words: kerning with the spaces takes less."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """Text at a size."""

    lines: tuple[str, ...]
    size_pt: float
    width_pt: float
    """Of the widest line."""
    baselines_pt: tuple[float, ...]
    """Of each line, down from the top of the ink."""
    height_pt: float
    """From the top of the first line's ink to the bottom of the last one's."""
    cut: bool


def split_balanced(widths: Sequence[float], gaps: float | Sequence[float], lines: int) -> tuple[int, ...]:
    """Where to break words into `lines` lines so that the widest is as narrow as can be.

    Args:
        widths: of each word.
        gaps: width between two words on a line; of each, or the width before each word.
        lines: 1 up to the number of words.

    Returns:
        For each line, the index after its last word.
    """
    count = len(widths)
    before = [gaps] * count if isinstance(gaps, int | float) else list(gaps)
    starts = [0.0, *accumulate(width + gap for width, gap in zip(widths, before, strict=True))]

    def line(first: int, last: int) -> float:
        return starts[last] - starts[first] - before[first]

    best: list[tuple[float, tuple[int, ...]] | None] = [(0.0, ()), *[None] * count]
    for _ in range(lines):
        best = [None, *(_best_end(best, last, line) for last in range(1, count + 1))]
    found = best[count]
    return found[1] if found else ()


def _best_end(
    best: list[tuple[float, tuple[int, ...]] | None], last: int, line: Callable[[int, int], float]
) -> tuple[float, tuple[int, ...]] | None:
    """The best way to end a line after the word before `last`, given the best ends of the line before."""
    found: tuple[float, tuple[int, ...]] | None = None
    for first in range(last - 1, -1, -1):
        before, width = best[first], line(first, last)
        if found and width > found[0]:
            break  # and every line that begins earlier is wider still
        if before:
            option = (max(before[0], width), (*before[1], last))
            found = min(found, option) if found else option
    return found


def fit_line(
    text: str,
    style: Style,
    *,
    fonts: FontLibrary,
    size_pt: float,
    width_pt: float,
    floor_pt: float,
    height_pt: float = float("inf"),
) -> Fitted:
    """One line at `size_pt`, or smaller down to `floor_pt`, or cut there with an ellipsis.

    Args:
        text: cleaned text.
        style: as given by `FontLibrary.lead`.
        fonts: what measures it.
        size_pt: the size wanted.
        width_pt: the room there is.
        floor_pt: the smallest size allowed.
        height_pt: room for the ink, marks and descenders among it; text over it gets smaller, never cut.
    """
    ems = fonts.width_em(text, style)
    fits = width_pt / ems if ems else size_pt
    tall = sum(fonts.extent_em(text, style))
    fits = min(fits, height_pt / tall) if tall else fits
    size = max(min(size_pt, fits), min(floor_pt, size_pt))
    cut = ems * size > width_pt + 1e-6
    if cut:
        text = _cut(text, style, fonts=fonts, ems=width_pt / size)
        ems = fonts.width_em(text, style)
    above, below = fonts.extent_em(text, style)
    return Fitted((text,), size, ems * size, (above * size,), (above + below) * size, cut)


def fit_box(
    text: str,
    style: Style,
    *,
    fonts: FontLibrary,
    box_pt: tuple[float, float],
    max_lines: int,
    floor_pt: float,
    ceiling_pt: float = float("inf"),
) -> Fitted:
    """As large as the box (width, height) allows, on up to `max_lines` lines, cut at `floor_pt`."""
    words = pieces(text)
    if not words:
        return Fitted((), 0.0, 0.0, (), 0.0, cut=False)
    lines, size = _largest(words, style, fonts=fonts, box_pt=box_pt, max_lines=max_lines, floor_pt=floor_pt)
    size = min(size, ceiling_pt)
    cut = size < floor_pt
    if cut:
        lines, size = _crammed(words, style, fonts=fonts, box_pt=box_pt, max_lines=max_lines, size=floor_pt)
    baselines, tall = _baselines(lines, style, fonts=fonts)
    widest = max(fonts.width_em(line, style) for line in lines)
    return Fitted(lines, size, widest * size, tuple(b * size for b in baselines), tall * size, cut)


def _largest(
    words: list[Piece],
    style: Style,
    *,
    fonts: FontLibrary,
    box_pt: tuple[float, float],
    max_lines: int,
    floor_pt: float,
) -> tuple[tuple[str, ...], float]:
    """The lines that allow the largest type, and its size; size 0 where the text cannot be set whole."""
    least = _LEAST_OF_WORDS * sum(fonts.shaped(word.text, style).advance for word in words)
    if least * floor_pt > max_lines * box_pt[0]:  # balancing hundreds of words would take seconds
        return (), 0.0
    options = [
        _stacked(_lines(words, style, fonts=fonts, count=count), style, fonts=fonts, box_pt=box_pt)
        for count in range(1, min(max_lines, len(words)) + 1)
    ]
    return max(options, key=lambda option: option[1] * _LINE_COST ** len(option[0]))


def _lines(words: list[Piece], style: Style, *, fonts: FontLibrary, count: int) -> tuple[str, ...]:
    if count == 1:
        return (joined(words),)
    widths = [fonts.width_em(word.text, style) for word in words]
    ends = split_balanced(widths, [fonts.width_em(word.gap, style) for word in words], count)
    return tuple(joined(words[a:b]) for a, b in zip((0, *ends), ends, strict=False))


def _stacked(
    lines: tuple[str, ...], style: Style, *, fonts: FontLibrary, box_pt: tuple[float, float]
) -> tuple[tuple[str, ...], float]:
    """The lines and the largest size at which they fit the box."""
    widest = max(fonts.width_em(line, style) for line in lines) or 1.0
    _, tall = _baselines(lines, style, fonts=fonts)
    return lines, min(box_pt[0] / widest, box_pt[1] / (tall or 1.0))


def _baselines(lines: tuple[str, ...], style: Style, *, fonts: FontLibrary) -> tuple[list[float], float]:
    """Baselines from the top of the ink, and the height of all ink, in em; pitch is even."""
    cap = fonts.cap_em(style)
    extents = [fonts.extent_em(line, style) for line in lines]
    extents = [(max(above, cap), below) for above, below in extents]
    pitch = max((a[1] + b[0] + _LINE_GAP_EM for a, b in pairwise(extents)), default=0.0)
    first = extents[0][0]
    return [first + pitch * i for i in range(len(lines))], first + pitch * (len(lines) - 1) + extents[-1][1]


def _crammed(
    words: list[Piece],
    style: Style,
    *,
    fonts: FontLibrary,
    box_pt: tuple[float, float],
    max_lines: int,
    size: float,
) -> tuple[tuple[str, ...], float]:
    """Words poured into lines at a fixed size; what is over is cut from the last line that fits the box."""
    ems = box_pt[0] / size
    lines: list[str] = []
    for count in range(1, max_lines + 1):
        if count > 1 and _baselines(("H",) * count, style, fonts=fonts)[1] * size > box_pt[1]:
            break
        poured = _pour(words, style, fonts=fonts, ems=ems, count=count)
        lines = poured
    return tuple(lines), size


def _pour(words: list[Piece], style: Style, *, fonts: FontLibrary, ems: float, count: int) -> list[str]:
    lines: list[str] = []
    rest = list(words)
    while rest and len(lines) < count:
        last = len(lines) == count - 1
        fitting = 1
        while fitting < len(rest) and fonts.width_em(joined(rest[: fitting + 1]), style) <= ems:
            fitting += 1
        line = joined(rest if last else rest[:fitting])
        rest = rest[fitting:]
        lines.append(_cut(line, style, fonts=fonts, ems=ems) if fonts.width_em(line, style) > ems else line)
    return lines


def _cut(text: str, style: Style, *, fonts: FontLibrary, ems: float) -> str:
    """The longest start of the text that fits `ems` with its ellipsis."""

    def fits(kept: int) -> bool:
        return fonts.width_em(shorten(text, ends[kept]), style) <= ems

    ends = [0, *accumulate(map(len, clusters(text)))]
    reach = [0.0, *fonts.reach_em(text, style)]
    room = ems - fonts.width_em("…", style)
    kept = max(0, bisect_right(ends, room, key=lambda end: reach[end]) - 1)
    while kept + 1 < len(ends) and fits(kept + 1):
        kept += 1
    while kept and not fits(kept):
        kept -= 1
    return shorten(text, ends[kept])
