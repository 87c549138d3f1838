"""Choosing how to run a network: checked, timed, remembered, and always with a way out."""

import dataclasses
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from models.base import EngineError
from models.upscale import cuda_candidates, cuda_load, cuda_trial
from models.upscale.cuda_check import check, psnr_db, reference, scene
from models.upscale.cuda_engine import CudaUpscaler
from models.upscale.cuda_program import Made, Program, TorchProgram
from models.upscale.engine import TorchUpscaler
from models.upscale.srvggnet import SRVGGNetCompact
from tests.unit.models.stand_in import INFO


def tiny() -> nn.Module:
    """The smallest of networks."""
    torch.manual_seed(0)
    return SRVGGNetCompact(num_feat=4, num_conv=1).eval()


class Clock:
    """A clock that moves when programs run, by what the test says they take."""

    now_s = 0.0

    def read(self) -> float:
        return self.now_s


CLOCK = Clock()


def taking(seconds: float, network: nn.Module, device: torch.device, dtype: torch.dtype) -> Program:
    """A program that works, and takes so long by the test's clock."""
    program = TorchProgram(network, device=device, dtype=dtype)

    def timed(canvases: Tensor, *, masked: bool) -> Made:
        CLOCK.now_s += seconds
        return program(canvases, masked=masked)

    return timed


def right(network: nn.Module, device: torch.device, dtype: torch.dtype) -> Program:
    """A candidate that works, slowly."""
    return taking(5.0, network, device, dtype)


def quick(network: nn.Module, device: torch.device, dtype: torch.dtype) -> Program:
    """A candidate that works."""
    return taking(1.0, network, device, dtype)


def wrong(network: nn.Module, device: torch.device, dtype: torch.dtype) -> Program:
    """A candidate that is quick and three levels too bright."""
    program = taking(0.5, network, device, dtype)

    def bright(canvases: Tensor, *, masked: bool) -> Made:
        made = program(canvases, masked=masked)
        return Made((made.pixels.int() + 3).clamp(max=255).to(torch.uint8), made.finite)

    return bright


def broken(network: nn.Module, device: torch.device, dtype: torch.dtype) -> Program:
    """A candidate that this device refuses."""
    raise RuntimeError(f"no kernel image is available for {device} {dtype} {type(network)}")


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> dict[str, cuda_candidates.Build]:
    """Candidates of the test's own, tried in this process, on a small canvas."""
    builds: dict[str, cuda_candidates.Build] = {}
    for module in (cuda_load, cuda_trial):
        monkeypatch.setattr(module, "candidates", lambda _network: builds)
    monkeypatch.setattr(cuda_load, "isolated_trial", cuda_trial.trial)
    monkeypatch.setattr(cuda_trial, "TILE_PX", 64)
    monkeypatch.setattr(cuda_trial, "time", SimpleNamespace(perf_counter=CLOCK.read))
    return builds


def load(memory: Path) -> CudaUpscaler | TorchUpscaler:
    """What is loaded, on the CPU, in float32."""
    engine = cuda_load.load_cuda_upscaler(tiny(), info=INFO, dtype=torch.float32, memory=memory)
    assert isinstance(engine, CudaUpscaler | TorchUpscaler)
    return engine


def test_the_fastest_right_one_is_taken(
    offered: dict[str, cuda_candidates.Build], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A wrong and a broken candidate are out, each with its reason; of the right ones the faster is kept."""
    offered |= {"eager": right, "wrong": wrong, "broken": broken, "quick": quick}
    engine = load(tmp_path / "memory.json")
    assert engine.info.backend == "cuda quick"
    assert engine.info.tile.size_px == cuda_load.TILE_PX
    assert "wrong is out" in caplog.text
    assert "dB" in caplog.text
    assert "no kernel image" in caplog.text


def test_the_choice_is_remembered(offered: dict[str, cuda_candidates.Build], tmp_path: Path) -> None:
    """The second start builds only what the first one chose."""
    offered |= {"eager": right, "quick": quick}
    load(tmp_path / "memory.json")
    built: list[str] = []

    def counted(network: nn.Module, device: torch.device, dtype: torch.dtype) -> Program:
        built.append("eager")
        return right(network, device, dtype)

    offered["eager"] = counted
    assert load(tmp_path / "memory.json").info.backend == "cuda quick"
    assert not built


def test_a_remembered_choice_that_fails_now(
    offered: dict[str, cuda_candidates.Build], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """When what was fastest before fails today, the sure candidate runs."""
    offered |= {"eager": right, "quick": quick}
    load(tmp_path / "memory.json")
    offered["quick"] = broken
    assert load(tmp_path / "memory.json").info.backend == "cuda eager"
    assert "fails here" in caplog.text


def test_nothing_works(
    offered: dict[str, cuda_candidates.Build], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Where no candidate runs, the plain engine does, and the log says why."""
    offered |= {"eager": broken, "quick": broken}
    engine = load(tmp_path / "memory.json")
    assert isinstance(engine, TorchUpscaler)
    assert engine.run([scene(8, 9)])[0].shape == (32, 36, 3)
    assert "the plain engine runs" in caplog.text


def test_a_float32_engine_agrees_with_the_reference() -> None:
    """In float32 the eager candidate is the reference to within rounding, so the check measures precision."""
    tile = scene(40, 31)
    wanted = reference(tiny(), tile, device=torch.device("cpu"))
    program = TorchProgram(tiny(), device=torch.device("cpu"), dtype=torch.float32)
    made = program(
        torch.from_numpy(np.dstack([tile, np.full(tile.shape[:2], 255, np.uint8)]))[None], masked=False
    )
    assert psnr_db(made.pixels[0].numpy(), wanted) > 70


@pytest.mark.parametrize("off", [1, -1])
def test_the_check_refuses_what_shows(off: int) -> None:
    """One level off everywhere (48 dB) is refused with its figure; off in half the rows, and equal, pass."""
    tile = np.full((8, 8, 3), 100, np.uint8)
    assert check(lambda tiles: tiles, tiles=[tile], expected=[tile]) > 100
    shifted = (tile.astype(int) + off).astype(np.uint8)
    with pytest.raises(EngineError, match=r"48\.1 dB"):
        check(lambda _tiles: [shifted], tiles=[tile], expected=[tile])
    shifted[::2] = tile[::2]
    assert check(lambda _tiles: [shifted], tiles=[tile], expected=[tile]) == pytest.approx(51.1, abs=0.1)
    with pytest.raises(EngineError, match="expected"):
        check(lambda _tiles: [tile[1:]], tiles=[tile], expected=[tile])


def subject() -> cuda_trial.Subject:
    """A tiny network and its tiles, on the CPU."""
    tile = scene(16, 16)
    expected = reference(tiny(), tile, device=torch.device("cpu"))
    return cuda_trial.Subject(tiny(), INFO, torch.float32, [tile], [expected])


def test_a_trial_of_its_own_process() -> None:
    """A candidate tried in another process comes back with its quality and its seconds by count."""
    tried = cuda_trial.isolated_trial(subject(), "eager", counts=(1,))
    assert tried.psnr_db >= 50
    assert [*tried.seconds] == [1]
    assert tried.seconds[1] > 0


def test_a_trial_that_dies_is_an_error() -> None:
    """A process that ends badly is an error with its last words, not the end of this one."""
    other = dataclasses.replace(subject(), network=nn.Identity())
    with pytest.raises(EngineError, match="its process ended with 1"):
        cuda_trial.isolated_trial(other, "eager")
