"""Devices and precisions."""

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from models.backends import device
from models.backends.cpu import cpu_name
from models.backends.device import choose_device, compute_dtype
from models.base import DeviceUnavailableError


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with a CUDA driver."""
    monkeypatch.setattr(device, "_has_driver", lambda: True)


@pytest.fixture
def no_cuda(monkeypatch: pytest.MonkeyPatch, driver: None) -> None:  # noqa: ARG001 - wanted for its effect
    """A machine whose driver PyTorch cannot use."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)


@pytest.fixture
def ampere(monkeypatch: pytest.MonkeyPatch, driver: None) -> None:  # noqa: ARG001 - wanted for its effect
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


def test_without_a_driver_there_is_no_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the driver's library does not open, `auto` is the CPU and `cuda` an error that names it."""

    def refuse(_name: str) -> None:
        raise OSError

    monkeypatch.setattr(ctypes, "CDLL", refuse)
    monkeypatch.setattr(sys, "platform", "linux")
    assert "libcuda" in choose_device("auto").reason
    with pytest.raises(DeviceUnavailableError, match="libcuda"):
        choose_device("cuda")


def test_pytorch_is_asked_only_where_there_is_a_driver() -> None:
    """In a fresh process, choosing the CPU, or `auto` without a driver, leaves PyTorch unimported."""
    program = (
        "import sys; from models.backends import device; device.choose_device('cpu');"
        "device._has_driver = lambda: False; assert device.choose_device('auto').device == 'cpu';"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[3])


@pytest.mark.parametrize(
    ("capability", "dtype"), [((9, 0), torch.bfloat16), ((8, 0), torch.bfloat16), ((7, 5), torch.float16)]
)
def test_cuda_precision(
    monkeypatch: pytest.MonkeyPatch, capability: tuple[int, int], dtype: torch.dtype
) -> None:
    """CUDA computes in bfloat16 from Ampere on, in float16 before."""
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda: capability)
    assert compute_dtype("cuda") == dtype


@pytest.mark.parametrize(("native", "dtype"), [(True, torch.bfloat16), (False, torch.float32)])
def test_cpu_precision(monkeypatch: pytest.MonkeyPatch, *, native: bool, dtype: torch.dtype) -> None:
    """A CPU computes in bfloat16 only where it multiplies it natively."""
    monkeypatch.setattr(device, "multiplies_bfloat16", lambda: native)
    assert compute_dtype("cpu") == dtype
