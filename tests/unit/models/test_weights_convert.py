"""From published files to what engines load."""

import struct
from dataclasses import replace
from math import prod
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import safetensors
import safetensors.numpy
import torch

from models.cards import CARDS, ModelCard
from models.weights import ConversionError
from models.weights.convert import convert
from models.weights.state_dict import expected_shapes

SMALL = replace(CARDS["realesr-animevideov3"], num_feat=3, num_conv=1, scale=2, parameters=510)
FACTS = {"source": "a test", "source_sha256": "00"}


def state_dict(card: ModelCard) -> dict[str, npt.NDArray[np.float32]]:
    """Numbers that tell every tensor and every place in it apart, exact in fp16."""
    rng = np.random.default_rng(7)
    return {
        name: (rng.integers(-64, 64, prod(shape)) / 32).astype(np.float32).reshape(shape)
        for name, shape in expected_shapes(card).items()
    }


def write_ncnn(folder: Path, state: dict[str, npt.NDArray[np.float32]]) -> list[Path]:
    """The tensors as an ncnn pair: fp16 convolutions with fp32 biases, fp32 slopes."""
    lines, data = ["Input in 0 1 data"], b""
    for name, array in state.items():
        if array.ndim == 4:
            out, _, kernel, _ = array.shape
            lines.append(f"Convolution {name} 1 1 a b 0={out} 1={kernel} 5=1 6={array.size}")
            halves = array.astype("<f2").tobytes()
            data += struct.pack("<I", 0x01306B47) + halves + b"\0" * (-len(halves) % 4)
        else:
            if name.endswith(".weight"):
                lines.append(f"PReLU {name} 1 1 a b 0={array.size}")
            data += array.astype("<f4").tobytes()
    param, weights = folder / "small.param", folder / "small.bin"
    param.write_text("\n".join(["7767517", f"{len(lines)} 2", *lines]) + "\n")
    weights.write_bytes(data)
    return [param, weights]


def test_ncnn_becomes_official_names(tmp_path: Path) -> None:
    """Each unnamed ncnn array lands under its official name, bit for bit, in the precision it was kept in."""
    state = state_dict(SMALL)
    loaded = safetensors.numpy.load(convert(SMALL, write_ncnn(tmp_path, state), **FACTS))
    assert loaded.keys() == state.keys()
    for name, array in state.items():
        assert np.array_equal(loaded[name], array), name
        assert loaded[name].dtype == (np.float16 if array.ndim == 4 else np.float32), name


@pytest.mark.parametrize("key", ["params", "params_ema"])
def test_official_checkpoint_is_taken_unchanged(tmp_path: Path, key: str) -> None:
    """A `.pth` gives the same tensors under the same names, in fp32."""
    state = state_dict(SMALL)
    path = tmp_path / "small.pth"
    torch.save({key: {name: torch.from_numpy(array) for name, array in state.items()}}, path)
    loaded = safetensors.numpy.load(convert(SMALL, [path], **FACTS))
    assert all(np.array_equal(loaded[name], array) for name, array in state.items())
    assert {array.dtype for array in loaded.values()} == {np.dtype(np.float32)}


def test_averaged_weights_win(tmp_path: Path) -> None:
    """Where a checkpoint has both, `params_ema` is what the authors' own code loads."""
    ones = {name: torch.ones(shape) for name, shape in expected_shapes(SMALL).items()}
    zeros = {name: torch.zeros(shape) for name, shape in expected_shapes(SMALL).items()}
    torch.save({"params": zeros, "params_ema": ones}, tmp_path / "both.pth")
    loaded = safetensors.numpy.load(convert(SMALL, [tmp_path / "both.pth"], **FACTS))
    assert all((array == 1).all() for array in loaded.values())


def test_same_input_gives_same_bytes(tmp_path: Path) -> None:
    """The file's hash names a version, so the metadata's order is fixed too."""
    paths = write_ncnn(tmp_path, state_dict(SMALL))
    assert len({convert(SMALL, paths, **FACTS) for _ in range(8)}) == 1


def test_metadata_says_whose_and_whence(tmp_path: Path) -> None:
    """Source, its checksum, licence and notice travel inside the file."""
    path = tmp_path / "small.safetensors"
    path.write_bytes(convert(SMALL, write_ncnn(tmp_path, state_dict(SMALL)), **FACTS))
    with safetensors.safe_open(path, "np") as file:
        assert file.metadata() == FACTS | {"licence": "BSD-3-Clause", "notice": SMALL.notice}


def test_rrdbnet_names_follow_the_forward_pass() -> None:
    """RRDBNet's tensors carry the names of the published checkpoints, dense block inputs growing by 32."""
    shapes = expected_shapes(CARDS["realesrgan-x4plus-anime"])
    names = list(shapes)
    assert names[:3] == ["conv_first.weight", "conv_first.bias", "body.0.rdb1.conv1.weight"]
    assert names[-9:-1:2] == ["conv_body.bias", "conv_up1.bias", "conv_up2.bias", "conv_hr.bias"]
    assert shapes["body.5.rdb3.conv5.weight"] == (64, 192, 3, 3)


def spoil_count(state: dict[str, torch.Tensor]) -> None:
    """Drop a tensor."""
    del state["body.1.weight"]


def spoil_name(state: dict[str, torch.Tensor]) -> None:
    """Add a tensor."""
    state["extra"] = torch.zeros(1)


def spoil_shape(state: dict[str, torch.Tensor]) -> None:
    """Shorten a tensor."""
    state["body.1.weight"] = torch.zeros(2)


def spoil_value(state: dict[str, torch.Tensor]) -> None:
    """Put a NaN into a tensor."""
    state["body.0.weight"][0, 0, 0, 0] = torch.nan


@pytest.mark.parametrize("spoil", [spoil_count, spoil_name, spoil_shape, spoil_value])
def test_strange_tensors_are_refused(tmp_path: Path, spoil: object) -> None:
    """A checkpoint with a tensor missing, unknown, misshapen or not finite is not converted."""
    state = {name: torch.from_numpy(array) for name, array in state_dict(SMALL).items()}
    spoil(state)  # type: ignore[operator]
    torch.save({"params": state}, tmp_path / "bad.pth")
    with pytest.raises(ConversionError, match="realesr-animevideov3 from a test"):
        convert(SMALL, [tmp_path / "bad.pth"], **FACTS)


def test_ncnn_of_another_network_is_refused(tmp_path: Path) -> None:
    """An ncnn file with the wrong number of layers is not forced into names."""
    state = state_dict(replace(SMALL, num_conv=2))
    with pytest.raises(ConversionError, match="arrays where"):
        convert(SMALL, write_ncnn(tmp_path, state), **FACTS)


def test_parameter_count_is_checked(tmp_path: Path) -> None:
    """A card whose architecture does not add up to its own count is caught."""
    paths = write_ncnn(tmp_path, state_dict(SMALL))
    with pytest.raises(ConversionError, match="510 parameters, its card says 511"):
        convert(replace(SMALL, parameters=511), paths, **FACTS)


def test_pickled_code_is_not_run(tmp_path: Path) -> None:
    """A `.pth` that holds anything but tensors is refused."""
    torch.save({"params": Path("x")}, tmp_path / "code.pth")
    with pytest.raises(ConversionError, match="not a checkpoint of tensors"):
        convert(SMALL, [tmp_path / "code.pth"], **FACTS)


def test_checkpoint_without_params_is_refused(tmp_path: Path) -> None:
    """A checkpoint of another layout is named as such."""
    torch.save({"model": {}}, tmp_path / "other.pth")
    with pytest.raises(ConversionError, match="neither params_ema nor params"):
        convert(SMALL, [tmp_path / "other.pth"], **FACTS)
