"""The GPU benchmark where there is no GPU: what it refuses, and how its figures would read."""

import importlib
import subprocess
import sys

import pytest
import torch

from bench import gpu
from bench.gpu_report import Candidate, Ceilings, Model, Part, Report, section
from configs.settings import REPOSITORY

CEILINGS = Ceilings(matmul_tflops=800.0, copy_tb_s=4.3)
EAGER = Candidate("eager", 54.5, {1: 0.040, 4: 0.120})
FUSED = Candidate("triton 128x64 rows", 56.1, {1: 0.020, 4: 0.100})
BROKEN = Candidate("compiled", None, {}, out="out: no | compiler\nat all")


def report(*, reference_s: float | None = 0.1, request_s: float | None = 0.05) -> Report:
    """A report with figures that are easy to divide."""
    model = Model(
        name="realesrgan-x4plus",
        tflop=8.0,
        candidates=[EAGER, FUSED, BROKEN],
        reference_s=reference_s,
        engine_s=0.025,
        absent="" if reference_s else "its import failed",
    )
    return Report(
        device="Some GPU, driver 1.2.3",
        command="python -m bench.gpu",
        date="2026-01-02",
        ceilings=CEILINGS,
        models=[model],
        parts=[Part("encode", 0.0123, "9.9 MB"), Part("served", None, "Ray is not installed")],
        request_s=request_s,
    )


def test_times_and_shares() -> None:
    """Each way has its time per image, alone and in its best batch, and its share of the measured ceiling."""
    text = section(report())
    assert "| realesrgan-x4plus | eager | 54.5 | 40.00 | 25% | 30.00 (4) | 33% |" in text
    assert "| realesrgan-x4plus | triton 128x64 rows | 56.1 | 20.00 | 50% | 20.00 (1) | 50% |" in text
    assert "| realesrgan-x4plus | compiled | out: no / compiler at all |" in text


def test_provenance() -> None:
    """The section says when, with which command and on which device it was measured."""
    text = section(report())
    assert "Measured 2026-01-02 with `python -m bench.gpu` on Some GPU, driver 1.2.3." in text
    assert "800 TFLOP/s" in text
    assert "4.30 TB/s" in text


def test_aims() -> None:
    """The fastest way is held to the aims; what misses one says by how much."""
    text = section(report())
    assert "| an image | met (20 ms, aim <= 25 ms) |" in text
    assert "| against `RealESRGANer` in half precision | met (4x, aim >= 2.5x) |" in text
    assert "missed by 25% (2.5x, aim <= 2x)" in text


def test_what_was_not_measured_is_said() -> None:
    """Without the authors' pipeline and without a request the rows say so instead of showing a figure."""
    text = section(report(reference_s=None, request_s=None))
    assert "its import failed" in text
    assert text.count("| not measured |") == 3
    assert "| served | not measured | Ray is not installed |" in text


@pytest.mark.skipif(torch.cuda.is_available(), reason="a CUDA device answers")
def test_without_a_device_nothing_is_written() -> None:
    """Where no device answers, the exit code is 2, the sentence is plain, and the page stays as it was."""
    before = gpu.PAGE.read_bytes() if gpu.PAGE.exists() else None
    done = subprocess.run(
        [sys.executable, "-m", "bench.gpu"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == gpu.NO_DEVICE
    assert done.stderr.strip() == gpu.REFUSAL
    assert not done.stdout
    assert (gpu.PAGE.read_bytes() if gpu.PAGE.exists() else None) == before


@pytest.mark.parametrize("name", ["gpu_device", "gpu_networks", "gpu_around"])
def test_every_part_imports_without_a_device(name: str) -> None:
    """What measures is importable anywhere: the device is asked for when it runs."""
    assert importlib.import_module(f"bench.{name}").__doc__
