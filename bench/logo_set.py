"""Logos whose truth is known: the SVGs of the npm package `@iconify-json/logos` (CC0), rendered and spoilt.

Only names whose SHA-1 is a multiple of four are ever rendered; the others stay unseen, here as in the fitting
of `imaging/logo/enclosed.json`, so that somebody else can check with them.
"""

import hashlib
import io
import json
import re
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import resvg_py
from PIL import Image

from imaging.types import Color, Pixels

PACKAGE = "@iconify-json/logos@1.2.19"
SIDE_PX, MARGIN_PX = 512, 24
"""Longer side of a rendering, and the clear margin around it."""
_SHARE = 4
_LEAST_SIDE_PX = 12
"""A thinner strip is no logo."""
_VARIANT = re.compile(
    r"(-(icon|dark|light|alt|logo|wordmark|square|round|old|new|\d+|text|horizontal|vertical|mark|h|v))+$"
)
_GROUNDS: tuple[Color, ...] = (
    (30, 110, 80), (0, 90, 160), (200, 16, 46), (244, 169, 0), (128, 128, 128), (95, 50, 140), (20, 33, 61),
    (120, 200, 230), (250, 225, 190), (230, 90, 140), (70, 70, 70), (150, 200, 60),
)  # fmt: skip
_CLOSEST = 60.0
"""sRGB distance that a coloured ground keeps from every colour of the logo."""
WHITE: Color = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Logo:
    """One logo, and its drawing at any size."""

    name: str
    body: str
    view: tuple[float, float, float, float]
    """left, top, width, height of the drawing."""

    @property
    def paths(self) -> int:
        """How many things the SVG draws."""
        return len(re.findall(r"<(?:path|circle|ellipse|rect|polygon|polyline|line|use|image)\b", self.body))

    @property
    def stem(self) -> str:
        """The name that a logo shares with its variants."""
        return _VARIANT.sub("", self.name)

    def render(self, *, scale: float = 1.0) -> Pixels:
        """(H, W, 4) straight RGBA, longer side `SIDE_PX` and `MARGIN_PX` around, all times `scale`."""
        left, top, width, height = self.view
        margin = MARGIN_PX * max(width, height) / SIDE_PX
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="'
            f'{left - margin} {top - margin} {width + 2 * margin} {height + 2 * margin}">{self.body}</svg>'
        )
        side = SIDE_PX + 2 * MARGIN_PX
        width_px = max(
            1, round(side * scale * min(1.0, (width + 2 * margin) / (max(width, height) + 2 * margin)))
        )
        with Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width_px)))) as image:
            return np.asarray(image.convert("RGBA"))


def allowed(name: str) -> bool:
    """Whether a logo may be looked at."""
    return int(hashlib.sha1(name.encode()).hexdigest(), 16) % _SHARE == 0  # noqa: S324 - a lottery, no secret


def fetched(folder: Path) -> Path:
    """The package's `icons.json`, downloaded into a folder by npm unless it lies there.

    Raises:
        RuntimeError: npm is missing or cannot download it.
    """
    icons = folder / "package" / "icons.json"
    if not icons.exists():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            run = subprocess.run(
                ["npm", "pack", PACKAGE, "--silent"], cwd=folder, check=True, capture_output=True, text=True
            )
        except (OSError, subprocess.CalledProcessError) as error:
            raise RuntimeError(f"npm cannot fetch {PACKAGE}: {error}") from error
        with tarfile.open(folder / run.stdout.split()[-1]) as archive:
            archive.extract("package/icons.json", folder, filter="data")
    return icons


def logos(icons_json: Path) -> list[Logo]:
    """The logos that may be looked at, by name."""
    package: dict[str, Any] = json.loads(icons_json.read_text(encoding="utf-8"))
    size = package.get("width", 16), package.get("height", 16)
    found = []
    for name, icon in sorted(package["icons"].items()):
        width, height = float(icon.get("width", size[0])), float(icon.get("height", size[1]))
        if allowed(name) and min(width, height) / max(width, height) * SIDE_PX > _LEAST_SIDE_PX:
            view = float(icon.get("left", 0)), float(icon.get("top", 0)), width, height
            found.append(Logo(name, icon["body"], view))
    return found


def rendered(found: list[Logo], *, scale: float = 1.0) -> Iterator[tuple[Logo, Pixels]]:
    """Each logo with its truth; those that draw nothing are left out."""
    for logo in found:
        truth = logo.render(scale=scale)
        if truth[..., 3].max() > 0:
            yield logo, truth


def on_ground(logo: Pixels, ground: Color) -> Pixels:
    """The logo composited on a plain colour, (H, W, 3)."""
    alpha = logo[..., 3:].astype(np.float32) / 255
    mixed = logo[..., :3] * alpha + np.array(ground, np.float32) * (1 - alpha)
    return np.rint(mixed).astype(np.uint8)


def coloured_ground(name: str, truth: Pixels) -> Color:
    """A ground that is no colour of the logo: from the name's lot on, the first that keeps its distance."""
    solid = np.unique(truth[truth[..., 3] > 0][:, :3], axis=0).astype(np.float32)
    turn = int(hashlib.sha256(name.encode()).hexdigest(), 16) % len(_GROUNDS)
    grounds = _GROUNDS[turn:] + _GROUNDS[:turn]
    apart = [float(np.linalg.norm(solid - np.array(ground, np.float32), axis=1).min()) for ground in grounds]
    far = next((i for i, distance in enumerate(apart) if distance >= _CLOSEST), int(np.argmax(apart)))
    return grounds[far]


def halved(truth: Pixels) -> Pixels:
    """The truth at half its size, each pixel the mean of four, colours weighed by alpha."""
    height, width = (side // 2 * 2 for side in truth.shape[:2])
    layer = truth[:height, :width].astype(np.float32)
    layer[..., :3] *= layer[..., 3:] / 255
    half = cv2.resize(layer, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    straight = half[..., :3] * 255 / np.maximum(half[..., 3:], 1e-3)
    return np.clip(np.rint(np.dstack([straight, half[..., 3]])), 0, 255).astype(np.uint8)


def as_jpeg(rgb: Pixels, *, quality: int = 40) -> Pixels:
    """The picture after lossy compression with halved chroma, as most tools write it."""
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "JPEG", quality=quality)
    with Image.open(file) as image:
        return np.asarray(image.convert("RGB"))
