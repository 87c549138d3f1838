"""The springs of a sewn mesh: edges, bending pairs, bending across seams."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from garments.mesh import Floats, Ints
from garments.sewing import Sewn

Making = Callable[[str, Floats], tuple[Floats, Floats]]
"""Piece and (n, 2) pattern points to (factor on length, factor on bending compliance), both (n,)."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A form that cloth was pressed into, as the makers of hats and collars do."""

    position: Floats
    """(n, 3) inches."""
    share: Floats
    """(n,) how much of the spring's length comes from it; 0 leaves the flat pattern's."""


def build_springs(
    sewn: Sewn, making: Making, *, bend: float, shape: Shape | None = None
) -> tuple[Ints, Floats, Floats]:
    """Edges and bending pairs with rest lengths from the flat pattern.

    Args:
        sewn: the mesh.
        making: how ribs, hems and bands change the cloth.
        bend: compliance of the bending springs; larger is softer.
        shape: pressed into some of the cloth; None leaves all as it was cut.

    Returns:
        (k, 2) ends, (k,) rest lengths in inches, (k,) compliances.
    """
    edges, rest, soft = [], [], []
    for triangles, sheet, name in zip(sewn.triangles, sewn.sheets, sewn.names, strict=True):
        pairs, opposite = _edges(triangles)
        edges += [pairs, opposite]
        for ends, give in ((pairs, 2e-8), (opposite, bend)):
            a, b = sheet[ends[:, 0]], sheet[ends[:, 1]]
            factor, stiff = making(name, (a + b) / 2)
            rest.append(np.linalg.norm(a - b, axis=1) * factor)
            soft.append(np.where(give > 1e-6, give * stiff, give))  # noqa: PLR2004 - edges keep their give
    across, length = _over_seams(sewn)
    edges, rest, soft = [*edges, across], [*rest, length], [*soft, np.full(len(across), 3 * bend)]
    joined = np.concatenate(edges)
    _, first = np.unique(np.sort(joined, axis=1), axis=0, return_index=True)
    ends, lengths = joined[first], np.concatenate(rest)[first]
    if shape is not None:
        share = shape.share[ends].mean(axis=1)
        pressed = np.linalg.norm(shape.position[ends[:, 0]] - shape.position[ends[:, 1]], axis=1)
        lengths = (1 - share) * lengths + share * pressed
    return ends, lengths, np.concatenate(soft)[first]


def _over_seams(sewn: Sewn) -> tuple[Ints, Floats]:
    """Bending over the seams: a sewn sleeve is a tube, not an envelope."""
    rims: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for piece, triangles in enumerate(sewn.triangles):
        for edge, corner in _rim(triangles):
            rims.setdefault(edge, []).append((piece, corner))
    shared = sorted(edge for edge, sides in rims.items() if len(sides) > 1)
    ends = np.array(shared)
    across = np.array([[corner for _, corner in rims[edge][:2]] for edge in shared])
    along, height = [], []
    for k in range(2):
        sheet = np.array([rims[edge][k][0] for edge in shared])
        a, b, c = (_at(sewn, sheet, index) for index in (ends[:, 0], ends[:, 1], across[:, k]))
        unit = (b - a) / np.linalg.norm(b - a, axis=1, keepdims=True)
        reach = c - a
        along.append((reach * unit).sum(axis=1))
        height.append(np.abs(reach[:, 0] * unit[:, 1] - reach[:, 1] * unit[:, 0]))
    return across, np.hypot(height[0] + height[1], along[0] - along[1])


def _at(sewn: Sewn, sheet: Ints, index: Ints) -> Floats:
    return np.stack(sewn.sheets)[sheet, index]


def _rim(triangles: Ints) -> list[tuple[tuple[int, int], int]]:
    """Edges of one triangle only, each with the corner that faces it."""
    ends = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    corner = np.concatenate([triangles[:, 2], triangles[:, 0], triangles[:, 1]])
    pairs, first, count = np.unique(ends, axis=0, return_index=True, return_counts=True)
    rim = count == 1
    return [((int(a), int(b)), int(corner[k])) for (a, b), k in zip(pairs[rim], first[rim], strict=True)]


def _edges(triangles: Ints) -> tuple[Ints, Ints]:
    """Unique edges, and for inner ones the two corners that face each other across."""
    ends = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    corner = np.concatenate([triangles[:, 2], triangles[:, 0], triangles[:, 1]])
    ends = np.sort(ends, axis=1)
    order = np.lexsort(ends.T)
    ends, corner = ends[order], corner[order]
    twin = np.flatnonzero((ends[1:] == ends[:-1]).all(axis=1))
    return np.unique(ends, axis=0), np.stack([corner[twin], corner[twin + 1]], axis=1)
