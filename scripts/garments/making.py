"""How the making changes a set-in garment's cloth: ribs are knitted short, hems doubled and stiff."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from garments.cut import Cut, Sleeve
from garments.cut_tshirt import uneven
from garments.hood import TUNNEL_IN
from garments.mesh import Floats
from garments.set_in import SIDES


@dataclass(frozen=True, slots=True)
class SetInMaking:
    """A `Making` of body and sleeves."""

    cut: Cut
    sleeve: Sleeve
    hem_gather: float = 1.0
    """Length of the bottom band as a share of the cloth above it; below 1 it is a rib."""
    above_cuff: float = 1.0
    """Factor on the bending compliance of the cloth right above the cuffs."""

    def __call__(self, name: str, at: Floats) -> tuple[Floats, Floats]:
        """Factors on length and on bending compliance at (n, 2) pattern points."""
        if name.split("_", maxsplit=1)[0] in SIDES:
            return self._sleeve(name, at)
        if name.startswith("hood"):
            tunnel = np.abs(at[:, 0]) < TUNNEL_IN
            return 1.0 + uneven(at), np.where(tunnel, 0.05, 0.15)
        hem = at[:, 1] > self.cut.length_in - self.cut.hem_in
        factor = np.where(hem & (self.hem_gather < 1), self.hem_gather, 1.0 + uneven(at))
        stiff = np.where(hem, 0.25, 1.0)
        if self.cut.rib_in:
            edge = self.cut.neck_curve(name, inset_in=self.cut.rib_in)
            in_rib = cKDTree(edge).query(at)[0] < self.cut.rib_in
            factor, stiff = np.where(in_rib, 0.97, factor), np.where(in_rib, 0.12, stiff)
        return factor, stiff

    def _sleeve(self, name: str, at: Floats) -> tuple[Floats, Floats]:
        in_rib = at[:, 1] > self.sleeve.length_in - self.sleeve.rib_in
        shift = np.array([0.0, 7.0]) if name.startswith("left") else np.array([3.0, 0.0])
        factor = np.where(in_rib, self.sleeve.cuff_gather, 1.0 + uneven(at + shift))
        # The rib's seam and its gathers stiffen the cloth above it: it puffs there and does not crumple.
        above = np.clip((self.sleeve.length_in - self.sleeve.rib_in - at[:, 1]) / 4.0, 0, 1)
        return factor, np.where(in_rib, 0.15, self.above_cuff + (1 - self.above_cuff) * above)
