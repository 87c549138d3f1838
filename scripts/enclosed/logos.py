"""Logos whose alpha is known: the SVGs of the npm package `@iconify-json/logos` (CC0), rendered."""

import hashlib
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import typst
from PIL import Image

from imaging.types import Color, Pixels

SIDE_PX, MARGIN_PX = 512, 24
_LONGEST_SVG = 60_000
"""Longer bodies take the renderer too long."""
_VARIANT = re.compile(
    r"(-(icon|dark|light|alt|logo|wordmark|square|round|old|new|\d+|text|horizontal|vertical|mark|h|v))+$"
)


def logos(icons_json: Path, cache: Path) -> Iterator[tuple[str, Pixels]]:
    """Name and (H, W, 4) pixels of each logo, longer side `SIDE_PX` and a clear margin.

    Args:
        icons_json: of the npm package.
        cache: where the renderings are kept as PNG.
    """
    cache.mkdir(parents=True, exist_ok=True)
    package = json.loads(icons_json.read_text(encoding="utf-8"))
    size = package.get("width", 256), package.get("height", 256)
    for name, icon in sorted(package["icons"].items()):
        file = cache / f"{name}.png"
        if not file.exists() and len(icon["body"]) <= _LONGEST_SVG:
            _render(icon, default_size=size).save(file, compress_level=1)
        if file.exists():
            pixels = np.asarray(Image.open(file))
            if pixels[..., 3].max() > 0 and min(pixels.shape[:2]) > MARGIN_PX * 2 + 12:
                yield name, pixels


def _render(icon: dict[str, float | str], *, default_size: tuple[float, float]) -> Image.Image:
    width, height = float(icon.get("width", default_size[0])), float(icon.get("height", default_size[1]))
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{icon.get("left", 0)} {icon.get("top", 0)} {width} {height}">{icon["body"]}</svg>'
    )
    scale = SIDE_PX / max(width, height)
    page = (
        f"#set page(width: {width * scale + 2 * MARGIN_PX}pt, height: {height * scale + 2 * MARGIN_PX}pt, "
        f"margin: {MARGIN_PX}pt, fill: none)\n"
        f'#image(bytes(sys.inputs.svg), format: "svg", width: {width * scale}pt, height: {height * scale}pt)'
    )
    png = typst.compile(page.encode(), format="png", ppi=72, sys_inputs={"svg": svg})
    return Image.open(io.BytesIO(png)).convert("RGBA")


def half_of(name: str) -> int:
    """0 (to fit) or 1 (to measure); a logo's variants fall into the same half."""
    return _number(_VARIANT.sub("", name)) % 2


def fold_of(name: str, folds: int) -> int:
    """One of `folds` folds of the fitting half; a logo's variants fall into the same fold."""
    return _number("fold " + _VARIANT.sub("", name)) % folds


def _number(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def on_ground(logo: Pixels, ground: Color) -> Pixels:
    """The logo composited on a plain colour, (H, W, 3)."""
    alpha = logo[..., 3:].astype(np.float32) / 255
    mixed: Pixels = np.rint(logo[..., :3] * alpha + np.array(ground, np.float32) * (1 - alpha)).astype(
        np.uint8
    )
    return mixed
