"""Whole images through real weights in the service's tiles: no seam, and the same image as in one piece."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from configs.settings import REPOSITORY
from imaging.fidelity import compare
from imaging.types import Pixels
from models.base import EngineInfo, TileRules, UpscaleEngine
from models.upscale.load import load_upscaler
from serve_app.tiling import upscale_tiled

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def engine(weights_dir: Path) -> UpscaleEngine:
    """The network for graphics."""
    return load_upscaler("realesr-animevideov3", weights_dir=weights_dir, device="cpu", threads=2)


async def enlarge(engine: UpscaleEngine, pixels: Pixels, *, tile_px: int | None = None) -> Pixels:
    """Four times as large, in the engine's own tiles or in others."""
    info: EngineInfo = engine.info
    if tile_px is not None:
        info = replace(info, tile=TileRules(size_px=tile_px, overlap_px=0, multiple_px=1))

    async def submit(tile: Pixels) -> Pixels:
        return engine.run([tile])[0]

    height, width = pixels.shape[0] * 4, pixels.shape[1] * 4
    result = await upscale_tiled(
        pixels, info=info, submit=submit, tiles_in_flight=2, width_px=width, height_px=height
    )
    assert result.resampled == 0
    assert (result.tiles > 1) == (tile_px is None)
    return result.pixels


def psnr_db(actual: Pixels, expected: Pixels) -> float:
    """Peak signal-to-noise ratio of two 8-bit images."""
    return float(10 * np.log10(255**2 / max(np.mean((actual.astype(np.float64) - expected) ** 2), 1e-9)))


def emblem() -> Pixels:
    """A transparent logo."""
    with Image.open(REPOSITORY / "examples" / "logos" / "emblem.png") as image:
        pixels = np.asarray(image.convert("RGBA").resize((300, 300), Image.Resampling.LANCZOS)).copy()
    pixels[:40, :, 3] = 0
    return pixels


@pytest.mark.parametrize("kind", ["photo", "transparent logo"])
async def test_tiles_do_not_show(engine: UpscaleEngine, kind: str) -> None:
    """In tiles or in one piece, the image is the same to 60 dB, and shrunk back it is its source."""
    pixels = np.ascontiguousarray(data.astronaut()[:300, 100:400]) if kind == "photo" else emblem()
    tiled, whole = await enlarge(engine, pixels), await enlarge(engine, pixels, tile_px=300)
    assert psnr_db(tiled, whole) >= 60
    fidelity = compare(pixels, tiled)
    assert fidelity.psnr_downscaled_db > 32
    assert fidelity.delta_e < 2
    assert fidelity.alpha_iou > 0.98


async def test_a_gradient_has_no_seam(engine: UpscaleEngine) -> None:
    """Along a slope over several tiles, neighbouring pixels differ by a level or two, seams or not."""
    slope = np.linspace(20, 230, 420).astype(np.uint8)
    pixels = np.ascontiguousarray(np.broadcast_to(slope[None, :, None], (90, 420, 3)))
    result = (await enlarge(engine, pixels)).astype(int)
    assert np.abs(np.diff(result, axis=1)).max() <= 3
    assert np.abs(np.diff(result, axis=0)).max() <= 2
    assert np.abs(result[180, ::4] - pixels[45].astype(int)).max() <= 3


async def test_a_brand_colour_stays_the_brand_colour(engine: UpscaleEngine) -> None:
    """Flat areas of saturated colour come back within two levels; the network alone is up to 14 off."""
    colors = [(200, 16, 46), (0, 48, 135), (255, 184, 28), (0, 122, 51)]
    pixels = np.zeros((280, 300, 3), np.uint8)
    for index, color in enumerate(colors):
        pixels[:, index * 75 : (index + 1) * 75] = color
    result = (await enlarge(engine, pixels)).astype(int)
    for index, color in enumerate(colors):
        middle = result[:, index * 300 + 40 : index * 300 + 260]
        assert np.abs(np.median(middle, axis=(0, 1)) - color).max() <= 1
        assert np.abs(middle - color).mean() <= 1.5
