"""The pictures that the decision on enclosed regions is fitted to: logos of `bench.logo_set` on grounds."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from bench.logo_set import WHITE, Logo, as_jpeg, halved, on_ground
from imaging.types import Color, Pixels

BLACK: Color = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Picture:
    """A logo as it may come in."""

    rgb: Pixels
    truth: Pixels
    """(H, W, 4) of the same size."""
    ground: Color


def pictures(truth: Pixels) -> Iterator[Picture]:
    """A rendering on white, on black, and on white at half its size after lossy compression."""
    yield Picture(on_ground(truth, WHITE), truth, WHITE)
    yield Picture(on_ground(truth, BLACK), truth, BLACK)
    half = halved(truth)
    yield Picture(as_jpeg(on_ground(half, WHITE)), half, WHITE)


def fold_of(logo: Logo, folds: int) -> int:
    """One of `folds` folds; a logo's variants fall into the same one."""
    return int(hashlib.sha256(f"fold {logo.stem}".encode()).hexdigest(), 16) % folds
