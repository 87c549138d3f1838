"""The qualities at which a peer's files are as close to their pixels as ours are."""

import base64
import math
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image
from skimage.metrics import structural_similarity

from bench.node_peer import NodePeer
from imaging.types import Pixels

FORMATS = ("avif", "webp", "jpeg")
TRIED = {"avif": (56, 70), "webp": (78, 88), "jpeg": (82, 91)}
"""Qualities between which, or near which, the matching one lies."""
MOST_STEPS = 3
"""Corrections after the two trials, of the files that still miss."""
Key = tuple[str, int]
Options = Mapping[str, Mapping[str, Any]]
"""More options of a format."""


def ssim_of(data: bytes, pixels: Pixels) -> float:
    """SSIM of a file, by scikit-image, with the settings of the paper of 2004 (its docstring names them)."""
    with Image.open(BytesIO(data)) as image:
        decoded = np.asarray(image.convert("RGB"))
    gray, other = (cv2.cvtColor(part, cv2.COLOR_RGB2GRAY) for part in (pixels, decoded))
    how = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 255}
    compare: Any = structural_similarity  # scikit-image has no types
    return float(compare(gray, other, **how))


@dataclass(frozen=True, slots=True)
class Matched:
    """A peer's set, each file as good as ours."""

    qualities: Mapping[Key, int]
    files: Mapping[Key, tuple[int, float]]
    """Bytes and SSIM by format and width."""
    options: Options

    @property
    def total(self) -> int:
        """Bytes of all files."""
        return sum(size for size, _ in self.files.values())

    def order(self, source: Path, *, only: str | None = None) -> dict[str, Any]:
        """What the peer is asked for; one format alone, where it is named."""
        return _order(source, self.qualities, self.options, only=only)


def match(
    peer: NodePeer, source: Path, ours: Mapping[Key, tuple[int, float]], *, options: Options
) -> Matched:
    """Find the qualities: two trials for each file, and what the lines through them lead to.

    Args:
        peer: `responsive.mjs`.
        source: The photograph's file.
        ours: Bytes and SSIM of our files.
        options: Of the peer's encoders.
    """
    seen: dict[Key, dict[int, tuple[int, float]]] = {key: {} for key in ours}
    for at in (0, 1):
        _add(seen, _made(peer, source, {key: TRIED[key[0]][at] for key in ours}, options))
    for _ in range(MOST_STEPS):
        wanted = {key: _nearest(seen[key], score) for key, (_, score) in ours.items()}
        missing = {key: quality for key, quality in wanted.items() if quality not in seen[key]}
        if not missing:
            break
        _add(seen, _made(peer, source, missing, options))
    chosen = {key: _best(seen[key], score) for key, (_, score) in ours.items()}
    return Matched(chosen, {key: seen[key][quality] for key, quality in chosen.items()}, options)


Made = dict[Key, tuple[int, int, float]]
"""Quality, bytes and SSIM."""


def _add(seen: dict[Key, dict[int, tuple[int, float]]], made: Made) -> None:
    for key, (quality, size, score) in made.items():
        seen[key][quality] = (size, score)


def _best(seen: Mapping[int, tuple[int, float]], wanted: float) -> int:
    """The quality whose SSIM is nearest."""
    return min(seen, key=lambda quality: abs(_loss(seen[quality][1]) - _loss(wanted)))


def _nearest(seen: Mapping[int, tuple[int, float]], wanted: float) -> int:
    """Where the line through the two nearest qualities has the SSIM that is wanted."""
    one, other = sorted(seen, key=lambda quality: abs(_loss(seen[quality][1]) - _loss(wanted)))[:2]
    losses = _loss(seen[one][1]), _loss(seen[other][1])
    return _between((one, other), losses, _loss(wanted))


def _made(peer: NodePeer, source: Path, qualities: Mapping[Key, int], options: Options) -> Made:
    """The peer's files, each against the peer's own reduction."""
    answer = peer.ask(**_order(source, qualities, options), keep=True)
    found = {}
    for size in answer["sizes"]:
        shape = (size["raw"]["height"], size["raw"]["width"], size["raw"]["channels"])
        pixels = np.frombuffer(base64.b64decode(size["pixels"]), np.uint8).reshape(shape)
        for kind, file in size["files"].items():
            score = ssim_of(base64.b64decode(file["data"]), pixels)
            key = kind, size["width"]
            found[key] = (qualities[key], file["bytes"], score)
    return found


def _order(
    source: Path, qualities: Mapping[Key, int], options: Options, *, only: str | None = None
) -> dict[str, Any]:
    widths = sorted({width for _, width in qualities})
    return {
        "source": str(source),
        "widths": [
            {
                "width": width,
                "formats": {
                    kind: {"quality": quality, **options[kind]}
                    for (kind, wide), quality in qualities.items()
                    if wide == width and only in (None, kind)
                },
            }
            for width in widths
        ],
    }


def _between(tried: tuple[int, int], losses: tuple[float, float], wanted: float) -> int:
    """The quality on the line through two trials, 1-100."""
    slope = (losses[1] - losses[0]) / (tried[1] - tried[0]) or -1e-6
    return min(max(round(tried[0] + (wanted - losses[0]) / slope), 1), 100)


def _loss(score: float) -> float:
    return math.log(max(1 - score, 1e-6))
