"""Real weights: engines and tiles against the same network run eagerly, whole and in float32."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw, ImageFont
from skimage import data

from imaging.tiles import plan_tiles, stitch
from imaging.types import Pixels
from models.base import UpscaleEngine
from models.registry import names
from models.upscale.cuda_check import psnr_db
from models.upscale.load import CPU_BACKENDS, Backend, load_network, load_upscaler
from tests.real_weights import folder_with

pytestmark = pytest.mark.weights
THREADS = 2


def face() -> Pixels:
    """A photographed face, 72 x 144 (NASA's portrait of Eileen Collins, which scikit-image ships)."""
    return np.ascontiguousarray(data.astronaut()[76:148, 158:302])


def graphic() -> Pixels:
    """A drawn crest with letters whose counters are a few pixels wide, 72 x 144."""
    drawn = Image.new("RGB", (576, 288), "white")
    draw = ImageDraw.Draw(drawn)
    draw.ellipse((40, 10, 536, 278), fill="#0b3d91")
    draw.ellipse((76, 30, 500, 258), fill="white")
    draw.polygon([(288, 40), (450, 130), (360, 250), (216, 250), (126, 130)], fill="#c8102e")
    draw.text((288, 150), "B8", font=ImageFont.load_default(size=110), fill="#ffd100", anchor="mm")
    return np.asarray(drawn.resize((144, 72), Image.Resampling.LANCZOS))


PICTURES = {"face": face, "graphic": graphic}


@cache
def reference(name: str, picture: str, *, weights_dir: Path) -> Pixels:
    """The whole picture through the plain float32 network."""
    image = PICTURES[picture]()
    torch.set_num_threads(THREADS)
    network = load_network(name, weights_dir=weights_dir)
    with torch.inference_mode():
        output = network(torch.from_numpy(image.copy()).permute(2, 0, 1)[None].float() / 255)
    return (output[0].clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy()


def tiled(engine: UpscaleEngine, image: Pixels) -> Pixels:
    """The image in two tiles or more that share what the engine asks for."""
    rules = engine.info.tile
    size = -(-(image.shape[1] + rules.overlap_px) // 2 // rules.multiple_px) * rules.multiple_px
    plan = plan_tiles(*image.shape[:2], size=size, overlap=rules.overlap_px, multiple=rules.multiple_px)
    assert plan.count > 1
    tiles = (engine.run([plan.cut(image, index)])[0] for index in range(plan.count))
    return stitch(plan, tiles, scale=engine.info.scale, channels=3)


@pytest.fixture(scope="module")
def weights(weights_dir: Path) -> Path:
    """The weights folder, when every upscaler is in it."""
    return folder_with(names("upscale"), weights_dir=weights_dir)


@pytest.mark.parametrize("name", names("upscale"))
def test_tiled_engine_agrees_with_the_reference(name: str, weights: Path) -> None:
    """In tiles and the engine's own arithmetic, a face and a crest are within 50 dB of the reference."""
    engine = load_upscaler(name, weights_dir=weights, device="cpu", threads=THREADS)
    for picture, draw in PICTURES.items():
        expected = reference(name, picture, weights_dir=weights)
        assert psnr_db(tiled(engine, draw()), expected) >= 50


@pytest.mark.parametrize("backend", CPU_BACKENDS)
@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("name", names("upscale"))
def test_every_backend_is_faithful(name: str, picture: str, backend: Backend, weights: Path) -> None:
    """Whole, a face and a crest are within 50 dB of float32."""
    engine = load_upscaler(name, weights_dir=weights, device="cpu", threads=THREADS, backend=backend)
    expected = reference(name, picture, weights_dir=weights)
    actual = engine.run([PICTURES[picture]()])[0]
    assert actual.shape == expected.shape
    assert psnr_db(actual, expected) >= 50


@pytest.mark.parametrize("name", names("upscale"))
def test_engine_describes_itself(name: str, weights: Path) -> None:
    """An engine names its weights' hash, licence and cost, and its tiles are legal."""
    info = load_upscaler(name, weights_dir=weights, device="cpu", threads=THREADS).info
    assert (info.name, info.task, info.scale, info.channels) == (name, "upscale", 4, 3)
    assert len(bytes.fromhex(info.version)) == 6
    assert info.licence == "BSD-3-Clause"
    assert info.tile.size_px % info.tile.multiple_px == 0
    assert info.tile.overlap_px * 2 <= info.tile.size_px
