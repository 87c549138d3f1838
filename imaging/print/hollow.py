"""Letters ringed in a lighter colour, found where only their rings were going to be printed."""

import numpy as np
import numpy.typing as npt

from imaging.print.patches import Patches

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_THIN = 1 / 3
"""A patch is a line beside a neighbour at least three times as wide."""
_MOST = 0.5
"""A patch is ringed where lines of ink run along at least this share of its edge, and is a mark within where
what was ringed does."""
_LITTLE = 0.1
"""A line that has a plate of ink's tone along more of its edge is drawn on that plate, and rings nothing."""


def fill_outlines(patches: Patches, state: Flags, wants_ink: Flags) -> Flags:
    """Turn outlines of what would show on the ground into the solid shapes that they run around.

    Where a light line runs around a letter and only one of them can be ink, the line alone is a hollow
    letter. The letter is printed instead where its own tone is one for ink; what is dark stays the cloth's.

    Args:
        patches: Of the artwork.
        state: (R,) whether each is ink.
        wants_ink: (R,) whether each, seen alone, is one for ink.

    Returns:
        (R,): the state with ringed patches inked and the lines along them clear; marks within them are clear
        too, and the counters of such marks inked.
    """
    count = len(state)
    one, two = (np.concatenate(sides) for sides in (patches.pairs.T, patches.pairs.T[::-1]))
    border = np.tile(patches.border, 2)
    around = np.maximum(np.bincount(one, border, minlength=count), 1)

    def edge_along(where: Flags) -> Floats:
        return np.bincount(one, border * where, minlength=count) / around

    width = 2 * patches.area / around  # a line's, whose edge runs along both sides of it
    line = state[two] & (width[two] <= _THIN * width[one])
    empty = wants_ink & ~state
    empty[0] = False
    plate = empty & (edge_along(line) < _MOST)
    line &= edge_along(plate[two])[two] < _LITTLE
    filled = empty & (edge_along(line) >= _MOST)
    lines = np.bincount(two, line & filled[one], minlength=count) > 0
    turned = lines | (state & (edge_along(filled[two]) >= _MOST))
    counters = empty & (edge_along(turned[two]) >= 1)
    return np.asarray((state & ~turned) | filled | counters)
