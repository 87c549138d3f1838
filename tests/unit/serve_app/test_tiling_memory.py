"""What a large enlargement takes beside its source and its result."""

import os
import subprocess
import sys

import numpy as np

from serve_app.__main__ import PROCESS_ENVIRONMENT

SCRIPT = """
import asyncio
import cv2, numpy as np
from serve_app.tiling import upscale_tiled
from models.base import TileRules
from dataclasses import replace
from tests.local_engines import info
from tests.peak_memory import peak_mb, resident_mb

INFO = replace(info("stand-in", task="upscale", scale=4), tile=TileRules(192, 16, 1))

async def cubic(tile):
    return cv2.resize(tile, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)

def enlarge(pixels, side_px):
    work = upscale_tiled(
        pixels, info=INFO, submit=cubic, tiles_in_flight=4, width_px=side_px, height_px=side_px
    )
    return asyncio.run(work).pixels

grain = np.random.default_rng(1).integers(90, 110, (1000, 1000, CHANNELS), np.uint8)
enlarge(grain[:300, :300], 400)  # libraries and threads
before = resident_mb()
result = enlarge(grain, 7000)
print(peak_mb() - before, result.nbytes / 1e6)
"""


def growth(channels: int) -> tuple[float, float]:
    """Peak memory that an enlargement from 1 to 49 megapixels adds, and the size of its result, MB."""
    script = SCRIPT.replace("CHANNELS", str(channels))
    environment = os.environ | PROCESS_ENVIRONMENT
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment
    )
    peak_mb, result_mb = run.stdout.split()
    return float(peak_mb), float(result_mb)


def test_large_results_are_made_in_strips() -> None:
    """One row of tiles is held beside the result, not the network's own output nor anything in floats."""
    peak_mb, result_mb = growth(channels=3)
    assert result_mb > 140
    assert peak_mb < result_mb + 90


def test_transparent_ones_too() -> None:
    """With alpha the strips are floats, the whole is not."""
    peak_mb, result_mb = growth(channels=4)
    assert peak_mb < result_mb + 200


def test_a_large_parent_does_not_hide_growth() -> None:
    """A process's peak is its own, whatever the size of the one that started it."""
    ballast = np.ones(400_000_000, np.uint8)
    script = "from tests.peak_memory import peak_mb; print(peak_mb())"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert float(run.stdout) < ballast.nbytes / 1e6 / 2
