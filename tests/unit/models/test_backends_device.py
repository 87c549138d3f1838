"""Devices, precisions, threads."""

import os
from pathlib import Path

import pytest
import torch

from models.backends import device
from models.backends.device import choose_device, compute_dtype, cpu_flags, cpu_name, thread_count
from models.base import DeviceUnavailableError


@pytest.fixture
def no_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without CUDA."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)


@pytest.fixture
def ampere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with a CUDA device of compute capability 8.0."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _index: "NVIDIA A100")
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda: (8, 0))


@pytest.mark.usefixtures("no_cuda")
def test_auto_falls_back_to_the_cpu_and_says_why() -> None:
    """Without CUDA, `auto` is the CPU, and the reason speaks of CUDA."""
    choice = choose_device("auto")
    assert choice.device == "cpu"
    assert choice.name == cpu_name()
    assert "CUDA" in choice.reason


@pytest.mark.usefixtures("no_cuda")
def test_cuda_is_never_replaced_silently() -> None:
    """Asked for and absent, CUDA is an error that says what to set."""
    with pytest.raises(DeviceUnavailableError, match="DEVICE=auto"):
        choose_device("cuda")


@pytest.mark.usefixtures("ampere")
@pytest.mark.parametrize("wanted", ["auto", "cuda"])
def test_cuda_is_taken_where_it_is(wanted: device.WantedDevice) -> None:
    """With CUDA, `auto` and `cuda` both take it, under its maker's name."""
    choice = choose_device(wanted)
    assert (choice.device, choice.name) == ("cuda", "NVIDIA A100")


@pytest.mark.usefixtures("ampere")
def test_the_cpu_can_be_asked_for() -> None:
    """`cpu` is the CPU even where CUDA is present."""
    assert choose_device("cpu").device == "cpu"


@pytest.mark.parametrize(
    ("capability", "dtype"), [((9, 0), torch.bfloat16), ((8, 0), torch.bfloat16), ((7, 5), torch.float16)]
)
def test_cuda_precision(
    monkeypatch: pytest.MonkeyPatch, capability: tuple[int, int], dtype: torch.dtype
) -> None:
    """CUDA computes in bfloat16 from Ampere on, in float16 before."""
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda: capability)
    assert compute_dtype("cuda") == dtype


@pytest.mark.parametrize(
    ("flags", "dtype"),
    [("fpu avx512_bf16", torch.bfloat16), ("amx_bf16", torch.bfloat16), ("avx2 avx512f", torch.float32)],
)
def test_cpu_precision(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, flags: str, dtype: torch.dtype
) -> None:
    """A CPU computes in bfloat16 only where it multiplies it natively."""
    info = tmp_path / "cpuinfo"
    info.write_text(f"model name\t: Some CPU\nflags\t\t: {flags}\n", encoding="utf-8")
    monkeypatch.setattr(device, "_CPU_INFO", info)
    assert compute_dtype("cpu") == dtype
    assert cpu_name() == "Some CPU"


def test_no_cpuinfo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the kernel does not describe the CPU, it has a name, no flags and plain float32."""
    monkeypatch.setattr(device, "_CPU_INFO", tmp_path / "absent")
    assert (cpu_name(), cpu_flags(), compute_dtype("cpu")) == ("cpu", frozenset(), torch.float32)


@pytest.mark.parametrize(
    ("line", "cpus"), [("150000 100000\n", 1), ("400000 100000\n", 4), ("50000 100000", 1)]
)
def test_container_quota(line: str, cpus: int) -> None:
    """A quota of one and a half CPUs is one thread; less than one is still one."""
    assert device._quota_cpus(line) == cpus


def test_unlimited_quota() -> None:
    """`max` in cpu.max means every CPU of the machine."""
    assert device._quota_cpus("max 100000\n") == os.cpu_count()


def test_thread_limit() -> None:
    """A limit caps the threads, and there is always one."""
    assert thread_count(1) == 1
    assert 1 <= thread_count() <= (os.cpu_count() or 1)
