"""A CUDA device: its name, and what it does at best."""

import platform
import subprocess
from collections.abc import Callable

import torch

from bench.figures import median
from bench.gpu_report import Ceilings

MATRIX = 8192
"""Side of the matrices: large enough that launches and edges do not count."""
COPY_BYTES = 4 * 2**30
"""Many times any cache."""
UNCOUNTED, RUNS = 3, 20


def present() -> bool:
    """Whether a CUDA device answers."""
    return torch.cuda.is_available()


def described() -> str:
    """The device, its driver and the versions that ran on it."""
    versions = f"PyTorch {torch.__version__}, CUDA {torch.version.cuda}, Python {platform.python_version()}"
    return f"{torch.cuda.get_device_name()}, driver {_driver()}, {versions}"


def _driver() -> str:
    command = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return done.stdout.split("\n", 1)[0].strip() or "unknown"


def ceilings() -> Ceilings:
    """Measure the device's matrix products, on random numbers, and its memory."""
    return Ceilings(matmul_tflops=_matmul_tflops(), copy_tb_s=_copy_tb_s())


def _matmul_tflops() -> float:
    a, b = (torch.randn(MATRIX, MATRIX, device="cuda", dtype=torch.bfloat16) for _ in range(2))
    return 2 * MATRIX**3 / _seconds(lambda: torch.matmul(a, b)) / 1e12


def _copy_tb_s() -> float:
    free, _ = torch.cuda.mem_get_info()
    size = min(COPY_BYTES, free // 4)
    source, target = (torch.ones(size, device="cuda", dtype=torch.uint8) for _ in range(2))
    return 2 * size / _seconds(lambda: target.copy_(source)) / 1e12


def _seconds(run: Callable[[], object]) -> float:
    """Median of device time, by events, after a few runs that are not counted."""
    times = []
    for index in range(UNCOUNTED + RUNS):
        before, after = (torch.cuda.Event(enable_timing=True) for _ in range(2))  # type: ignore[no-untyped-call]  # PyTorch's
        before.record()
        run()
        after.record()
        after.synchronize()
        if index >= UNCOUNTED:
            times.append(before.elapsed_time(after) / 1e3)
    return median(times)
