"""An enlargement around a network: what goes in as planes, what comes out at the exact size."""

from collections.abc import Awaitable, Callable

import numpy as np

from imaging.resize import fill_under_transparency, is_opaque, resize_exact
from imaging.types import Pixels

Network = Callable[[Pixels], Awaitable[Pixels]]
"""Upscales a whole (H, W, 3) image by the network's own scale."""


async def enlarge(pixels: Pixels, *, network: Network, width_px: int, height_px: int) -> Pixels:
    """Enlarge colour and alpha by the network, then resample to the exact size.

    Args:
        pixels: (H, W, 3) or (H, W, 4) uint8, straight alpha.
        network: Run once for the colour, and once for the alpha when there is any.
        width_px: Width of the result.
        height_px: Height of the result.

    Returns:
        (height_px, width_px, C) uint8, with the channels of the input.
    """
    if pixels.shape[2] == 3:  # noqa: PLR2004 - channels
        return resize_exact(await network(pixels), width_px=width_px, height_px=height_px)
    if is_opaque(pixels):
        color = await network(np.ascontiguousarray(pixels[..., :3]))
        return with_alpha(resize_exact(color, width_px=width_px, height_px=height_px), 255)
    color = await network(fill_under_transparency(pixels))
    matte = await network(np.repeat(pixels[..., 3:], 3, axis=2))
    alpha = resize_exact(np.ascontiguousarray(matte[..., 1]), width_px=width_px, height_px=height_px)
    return with_alpha(resize_exact(color, width_px=width_px, height_px=height_px), alpha)


def with_alpha(color: Pixels, alpha: Pixels | int) -> Pixels:
    """(H, W, 3) colour and an (H, W) matte, or one value for all, as (H, W, 4)."""
    result = np.empty((*color.shape[:2], 4), dtype=np.uint8)
    result[..., :3] = color
    result[..., 3] = alpha
    return result
