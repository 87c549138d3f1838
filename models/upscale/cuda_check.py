"""Holds a way of running a network to the plain network in float32, before it is trusted with pictures."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import nn

from imaging.types import Pixels
from models.base import EngineError

LEAST_PSNR_DB = 50.0
"""Against the float32 network; half precision on real pictures gives 50 to 60. It bounds the mean difference,
too: by 0.8 levels of 255."""

CHECK_SIZES_PX = ((64, 128), (40, 100), (23, 31))
"""Heights and widths of the tiles compared: one fills its canvas, two share one and so are masked. No canvas
is square, for what is compiled for a square would be compiled again for the first that is none."""


def scene(height: int, width: int) -> Pixels:
    """A drawing with what pictures have: gradients, a disc's edge, thin bars, grain. (h, w, 3) uint8."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    ground = np.stack((60 + 120 * x / width, 90 + 100 * y / height, 200 - 120 * x / width), axis=2)
    disc = (x - 0.4 * width) ** 2 + (y - 0.45 * height) ** 2 < (0.3 * min(height, width)) ** 2
    ground[disc] = (200, 30, 50)
    bars = (y > 0.7 * height) & ((x.astype(int) // 3) % 2 == 0)
    ground[bars] = (245, 240, 225)
    grain = np.random.default_rng(7).normal(0, 3, ground.shape)
    pixels: Pixels = np.clip(np.rint(ground + grain), 0, 255).astype(np.uint8)
    return pixels


def reference(network: nn.Module, tile: Pixels, *, device: torch.device) -> Pixels:
    """What the float32 network makes of one tile, without TensorFloat-32 shortcuts: (4h, 4w, 3) uint8."""
    x = torch.from_numpy(tile).to(device).permute(2, 0, 1)[None].float() / 255
    with torch.inference_mode(), torch.backends.cudnn.flags(enabled=True, allow_tf32=False):
        output = network(x)[0].permute(1, 2, 0)
    pixels: Pixels = (output.clamp(0, 1) * 255).round().to(torch.uint8).cpu().numpy()
    return pixels


def psnr_db(actual: Pixels, expected: Pixels) -> float:
    """Peak signal-to-noise ratio of two 8-bit images, at most 138."""
    error = float(np.mean((actual.astype(np.float64) - expected) ** 2))
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


def check(
    run: Callable[[Sequence[Pixels]], Sequence[Pixels]],
    *,
    tiles: Sequence[Pixels],
    expected: Sequence[Pixels],
) -> float:
    """Compare a way of running the network with what is expected of it, on every tile.

    Returns:
        The lowest PSNR, dB.

    Raises:
        EngineError: It is not close enough, or of another shape.
    """
    lowest = float("inf")
    for got, wanted in zip(run(tiles), expected, strict=True):
        if got.shape != wanted.shape:
            raise EngineError(f"gave {got.shape} where {wanted.shape} was expected")
        quality = psnr_db(got, wanted)
        if quality < LEAST_PSNR_DB:
            raise EngineError(f"is {quality:.1f} dB from float32")
        lowest = min(lowest, quality)
    return lowest
