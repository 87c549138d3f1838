"""What the cut edge of a print file cost: glows made solid, strokes lost, or everything."""

import cv2
import numpy as np

from imaging.garment.print_file import Placed, PrintFile
from imaging.garment.spec import Point
from serve_app.artwork import PrintPart
from serve_app.domain import Notice

SOFT_SHARE = 0.05
"""Half-clear share of a print from which cutting its edge changes how it looks."""
LOST_SHARE = 0.3
"""Share of what was to be printed from which its loss is seen at a glance."""

SOFT_PARTS_CUT = Notice(
    code="soft_parts_cut",
    message="Glows or shadows of the logo were half-clear; on the print file they are solid or gone.",
    fix="Send threshold=null where the printer takes soft edges, or artwork without them.",
)


def losses(printed: PrintFile, placed: Placed, *, zone_in: Point, part: PrintPart) -> tuple[Notice, ...]:
    """What the client should look at.

    Args:
        printed: The file.
        placed: What was laid out on it.
        zone_in: Width and height of the zone.
        part: Which part of the order it is.
    """
    left = cv2.countNonZero(np.ascontiguousarray(printed.pixels[..., 3]))
    if not left:
        return (_nothing_left(part),)
    glowing = part == "logo" and printed.cut_share > SOFT_SHARE
    if glowing:
        return (SOFT_PARTS_CUT,)
    wanted = cv2.mean(placed.artwork)[3] / 255 * placed.box.width_in * placed.box.height_in
    thinned = left < (1 - LOST_SHARE) * wanted * printed.dpi**2
    return (_thinned(part),) if thinned and not placed.box.overhangs(zone_in) else ()


def _nothing_left(part: PrintPart) -> Notice:
    return Notice(
        code="nothing_printed",
        message=f"The print file of the {part} is empty: nothing of it was left.",
        fix="Choose a smaller choke_px, threshold or offset_in, or a larger width_in or dpi.",
    )


def _thinned(part: PrintPart) -> Notice:
    return Notice(
        code="print_thinned",
        message=f"The cut edge of the print file takes more than {LOST_SHARE:.0%} of the {part} away.",
        fix="Choose a smaller choke_px or threshold, or a larger width_in or dpi.",
    )
