"""SSIM of a written file against the pixels that it was written from.

Structural similarity (Wang, Bovik, Sheikh and Simoncelli, IEEE TIP 2004) as it was published: luma, Gaussian
windows with a sigma of 1.5 px, K1 0.01, K2 0.03, range 255, mean over all windows that lie inside. Of a large
image only bands of rows are looked at: the same mean, from fewer windows.
"""

import cv2
import numpy as np
import numpy.typing as npt

from imaging.types import Pixels

WINDOW_PX, SIGMA_PX = 11, 1.5
MARGIN_PX = WINDOW_PX // 2
STEADY_LIGHT, STEADY_CONTRAST = (0.01 * 255) ** 2, (0.03 * 255) ** 2
BAND_PX = 64
LOOKED_AT_PX = 600_000
"""Pixels of an image that are compared at most, about."""
Plane = npt.NDArray[np.float32]


class Reference:
    """One image that files are compared with; what does not depend on the file is computed once.

    Args:
        pixels: (H, W, 3) or (H, W, 4) uint8. A transparent image is compared on black or on white, whichever
            is further from what is seen of it.
        tile_px: Side of the tiles that the image is put together of; windows across their borders, where no
            picture is, do not count. None for an image in one piece.
    """

    def __init__(self, pixels: Pixels, *, tile_px: int | None = None) -> None:
        self.ground = _ground(pixels)
        self._tile_px = tile_px
        self._bands = [slice(None)] if tile_px else bands(*pixels.shape[:2])
        lumas = [luma(pixels[rows], self.ground) for rows in self._bands]
        self._kept = [(plane, *self._moments(plane)) for plane in lumas]

    def score(self, decoded: Pixels) -> float:
        """SSIM, up to 1.

        Args:
            decoded: (H, W), (H, W, 3) or (H, W, 4) uint8 of the same size, in RGB order; (H, W) is luma.
        """
        maps = []
        for rows, (plane, mean, variance) in zip(self._bands, self._kept, strict=True):
            other = luma(decoded[rows], self.ground)
            other_mean, other_variance = self._moments(other)
            covariance = _blurred(plane * other) - mean * other_mean
            light = (2 * mean * other_mean + STEADY_LIGHT) / (mean**2 + other_mean**2 + STEADY_LIGHT)
            contrast = (2 * covariance + STEADY_CONTRAST) / (variance + other_variance + STEADY_CONTRAST)
            maps.append(self._inside(light * contrast))
        return float(sum(part.sum(dtype=np.float64) for part in maps) / sum(part.size for part in maps))

    def _moments(self, plane: Plane) -> tuple[Plane, Plane]:
        mean = _blurred(plane)
        return mean, _blurred(plane * plane) - mean * mean

    def _inside(self, scores: Plane) -> Plane:
        """The scores whose windows lie inside the image, or inside a tile; all of a tiny image's."""
        height, width = scores.shape
        if side := self._tile_px:
            tiles = scores.reshape(height // side, side, width // side, side)
            return tiles[:, MARGIN_PX:-MARGIN_PX, :, MARGIN_PX:-MARGIN_PX]
        down, across = (MARGIN_PX if size > 2 * WINDOW_PX else 0 for size in (height, width))
        return scores[down : height - down, across : width - across]


def bands(height: int, width: int) -> list[slice]:
    """Rows to look at: all of them, or bands at even distances that have about `LOOKED_AT_PX` pixels."""
    step = height * width / LOOKED_AT_PX
    count = int(height / (BAND_PX * max(step, 1.0)))
    if step <= 1 or count < 1:
        return [slice(0, height)]
    starts = np.linspace(0, height - BAND_PX, count).round().astype(int)
    return [slice(int(start), int(start) + BAND_PX) for start in starts]


def luma(pixels: Pixels, ground: int) -> Plane:
    """BT.601 luma, 0-255, of an image laid on a gray ground where it is transparent; (H, W) passes."""
    if pixels.ndim == 2:  # noqa: PLR2004 - luma already
        return pixels.astype(np.float32)
    gray = cv2.cvtColor(np.ascontiguousarray(pixels[..., :3]), cv2.COLOR_RGB2GRAY).astype(np.float32)
    if pixels.shape[2] == 3:  # noqa: PLR2004 - channels
        return gray
    return np.asarray(ground + (gray - ground) * (pixels[..., 3].astype(np.float32) / 255), np.float32)


def _blurred(plane: Plane) -> Plane:
    size = (WINDOW_PX, WINDOW_PX)
    blurred = cv2.GaussianBlur(plane, size, SIGMA_PX, borderType=cv2.BORDER_REFLECT_101)
    return np.asarray(blurred, np.float32)


def _ground(pixels: Pixels) -> int:
    if pixels.shape[2] == 3:  # noqa: PLR2004 - channels
        return 0
    alpha = pixels[..., 3].astype(np.float32)
    light = float((luma(pixels[..., :3], 0) * alpha).sum() / max(float(alpha.sum()), 1.0))
    return 255 if light < 128 else 0  # noqa: PLR2004 - the middle of the range
