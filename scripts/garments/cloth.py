"""Drape: extended position-based dynamics of the sewn pieces over the form.

The method is XPBD (Macklin, Müller, Chentanez 2016) with small steps and one sweep a step: edges keep their
length, pairs of opposite corners keep their distance with some give, which is the cloth's bending stiffness.
"""

import numpy as np

from garments.body import Body
from garments.mesh import Floats
from garments.settle import STEP_S, settle
from garments.sewing import Sewn
from garments.springs import Making, Shape, build_springs

SKIN_IN = 0.06
FRICTION = 0.15


def drape(
    sewn: Sewn,
    body: Body,
    start: Floats,
    *,
    making: Making,
    seconds: float,
    bend: float,
    gravity: float | Floats,
    skin_in: float | Floats = SKIN_IN,
    friction: float = FRICTION,
    free: Floats | None = None,
    shape: Shape | None = None,
) -> Floats:
    """Let the garment settle.

    Args:
        sewn: the mesh.
        body: what it hangs on.
        start: (n, 3) positions to start from.
        making: how the making changes the cloth.
        seconds: how long.
        bend: compliance of the bending springs; larger is softer.
        gravity: inches per second squared downwards, or (n, 3) for each point.
        skin_in: inches kept from the form, one or (n,): what lies over another layer keeps more.
        friction: Coulomb's, of cloth on the form.
        free: (n,) 0 for points held where they are; None holds none.
        shape: what some of the cloth was pressed into.
    """
    edges, rest, compliance = build_springs(sewn, making, bend=bend, shape=shape)
    order = np.random.default_rng(11).permutation(len(edges))
    position = start.copy()
    pull = np.zeros_like(position)
    if isinstance(gravity, np.ndarray):
        pull[:] = gravity
    else:
        pull[:, 1] = gravity
    settle(
        position,
        edges[order],
        rest[order],
        compliance[order],
        body.distance,
        body.gradient,
        body.origin,
        body.step_in,
        np.broadcast_to(np.asarray(skin_in, float), len(position)).copy(),
        np.ones(len(position)) if free is None else free,
        pull,
        friction,
        int(seconds / STEP_S),
    )
    return position
