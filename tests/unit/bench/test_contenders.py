"""What upscaling is compared with: cutting, fidelity, and the authors' packages behind bare folders."""

import importlib
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from bench.engines import SCALE, network_megapixels, tiled
from bench.reference import _importable
from bench.upscale import ROUNDS, difference
from imaging.types import Pixels
from models.base import TileRules
from models.registry import names

RULES = TileRules(size_px=32, overlap_px=8, multiple_px=1)


def noise(side: int) -> Pixels:
    """Pixels of every value."""
    return np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)


def nearest(pixels: Pixels) -> Pixels:
    """The simplest enlargement: every pixel, as a square."""
    return pixels.repeat(SCALE, axis=0).repeat(SCALE, axis=1)


def test_tiles_make_the_whole() -> None:
    """An enlargement that sees one pixel only is the same in tiles and whole."""
    image = noise(75)
    assert np.array_equal(tiled(image, nearest, rules=RULES), nearest(image))


def test_network_megapixels_count_overlaps() -> None:
    """A small image is seen once; a large one's shared pixels count for every tile they are in."""
    assert network_megapixels(noise(32), RULES) == pytest.approx(32 * 32 / 1e6)
    assert network_megapixels(noise(56), RULES) == pytest.approx(4 * 32 * 32 / 1e6)


def test_difference_of_equal_images_is_none() -> None:
    """Equal images have an infinite ratio and no difference."""
    assert difference(noise(8), noise(8)) == (math.inf, 0.0)


def test_difference_of_one_step() -> None:
    """One step of 255 everywhere, up or down, is 48.13 dB."""
    image = noise(8).clip(1, 254)
    step = np.where(np.arange(8)[:, None, None] % 2, 1, -1)
    psnr_db, mean = difference((image + step).astype(np.uint8), image)
    assert (round(psnr_db, 2), mean) == (48.13, 1.0)


def test_every_upscaler_is_measured() -> None:
    """Each effort measures every model that there is."""
    for rounds in ROUNDS.values():
        assert {model for model, _ in rounds} == set(names("upscale"))


@pytest.fixture
def modules() -> Iterator[dict[str, ModuleType]]:
    """The modules imported before a test; what it adds is taken out again."""
    before = dict(sys.modules)
    yield before
    for name in set(sys.modules) - set(before):
        del sys.modules[name]


def test_packages_are_passed_over(tmp_path: Path, modules: dict[str, ModuleType]) -> None:
    """A file is imported though its package's own start fails, and afterwards no torchvision is pretended."""
    utils = tmp_path / "basicsr" / "utils"
    utils.mkdir(parents=True)
    for package in (utils, utils.parent):
        (package / "__init__.py").write_text("raise ImportError('as it does today')\n", encoding="utf-8")
    (utils / "logger.py").write_text("import torchvision\ndef get_root_logger(): ...\n", encoding="utf-8")
    (utils / "wanted.py").write_text("from basicsr.utils import get_root_logger\n", encoding="utf-8")
    with _importable(tmp_path):
        assert importlib.import_module("basicsr.utils.wanted").get_root_logger() is None
    assert sys.modules.get("torchvision") is modules.get("torchvision")
