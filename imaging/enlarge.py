"""An enlargement around a network: colour through the network, alpha by its own way, at the exact size."""

import asyncio
from collections.abc import Awaitable, Callable

import numpy as np

from imaging.enlarge_alpha import enlarge_alpha
from imaging.resize import fill_under_transparency, is_opaque, resize_exact
from imaging.types import Mask, Pixels

Network = Callable[[Pixels], Awaitable[Pixels]]
"""Upscales a whole (H, W, 3) image by the network's own scale."""


async def enlarge(pixels: Pixels, *, network: Network, width_px: int, height_px: int) -> Pixels:
    """Enlarge colour by the network and alpha by `enlarge_alpha`, to the exact size.

    Args:
        pixels: (H, W, 3) or (H, W, 4) uint8, straight alpha.
        network: Run once, for the colour.
        width_px: Width of the result.
        height_px: Height of the result.

    Returns:
        (height_px, width_px, C) uint8, with the channels of the input.
    """
    size = {"width_px": width_px, "height_px": height_px}
    if pixels.shape[2] == 3:  # noqa: PLR2004 - channels
        return await asyncio.to_thread(resize_exact, await network(pixels), **size)
    if is_opaque(pixels):
        color = await network(np.ascontiguousarray(pixels[..., :3]))
        return with_alpha(await asyncio.to_thread(resize_exact, color, **size), 255)
    color = await network(await asyncio.to_thread(fill_under_transparency, pixels))
    resized = await asyncio.to_thread(resize_exact, color, **size)
    alpha = np.ascontiguousarray(pixels[..., 3])
    return with_alpha(resized, await asyncio.to_thread(enlarge_alpha, alpha, **size))


def with_alpha(color: Pixels, alpha: Mask | int) -> Pixels:
    """(H, W, 3) colour and an (H, W) matte, or one value for all, as (H, W, 4)."""
    result = np.empty((*color.shape[:2], 4), dtype=np.uint8)
    result[..., :3] = color
    result[..., 3] = alpha
    return result
