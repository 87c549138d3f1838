"""One level of foreground estimation: two layers that mix to the image, smooth where alpha varies."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Layers: TypeAlias = tuple[Floats, Floats]
"""Subject and background, each (H, W, 3) float32, 0-1."""

_LEAST_WEIGHT = np.float32(1e-5)
"""Smoothness that is asked for even where alpha does not vary (the paper's epsilon)."""
_SIDES = ((0, 1), (2, 1), (1, 0), (1, 2))
"""Rows and columns by which the four neighbours lie in a plane that has a border of one pixel."""


def settle(image: Floats, alpha: Floats, layers: Layers, *, rounds: int) -> Layers:
    """Bring both layers nearer to the solution.

    Each round takes every pixel's neighbours as given and solves for its own two colours (Jacobi): they are
    the neighbours' weighted mean, moved so that they mix to the image.

    Args:
        image: (H, W, 3), 0-1.
        alpha: (H, W), 0-1.
        layers: What is known so far.
        rounds: How often; a pixel hears of others that many pixels away.
    """
    height, width = alpha.shape
    weights = _weights(alpha)
    total = weights.sum(axis=0)
    shares, clear = weights / total, 1 - alpha
    pull = 1 / (alpha * alpha + clear * clear + total)
    # Planes of one channel each: NumPy is slow where the innermost axis holds three numbers.
    picture = np.ascontiguousarray(image.transpose(2, 0, 1))
    state = np.empty((6, height + 2, width + 2), np.float32)
    inside = state[:, 1:-1, 1:-1]
    inside[:3], inside[3:] = (layer.transpose(2, 0, 1) for layer in layers)
    for _ in range(rounds):
        mean = _neighbours(state, shares)
        rest = picture - alpha * mean[:3]
        rest -= clear * mean[3:]
        rest *= pull
        mean[:3] += alpha * rest
        mean[3:] += clear * rest
        np.clip(mean, 0, 1, out=inside)
    subject, behind = (inside[part].transpose(1, 2, 0) for part in (slice(0, 3), slice(3, 6)))
    return subject, behind


def _weights(alpha: Floats) -> Floats:
    """(4, H, W): how much each neighbour is to be like the pixel, more where alpha changes between them."""
    height, width = alpha.shape
    padded = np.pad(alpha, 1, mode="edge")
    steps = [alpha - padded[row : row + height, column : column + width] for row, column in _SIDES]
    return np.abs(np.stack(steps)) + _LEAST_WEIGHT


def _neighbours(state: Floats, shares: Floats) -> Floats:
    """The weighted mean of the four neighbours; the border of `state` repeats what is inside of it."""
    height, width = shares.shape[1:]
    state[:, 0], state[:, -1] = state[:, 1], state[:, -2]
    state[:, :, 0], state[:, :, -1] = state[:, :, 1], state[:, :, -2]
    mean: Floats = shares[0] * state[:, 0:height, 1 : 1 + width]
    term = np.empty_like(mean)
    for share, (row, column) in zip(shares[1:], _SIDES[1:], strict=True):
        np.multiply(share, state[:, row : row + height, column : column + width], out=term)
        mean += term
    return mean


def unmixed(image: Floats, opacity: Floats, layers: Layers) -> Floats:
    """The subject's colour nearest to `layers` that mixes to the image exactly.

    Args:
        image: (H, W, 3), 0-1.
        opacity: (H, W, 3), alpha in every channel, 0-1.
        layers: Both layers, from half of the size.
    """
    subject, behind = layers
    clear = 1 - opacity
    rest = image - opacity * subject
    rest -= clear * behind
    rest *= opacity
    rest /= opacity * opacity + clear * clear
    rest += subject
    return np.clip(rest, 0, 1, out=rest)
