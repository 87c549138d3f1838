"""The machine that figures were taken on, in words."""

import os
import platform
from pathlib import Path

_CPU_INFO = Path("/proc/cpuinfo")
_BFLOAT16 = ("avx512_bf16", "amx_bf16")


def machine() -> str:
    """Cores, processor and Python, e.g. `2 cores of AMD EPYC (avx512_bf16), Python 3.11.7`."""
    lines = _CPU_INFO.read_text(encoding="utf-8").splitlines() if _CPU_INFO.exists() else []
    name = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")
    flags = next((line.split() for line in lines if line.startswith("flags")), [])
    bfloat16 = ", ".join(flag for flag in _BFLOAT16 if flag in flags) or "no bfloat16"
    cores = f"{os.cpu_count()} cores of {name or platform.processor() or 'an unnamed processor'}"
    return f"{cores} ({bfloat16}), Python {platform.python_version()}"
