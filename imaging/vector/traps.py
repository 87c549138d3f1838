"""Traps: the edge of a lower layer moved a little under the layer above it, so that no seam shows."""

# ruff: noqa: PLR2004 - counts of points, halves and guards against division read best where they stand

import numpy as np
import numpy.typing as npt

from imaging.vector.coverage import PAD
from imaging.vector.outlines import Outline

Floats = npt.NDArray[np.float64]

TRAP_PX = 0.8
_STEP_PX = 0.05
_SIZES, _CHECKED = (1.0, 0.5), (1.0, 1.7)
"""A node moves by the whole trap or half of it, where the upper layer reaches 1.7 times as far; else not."""


def trapped(outline: Outline, above: npt.NDArray[np.bool_]) -> Outline:
    """The outline moved outwards, under its neighbour, its ends joined to where they were.

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
    joint *= 2 / np.maximum(np.einsum("ij,ij->i", joint, joint), 0.7)[:, None]
    start_shift, end_shift = joint, np.roll(joint, -1, axis=0)
    if not closed:
        # At its ends the seam steps aside within the trap's own length.
        start_shift, end_shift = joint.copy(), end_shift.copy()
        start_shift[0], end_shift[-1] = begin[0] + _ahead(begin[0]), end[-1] - _ahead(end[-1])
    shift = np.stack([start_shift, start_shift, end_shift, end_shift], axis=1) * TRAP_PX
    tries = np.array([size * reach for size in _SIZES for reach in _CHECKED])[:, None, None, None]
    under = _under(control + tries * shift, above).reshape(len(_SIZES), len(_CHECKED), -1, 4)
    whole, half = np.all(under, axis=1)
    shift *= np.where(whole, _SIZES[0], np.where(half, _SIZES[1], 0.0))[..., None]
    shift[1:, 0] = shift[:-1, 3]
    if closed:
        shift[0, 0] = shift[-1, 3]
    moved = control + shift
    straight = outline.straight & (~shift.any(axis=(1, 2)) | _stays_straight(moved))
    return Outline(moved, straight) if closed else _with_steps(Outline(moved, straight), control)


def _ahead(outward: Floats) -> Floats:
    """The direction of walking where `outward` is to the left."""
    return np.array([-outward[1], outward[0]])


def _with_steps(outline: Outline, control: Floats) -> Outline:
    """Join a moved outline to its old ends by short lines."""
    parts, straight = [outline.control], [outline.straight]
    for at, ends in (
        (0, (control[0, 0], outline.control[0, 0])),
        (1, (outline.control[-1, 3], control[-1, 3])),
    ):
        if np.abs(ends[0] - ends[1]).max() > _STEP_PX:
            step = np.linspace(*ends, 4)[None]
            parts.insert(at * len(parts), step)
            straight.insert(at * len(straight), np.ones(1, np.bool_))
    return Outline(np.concatenate(parts), np.concatenate(straight))


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
