"""The cuts: measurements of each garment in inches and the curves its seams follow.

Coordinates are the flat pattern's: x to the right of the picture, y down from the neck point of the shoulder
seam. Curves are those of the +x side; the other side mirrors them.
"""

from dataclasses import dataclass, replace

import numpy as np

from garments.mesh import Floats, length_in


@dataclass(frozen=True, slots=True)
class Cut:
    """Front and back of one garment: what the seamstress measures."""

    length_in: float
    rib_in: float
    """Width of the rib collar; 0 where a hood is sewn on."""
    hem_in: float
    """Depth of the turned-up hem, or of the rib at the bottom."""
    shoulder: tuple[float, float]
    armpit: tuple[float, float]
    armhole_bend: tuple[float, float]
    """Middle control point of the armhole's quadratic curve."""
    half_waist_in: tuple[float, float, float]
    """Half widths a third and two thirds down the side and at the hem."""
    neck_half_in: float
    neck_y: float
    neck_depth: tuple[float, float]
    """How deep the collar's seam dips at the front and at the back."""

    def neck_curve(self, side: str, *, inset_in: float) -> Floats:
        """Neckline from +x to -x; `inset_in` 0 is the collar's seam, `rib_in` the collar's free edge."""
        t = np.linspace(0, np.pi, 181)
        dip = self.neck_depth[0 if side == "front" else 1]
        half = self.neck_half_in - 0.86 * inset_in
        top = self.neck_y - 0.45 * inset_in
        depth = dip - self.neck_y - (1.0 if side == "front" else 0.9) * inset_in + 0.45 * inset_in
        return np.stack([half * np.cos(t), top + depth * np.sin(t) ** 0.88], axis=1)

    def half_neck(self, side: str) -> Floats:
        """The neckline's free edge from the shoulder on the +x side to the middle."""
        half: Floats = self.neck_curve(side, inset_in=self.rib_in)[:91]
        return half

    def hem_curve(self) -> Floats:
        """Lower edge from +x to -x."""
        half = self.half_waist_in[2]
        x = np.linspace(half, -half, 121)
        return np.stack([x, self.length_in + 0.55 * np.cos(x / half * np.pi / 2)], axis=1)

    def armhole_curve(self) -> Floats:
        """The seam of the set-in sleeve."""
        t = np.linspace(0, 1, 81)[:, None]
        a, b, c = np.array(self.shoulder), np.array(self.armhole_bend), np.array(self.armpit)
        curve: Floats = (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t**2 * c
        return curve

    def side_curve(self) -> Floats:
        """The side seam from armpit to hem: slightly waisted."""
        y = np.linspace(self.armpit[1], self.length_in, 121)
        upper, lower, hem = self.half_waist_in
        x = np.interp(y, (self.armpit[1], 14.0, 19.0, self.length_in), (self.armpit[0], upper, lower, hem))
        return np.stack([x, y], axis=1)

    def collar_tip(self) -> Floats:
        """Where the collar's free edge meets the shoulder seam."""
        tip: Floats = self.neck_curve("front", inset_in=self.rib_in)[0]
        return tip


TSHIRT = Cut(
    length_in=29.0,
    rib_in=0.85,
    hem_in=1.0,
    shoulder=(8.9, 1.85),
    armpit=(11.0, 9.6),
    armhole_bend=(7.55, 6.6),
    half_waist_in=(10.62, 10.42, 10.62),
    neck_half_in=3.75,
    neck_y=0.10,
    neck_depth=(4.35, 1.15),
)
LONG_SLEEVE = replace(
    TSHIRT,
    shoulder=(8.7, 1.8),
    armpit=(10.7, 9.5),
    armhole_bend=(7.35, 6.5),
    half_waist_in=(10.5, 10.3, 10.5),
)
HOODIE = Cut(
    length_in=28.3,
    rib_in=0.0,
    hem_in=2.6,
    shoulder=(9.6, 2.1),
    armpit=(11.6, 10.6),
    armhole_bend=(8.2, 7.1),
    half_waist_in=(11.6, 11.5, 10.9),
    neck_half_in=4.0,
    neck_y=0.10,
    neck_depth=(3.6, 1.0),
)


@dataclass(frozen=True, slots=True)
class Sleeve:
    """A set-in sleeve, laid out with y down its length and x across, the fold over the arm at 0."""

    length_in: float
    half_width_in: float
    """Half the girth at the armpit: what one sees of the sleeve laid flat."""
    half_cuff_in: float
    rib_in: float
    """Length of the rib cuff."""
    cuff_gather: float
    """Length of the rib as a share of the cloth it is sewn to."""
    cuff_radius: tuple[float, float]
    """Half width and half depth of the cuff as it is worn."""
    push_in: float
    """How far the sleeve is pushed up the arm."""

    def cap_curve(self, armhole_in: float) -> Floats:
        """From the shoulder to the armpit, as long as the armhole it is sewn into."""
        low, high = 0.5, armhole_in
        for _ in range(50):
            rise = (low + high) / 2
            curve = self._cap(rise)
            low, high = (rise, high) if length_in(curve) < armhole_in else (low, rise)
        return curve

    def _cap(self, rise_in: float) -> Floats:
        t = np.linspace(0, 1, 81)
        return np.stack([self.half_width_in * t, rise_in * t**1.35 * (2.2 - 1.2 * t)], axis=1)

    def under_curve(self, armpit: Floats) -> Floats:
        """The seam from the armpit to the cuff's end."""
        mid = (self.half_width_in * 0.35 + self.half_cuff_in * 0.65, 0.55 * self.length_in)
        wrist = (self.half_cuff_in, self.length_in - self.rib_in)
        return np.array([armpit, mid, wrist, (self.half_cuff_in, self.length_in)])


TEE_SLEEVE = Sleeve(
    length_in=25.4,
    half_width_in=6.3,
    half_cuff_in=3.9,
    rib_in=2.4,
    cuff_gather=0.88,
    cuff_radius=(1.22, 0.94),
    push_in=0.4,
)
FLEECE_SLEEVE = Sleeve(
    length_in=26.0,
    half_width_in=7.2,
    half_cuff_in=4.6,
    rib_in=3.2,
    cuff_gather=0.80,
    cuff_radius=(1.55, 0.80),
    push_in=1.5,
)
