"""What seams, threads and wear do to cloth, as relief and tone."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter, map_coordinates
from scipy.spatial import cKDTree

from garments.mesh import resample

Image = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Details:
    """Both (H, W)."""

    relief: Image
    """Inches above the cloth."""
    tone: Image
    """Linear-light factor on the cloth's own colour."""


def near(uv: Floats, curve: Floats, reach_in: float) -> tuple[Floats, Floats]:
    """Distance to a curve (inf past `reach_in`) and arc length along it of the nearest point."""
    line = resample(curve, 0.01)
    distance, index = cKDTree(line).query(uv, distance_upper_bound=reach_in)
    return distance, np.minimum(index, len(line) - 1) * 0.01


def ridge(distance: Floats, at_in: float, half_in: float) -> Floats:
    """A bump along the line `at_in` from a curve, 1 at its top."""
    return np.exp(-(((distance - at_in) / half_in) ** 2))


def stitches(distance: Floats, arc: Floats, at_in: float) -> tuple[Floats, Floats]:
    """One row of lockstitch: 9 to the inch, each a small loaf of thread sunk into the cloth."""
    row = ridge(distance, at_in, 0.020)
    dash = np.clip(0.5 + 1.6 * np.cos(2 * np.pi * arc * 9.0), 0, 1)
    sunk = ridge(distance, at_in, 0.07)
    return 0.016 * row * dash - 0.012 * sunk, 1.0 - 0.16 * row * (1 - dash) - 0.05 * sunk


def pucker(arc: Floats, seed: float) -> Floats:
    """Uneven gathers along a seam, between -1 and 1."""
    waves = ((2.3, 0.4), (3.7, 1.9), (5.9, 4.1), (1.1, 2.7))
    return np.asarray(np.mean([np.sin(f * 2 * np.pi * arc * 0.55 + p * seed) for f, p in waves], axis=0))


def ripple(uv: Floats, *, seed: int) -> Floats:
    """The cloth's memory of having been folded and worn: very shallow dents of half an inch and more."""
    rng = np.random.default_rng(seed)
    raised = np.zeros(len(uv))
    for size_in, height_in in ((0.45, 0.0016), (0.9, 0.006), (2.0, 0.022)):
        dents = gaussian_filter(rng.normal(0, 1, (int(44 / size_in), int(44 / size_in))), 0.8)
        raised += height_in * map_coordinates(dents, (uv.T + np.array([[20], [4]])) / size_in, order=3)
    return raised
