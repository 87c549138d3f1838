"""A process's memory, for scripts that tests start.

Not `resource.getrusage`: a process that is started inherits its parent's `ru_maxrss` on Linux, so that under
a large test run no growth would ever be seen.
"""

from pathlib import Path

_STATUS = Path("/proc/self/status")


def resident_mb() -> float:
    """What is resident now."""
    return _mb("VmRSS")


def peak_mb() -> float:
    """The most that was ever resident."""
    return _mb("VmHWM")


def _mb(field: str) -> float:
    """A field of proc(5), which has it in KiB."""
    lines = _STATUS.read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:")) * 1024 / 1e6
