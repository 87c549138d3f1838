"""Which device and which arithmetic an engine runs on, and how many threads it may use."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch

from models.base import Device, DeviceUnavailableError

WantedDevice = Literal["auto", "cpu", "cuda"]

_CPU_INFO = Path("/proc/cpuinfo")
_CPU_QUOTA = Path("/sys/fs/cgroup/cpu.max")
_BFLOAT16_FLAGS = frozenset({"avx512_bf16", "amx_bf16"})
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
        wanted: `auto` takes CUDA where it works and the CPU elsewhere.

    Raises:
        DeviceUnavailableError: CUDA was asked for and cannot be used.
    """
    if wanted == "cpu":
        return DeviceChoice(device="cpu", name=cpu_name(), reason="the CPU was asked for")
    if torch.cuda.is_available():
        reason = "CUDA was asked for" if wanted == "cuda" else "a CUDA device is present"
        return DeviceChoice(device="cuda", name=torch.cuda.get_device_name(0), reason=reason)
    cause = _why_no_cuda()
    if wanted == "cuda":
        msg = f"CUDA was asked for, but {cause}. Set DEVICE=auto or DEVICE=cpu to run on the CPU."
        raise DeviceUnavailableError(msg)
    return DeviceChoice(device="cpu", name=cpu_name(), reason=cause)


def _why_no_cuda() -> str:
    if torch.version.cuda is None:
        return "this build of PyTorch has no CUDA support"
    return "no CUDA device answers (check the driver with nvidia-smi)"


def compute_dtype(device: Device) -> torch.dtype:
    """The fastest arithmetic that keeps an upscaled image within 50 dB of float32.

    bfloat16 where the hardware multiplies it natively: it has float32's range, so no activation can overflow.
    Older CUDA devices get float16, other CPUs float32 (emulated bfloat16 is slower than float32).
    """
    if device == "cuda":
        major, _ = torch.cuda.get_device_capability()
        return torch.bfloat16 if major >= _BFLOAT16_CAPABILITY else torch.float16
    return torch.bfloat16 if _BFLOAT16_FLAGS & cpu_flags() else torch.float32


def cpu_name() -> str:
    """The processor's name as the kernel reports it, or `cpu`."""
    return _cpu_field("model name") or "cpu"


def cpu_flags() -> frozenset[str]:
    """Instruction-set flags as Linux spells them; empty where there is no /proc/cpuinfo."""
    return frozenset(_cpu_field("flags").split())


def _cpu_field(field: str) -> str:
    """The first processor's value for `field`, or an empty string."""
    if not _CPU_INFO.exists():
        return ""
    for line in _CPU_INFO.read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == field:
            return value.strip()
    return ""


def thread_count(limit: int | None = None) -> int:
    """Threads worth starting: the CPUs this process may use, by affinity and by container quota.

    Args:
        limit: Never more than this many.
    """
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    cpus = min(cpus, _quota_cpus(_CPU_QUOTA.read_text()) if _CPU_QUOTA.exists() else cpus)
    return max(1, cpus if limit is None else min(cpus, limit))


def _quota_cpus(cpu_max: str) -> int:
    """Whole CPUs of a cgroup v2 `cpu.max` line (`quota period`, microseconds, or `max period`)."""
    quota, _, period = cpu_max.strip().partition(" ")
    if quota == "max":
        return os.cpu_count() or 1
    return max(1, int(quota) // int(period or "100000"))
