"""Which device and which arithmetic an engine runs on. PyTorch is imported only where CUDA may be."""

import ctypes
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from models.backends.cpu import cpu_name, multiplies_bfloat16
from models.base import Device, DeviceUnavailableError

if TYPE_CHECKING:
    import torch

WantedDevice = Literal["auto", "cpu", "cuda"]

_BFLOAT16_CAPABILITY = 8
"""First CUDA compute capability (Ampere) whose tensor cores take bfloat16."""


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """The device that was chosen."""

    device: Device
    name: str
    """As its maker calls it, e.g. `NVIDIA H200`."""
    reason: str
    """One sentence for the log: why this device."""


def choose_device(wanted: WantedDevice) -> DeviceChoice:
    """Choose where networks run.

    Args:
        wanted: `auto` takes CUDA where PyTorch can use it and the CPU elsewhere.

    Raises:
        DeviceUnavailableError: CUDA was asked for and cannot be used.
    """
    if wanted == "cpu":
        return DeviceChoice(device="cpu", name=cpu_name(), reason="the CPU was asked for")
    cause = _why_no_cuda()
    if cause is None:
        reason = "CUDA was asked for" if wanted == "cuda" else "a CUDA device is present"
        return DeviceChoice(device="cuda", name=_cuda_name(), reason=reason)
    if wanted == "cuda":
        msg = f"CUDA was asked for, but {cause}. Set DEVICE=auto or DEVICE=cpu to run on the CPU."
        raise DeviceUnavailableError(msg)
    return DeviceChoice(device="cpu", name=cpu_name(), reason=cause)


def _why_no_cuda() -> str | None:
    """Why CUDA cannot be used; None when PyTorch says that it can."""
    if not _has_driver():
        return "there is no CUDA driver (libcuda.so.1) here"
    import torch  # noqa: PLC0415 - 200 MB, 3 s: only where there is a driver

    if torch.cuda.is_available():
        return None
    if torch.version.cuda is None:
        return "this build of PyTorch has no CUDA support"
    return "no CUDA device answers (check the driver with nvidia-smi)"


def _has_driver() -> bool:
    """Whether the library opens through which every CUDA program reaches the driver; off Linux, maybe."""
    if sys.platform != "linux":
        return True
    try:
        ctypes.CDLL("libcuda.so.1")
    except OSError:
        return False
    return True


def _cuda_name() -> str:
    import torch  # noqa: PLC0415 - loaded already: it was asked whether CUDA works

    return torch.cuda.get_device_name(0)


def compute_dtype(device: Device) -> "torch.dtype":
    """The fastest arithmetic of PyTorch that keeps an upscaled image within 50 dB of float32.

    bfloat16 where the hardware multiplies it natively: it has float32's range, so no activation can overflow.
    Older CUDA devices get float16, other CPUs float32.
    """
    import torch  # noqa: PLC0415 - this module is for those who run without PyTorch, too

    if device == "cuda":
        major, _ = torch.cuda.get_device_capability()
        return torch.bfloat16 if major >= _BFLOAT16_CAPABILITY else torch.float16
    return torch.bfloat16 if multiplies_bfloat16() else torch.float32
