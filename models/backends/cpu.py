"""The processor: its name, its instructions, and how many threads this process may use. Needs no runtime."""

import os
from pathlib import Path

_CPU_INFO = Path("/proc/cpuinfo")
_CPU_QUOTA = Path("/sys/fs/cgroup/cpu.max")
_BFLOAT16_FLAGS = frozenset({"avx512_bf16", "amx_bf16"})


def cpu_name() -> str:
    """The processor's name as the kernel reports it, or `cpu`."""
    return _cpu_field("model name") or "cpu"


def cpu_flags() -> frozenset[str]:
    """Instruction-set flags as Linux spells them; empty where there is no /proc/cpuinfo."""
    return frozenset(_cpu_field("flags").split())


def multiplies_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 natively; emulated it is slower than float32."""
    return bool(_BFLOAT16_FLAGS & cpu_flags())


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
