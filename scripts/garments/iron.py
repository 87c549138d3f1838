"""Smooth away crumples of the mesh's own size."""

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array

from garments.mesh import Floats
from garments.sewing import Sewn


def iron(sewn: Sewn, position: Floats, *, passes: int) -> Floats:
    """Flatten what is smaller than a fold.

    Each point moves towards the local linear fit of position over pattern (not towards the mean of its
    neighbours: that would drag the stitches drawn there); points of an edge or seam stay on its line.
    """
    edge, near = _neighbours(sewn)
    fits = [_Fit(near[own], uv) for own, uv in _inner(sewn, edge)]
    owners = [own for own, _ in _inner(sewn, edge)]
    result = position
    for step in range(passes):
        target = near @ result
        for own, fit in zip(owners, fits, strict=True):
            target[own] = fit(result, own)
        # Taubin's pair of a shrinking and a growing pass keeps the volume.
        result = result + (0.65 if step % 2 == 0 else -0.30) * (target - result)
    return result


class _Fit:
    """Local linear fits of position over one piece's pattern."""

    def __init__(self, near: csr_array, uv: Floats) -> None:
        self.near, self.uv = near, uv
        self.mean_uv = near @ uv
        spread = np.stack([near @ (uv[:, j] * uv[:, k]) for j in (0, 1) for k in (0, 1)], axis=1)
        spread = spread.reshape(-1, 2, 2)
        spread -= self.mean_uv[:, :, None] * self.mean_uv[:, None, :]
        self.inverse = np.linalg.inv(spread + 1e-9 * np.eye(2))

    def __call__(self, position: Floats, own: npt.NDArray[np.int64]) -> Floats:
        mean = self.near @ position
        joint = (
            np.stack([self.near @ (position * self.uv[:, [k]]) for k in (0, 1)], axis=2)
            - mean[:, :, None] * self.mean_uv[:, None, :]
        )
        fit: Floats = mean + np.einsum("nij,njk,nk->ni", joint, self.inverse, self.uv[own] - self.mean_uv)
        return fit


def _inner(sewn: Sewn, edge: npt.NDArray[np.bool_]) -> list[tuple[npt.NDArray[np.int64], Floats]]:
    """For each piece, the points inside it and its pattern (0 where a point is not its own)."""
    return [
        (used[~edge[used]], np.nan_to_num(sheet))
        for used, sheet in ((sewn.points(k), sewn.sheets[k]) for k in range(len(sewn.names)))
    ]


def _neighbours(sewn: Sewn) -> tuple[npt.NDArray[np.bool_], csr_array]:
    """Which points lie on an edge of a piece, and the matrix that averages each point's neighbours."""
    size = sewn.size
    edge = np.zeros(size, bool)
    links = []
    for triangles in sewn.triangles:
        ends = np.concatenate([triangles[:, k] for k in ([0, 1], [1, 2], [2, 0])])
        pairs, count = np.unique(np.sort(ends, axis=1), axis=0, return_counts=True)
        edge[pairs[count == 1]] = True
        links += [pairs[count == 1], pairs[count > 1]]
    outer = np.concatenate(links[::2])
    inner = np.concatenate(links[1::2])
    both = np.concatenate(
        [outer, outer[:, ::-1], *(way[~edge[way[:, 0]]] for way in (inner, inner[:, ::-1]))]
    )
    near = coo_array((np.ones(len(both)), both.T), shape=(size, size)).tocsr()
    return edge, csr_array(near / near.sum(axis=1)[:, None])
