"""A strict reader of ncnn models: every layer known, every byte accounted for.

Formats: `.param` is text (https://github.com/Tencent/ncnn/wiki/param-and-model-file-structure); `.bin` is
the layers' weights back to back in the order of the graph. A convolution's weights start with a 4-byte
flag: 0x01306B47 says fp16, padded with zeros to 4 bytes; 0 says fp32. Biases and slopes are bare fp32.
"""

from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt

Weights = npt.NDArray[np.float16] | npt.NDArray[np.float32]

_MAGIC = "7767517"
_FLAG_FP16 = 0x01306B47
_FLAG_FP32 = 0
_WEIGHTLESS = frozenset({"Input", "Split", "Concat", "Eltwise", "BinaryOp", "Interp", "PixelShuffle"})


class NcnnFormatError(ValueError):
    """The files are not an ncnn model of the kinds this reader knows."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One line of a `.param` file."""

    kind: str
    name: str
    options: dict[int, float]
    """Scalar options by number; arrays (written -233xx) are left out, as no shape depends on them."""

    def option(self, number: int, default: int) -> int:
        """An integer option, or ncnn's default for it."""
        return int(self.options.get(number, default))


@dataclass(frozen=True, slots=True)
class LayerWeights:
    """What one layer holds in the `.bin`: weight and bias of a convolution, slope of a PReLU."""

    name: str
    arrays: tuple[Weights, ...]


def parse_param(text: str) -> list[Layer]:
    """Read a `.param` file.

    Raises:
        NcnnFormatError: wrong magic number, layer count or line.
    """
    lines = [line.split() for line in text.splitlines() if line.strip()]
    if not lines or lines[0] != [_MAGIC]:
        raise NcnnFormatError(f"does not start with ncnn's magic number {_MAGIC}")
    try:
        declared = int(lines[1][0])
        layers = [_parse_layer(words) for words in lines[2:]]
    except (IndexError, ValueError) as error:
        raise NcnnFormatError(f"malformed .param: {error}") from error
    if declared != len(layers):
        raise NcnnFormatError(f"declares {declared} layers, holds {len(layers)}")
    return layers


def _parse_layer(words: list[str]) -> Layer:
    """One layer: kind, name, how many inputs and outputs, their names, then `number=value` options."""
    kind, name, inputs, outputs = words[0], words[1], int(words[2]), int(words[3])
    options: dict[int, float] = {}
    for word in words[4 + inputs + outputs :]:
        number, _, value = word.partition("=")
        if int(number) >= 0:
            options[int(number)] = float(value)
    return Layer(kind=kind, name=name, options=options)


def read_weights(layers: list[Layer], data: bytes) -> list[LayerWeights]:
    """Cut a `.bin` into the arrays of each layer that has any, in the order of the graph.

    Args:
        layers: from `parse_param`.
        data: the whole `.bin`.

    Returns:
        Convolutions as (out, in, kh, kw) fp16 or fp32, as stored, then (out,) fp32 bias where there is one;
        PReLU as (channels,) fp32.

    Raises:
        NcnnFormatError: an unknown layer or flag, a shape that does not divide, too few or too many bytes.
    """
    reader = _Reader(data)
    found = []
    for layer in layers:
        if layer.kind == "Convolution":
            found.append(_read_convolution(layer, reader))
        elif layer.kind == "PReLU":
            slope = reader.floats(layer.option(0, 0), layer=layer.name)
            found.append(LayerWeights(name=layer.name, arrays=(slope,)))
        elif layer.kind not in _WEIGHTLESS:
            raise NcnnFormatError(f"layer {layer.name}: kind {layer.kind} is not known")
    if reader.left_bytes:
        raise NcnnFormatError(f"{reader.left_bytes} bytes are left over after the last layer")
    return found


def _read_convolution(layer: Layer, reader: "_Reader") -> LayerWeights:
    """Weights, then the bias where option 5 asks for one."""
    out, kernel_w = layer.option(0, 0), layer.option(1, 0)
    kernel_h = layer.option(11, kernel_w)
    count, per_input = layer.option(6, 0), out * kernel_w * kernel_h
    if layer.option(8, 0) or per_input <= 0 or count <= 0 or count % per_input:
        raise NcnnFormatError(f"layer {layer.name}: {count} weights do not fit {out}x?x{kernel_h}x{kernel_w}")
    shape = (out, count // per_input, kernel_h, kernel_w)
    weight = reader.flagged(shape, layer=layer.name)
    bias = (reader.floats(out, layer=layer.name),) if layer.option(5, 0) else ()
    return LayerWeights(name=layer.name, arrays=(weight, *bias))


class _Reader:
    """A cursor over the bytes of a `.bin`."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left_bytes(self) -> int:
        return len(self._data) - self._at

    def _take(self, count_bytes: int, *, layer: str) -> bytes:
        if count_bytes > self.left_bytes:
            raise NcnnFormatError(
                f"layer {layer}: the file ends early, {count_bytes} bytes wanted, {self.left_bytes} left"
            )
        self._at += count_bytes
        return self._data[self._at - count_bytes : self._at]

    def floats(self, count: int, *, layer: str) -> npt.NDArray[np.float32]:
        """(count,) little-endian fp32."""
        if count <= 0:
            raise NcnnFormatError(f"layer {layer}: {count} values")
        return np.frombuffer(self._take(4 * count, layer=layer), dtype="<f4").astype(np.float32)

    def flagged(self, shape: tuple[int, ...], *, layer: str) -> Weights:
        """An array of this shape behind its flag, fp16 or fp32 as stored."""
        flag = int.from_bytes(self._take(4, layer=layer), "little")
        count = prod(shape)
        if flag == _FLAG_FP32:
            return self.floats(count, layer=layer).reshape(shape)
        if flag != _FLAG_FP16:
            raise NcnnFormatError(f"layer {layer}: storage flag {flag:#010x} is neither fp16 nor fp32")
        padding_bytes = 2 * (count % 2)
        raw = self._take(2 * count + padding_bytes, layer=layer)
        if any(raw[2 * count :]):
            raise NcnnFormatError(f"layer {layer}: the padding is not zero")
        return np.frombuffer(raw, dtype="<f2", count=count).astype(np.float16).reshape(shape)
