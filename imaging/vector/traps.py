"""Traps: the edge of a lower layer moved a little under the layer above it, so that no seam shows."""

import numpy as np
import numpy.typing as npt

from imaging.vector.coverage import PAD
from imaging.vector.outlines import Outline

Floats = npt.NDArray[np.float64]

TRAP_PX = 0.8
_CHECKED = (1.0, 1.7)
"""The upper layer must reach this many times further than the trap."""


def trapped(outline: Outline, above: npt.NDArray[np.bool_]) -> Outline:
    """The outline moved outwards, under its neighbour, its ends held where it is open.

    Args:
        outline: the area it bounds lies on its right-hand side.
        above: (H, W) with `PAD`, whether the pixel is covered by a layer above.
    """
    if outline.circle is not None or not len(outline.control):
        return outline
    control = outline.control
    closed = np.allclose(control[0, 0], control[-1, 3])
    begin, end = _outward(control, 0, 1), _outward(control, 2, 3)
    joint = begin + np.roll(end, 1, axis=0)
    joint /= np.maximum(np.einsum("ij,ij->i", joint, joint), 0.7)[:, None] / 2
    start_shift, end_shift = joint.copy(), np.roll(joint, -1, axis=0)
    if not closed:
        start_shift[0] = end_shift[-1] = 0
    shift = np.stack([start_shift, start_shift, end_shift, end_shift], axis=1)
    if not closed:
        shift[0, 1], shift[-1, 2] = begin[0], end[-1]
    shift *= TRAP_PX
    for factor in (0.5, 0.0):
        reach = np.array([_under(control + times * shift, above) for times in _CHECKED]).all(axis=0)
        shift = np.where(reach[..., None], shift, factor * shift)
    shift[1:, 0] = shift[:-1, 3]
    if closed:
        shift[0, 0] = shift[-1, 3]
    still = ~shift.any(axis=(1, 2))
    return Outline(control + shift, outline.straight & (still | _stays_straight(control + shift)))


def _outward(control: Floats, one: int, two: int) -> Floats:
    """Unit normals to the left of each segment at one of its ends."""
    along = control[:, two] - control[:, one]
    flat = np.linalg.norm(along, axis=1) < 1e-6
    along[flat] = (control[:, 3] - control[:, 0])[flat]
    along /= np.maximum(np.linalg.norm(along, axis=1), 1e-9)[:, None]
    return np.column_stack([along[:, 1], -along[:, 0]])


def _under(points: Floats, above: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    x = np.clip(np.floor(points[..., 0]).astype(int) + PAD, 0, above.shape[1] - 1)
    y = np.clip(np.floor(points[..., 1]).astype(int) + PAD, 0, above.shape[0] - 1)
    return np.asarray(above[y, x], np.bool_)


def _stays_straight(control: Floats) -> npt.NDArray[np.bool_]:
    chord = control[:, 3] - control[:, 0]
    length = np.maximum(np.linalg.norm(chord, axis=1), 1e-9)
    inner = control[:, 1:3] - control[:, :1]
    off = np.abs(inner[..., 0] * chord[:, None, 1] - inner[..., 1] * chord[:, None, 0]) / length[:, None]
    return np.asarray(off.max(axis=1) < 0.02, np.bool_)
