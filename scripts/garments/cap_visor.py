"""The cap's pre-curved visor, sewn to the crown's edge; inches, worn level."""

import numpy as np
from scipy.spatial import cKDTree

from garments.cap_shape import BRIM, Crown, visor_height
from garments.modelled.mesh import Mesh, grid

_HALF_DEG = 74.0
"""How far round to either side it is sewn in."""


def visor(crown: Crown) -> Mesh:
    """Upper face, rounded edge and lower face.

    Attributes are: inches along the outer edge, inches in from it, inches from the seam, 1 above to -1 below.
    """
    across = np.linspace(-1, 1, 321)
    root = np.stack(
        [np.interp(across * _HALF_DEG, crown.azimuth_deg, crown.points[0, :, k]) for k in (0, 2)], 1
    )
    angle = across * np.pi / 2
    rim = np.stack(
        [3.60 * np.sign(angle) * np.abs(np.sin(angle)) ** 0.90, 1.35 + 5.33 * np.cos(angle) ** 0.74], 1
    )
    reach = (1 - np.abs(across) ** 14)[:, None]
    rim = root + (rim - root) * reach
    v = np.linspace(-0.06, 1, 101)[:, None, None]
    plan = root + (rim - root) * v
    dense = np.concatenate(
        [rim[:-1] + (rim[1:] - rim[:-1]) * k for k in np.linspace(0, 1, 16, endpoint=False)[:, None, None]]
    )
    order = np.argsort(np.concatenate([np.arange(320) + k / 16 for k in range(16)]))
    dense = dense[order]
    arc = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(dense, axis=0), axis=1))])
    inset, index = cKDTree(dense).query(plan.reshape(-1, 2))
    inset, along = inset.reshape(plan.shape[:2]), arc[index].reshape(plan.shape[:2])
    seam = np.linalg.norm(plan - root, axis=-1) * np.sign(v[..., 0])
    top = np.stack([plan[..., 0], visor_height(plan[..., 0], plan[..., 1]), plan[..., 1]], axis=-1)
    normal = grid(top, np.zeros((*seam.shape, 4)), part=BRIM).normals.reshape(top.shape)
    normal *= np.sign(normal[..., 1:2])
    out = np.gradient(top, axis=0)[-1]
    out /= np.maximum(np.linalg.norm(out, axis=-1, keepdims=True), 1e-9)
    half = 0.062
    turn = np.linspace(np.pi / 2, -np.pi / 2, 13)[1:-1, None, None]
    edge = top[-1] - half * normal[-1] + half * (np.sin(turn) * normal[-1] + np.cos(turn) * out)
    below = (top - 2 * half * normal)[::-1]
    attributes = np.stack([along, inset, seam, np.ones_like(seam)], axis=-1)
    rounded = np.repeat(attributes[-1:], 11, axis=0)
    rounded[..., 1] = -half * np.linspace(0, np.pi, 13)[1:-1, None]
    rounded[..., 3] = np.sin(turn[..., 0])
    under = attributes[::-1].copy()
    under[..., 3] = -1
    return grid(np.concatenate([top, edge, below]), np.concatenate([attributes, rounded, under]), part=BRIM)
