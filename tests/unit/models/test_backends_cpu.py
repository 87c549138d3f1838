"""The processor, and how many threads a process may use."""

import os
from pathlib import Path

import pytest

from models.backends import cpu
from models.backends.cpu import cpu_flags, cpu_name, multiplies_bfloat16, thread_count


@pytest.mark.parametrize(
    ("flags", "native"), [("fpu avx512_bf16", True), ("amx_bf16", True), ("avx2 avx512f", False)]
)
def test_bfloat16(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, flags: str, *, native: bool) -> None:
    """bfloat16 is native where the kernel lists AVX512-BF16 or AMX, and not elsewhere."""
    info = tmp_path / "cpuinfo"
    info.write_text(f"model name\t: Some CPU\nflags\t\t: {flags}\n", encoding="utf-8")
    monkeypatch.setattr(cpu, "_CPU_INFO", info)
    assert (cpu_name(), cpu_flags()) == ("Some CPU", frozenset(flags.split()))
    assert multiplies_bfloat16() == native


def test_no_cpuinfo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the kernel does not describe the CPU, it has a name, no flags and no bfloat16."""
    monkeypatch.setattr(cpu, "_CPU_INFO", tmp_path / "absent")
    assert (cpu_name(), cpu_flags(), multiplies_bfloat16()) == ("cpu", frozenset(), False)


@pytest.mark.parametrize(
    ("line", "cpus"), [("150000 100000\n", 1), ("400000 100000\n", 4), ("50000 100000", 1)]
)
def test_container_quota(line: str, cpus: int) -> None:
    """A quota of one and a half CPUs is one thread; less than one is still one."""
    assert cpu._quota_cpus(line) == cpus


def test_unlimited_quota() -> None:
    """`max` in cpu.max means every CPU of the machine."""
    assert cpu._quota_cpus("max 100000\n") == os.cpu_count()


def test_thread_limit() -> None:
    """A limit caps the threads, and there is always one."""
    assert thread_count(1) == 1
    assert 1 <= thread_count() <= (os.cpu_count() or 1)
