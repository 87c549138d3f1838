"""The ncnn reader, on files written byte by byte."""

import struct

import numpy as np
import pytest

from models.weights.ncnn import NcnnFormatError, parse_param, read_weights

FP16 = struct.pack("<I", 0x01306B47)
FP32 = struct.pack("<I", 0)


def conv_param(*, options: str, kind: str = "Convolution") -> str:
    """A graph of one input and one weighted layer."""
    return f"7767517\n2 2\nInput in 0 1 data\n{kind} layer 1 1 data out {options}\n"


def halves(*values: float) -> bytes:
    """Little-endian fp16."""
    return np.array(values, "<f2").tobytes()


def singles(*values: float) -> bytes:
    """Little-endian fp32."""
    return np.array(values, "<f4").tobytes()


def test_odd_count_of_halves_is_padded_to_four_bytes() -> None:
    """Three fp16 weights take eight bytes, and the bias begins after the padding."""
    data = FP16 + halves(0.5, -1.0, 2.0) + b"\0\0" + singles(0.1)
    weight, bias = read_weights(parse_param(conv_param(options="0=1 1=1 5=1 6=3")), data)[0].arrays
    assert weight.dtype == np.float16
    assert weight.tolist() == [[[[0.5]], [[-1.0]], [[2.0]]]]
    assert bias.dtype == np.float32
    assert bias.tolist() == [np.float32(0.1)]


def test_even_count_of_halves_has_no_padding() -> None:
    """Two fp16 weights take four bytes after their flag."""
    layers = parse_param(conv_param(options="0=2 1=1 6=2"))
    assert read_weights(layers, FP16 + halves(1, 2))[0].arrays[0].ravel().tolist() == [1, 2]


def test_fp32_weights_keep_ncnn_order() -> None:
    """Weights lie in the order output, input, row, column."""
    values = np.arange(2 * 3 * 2 * 1, dtype=np.float32)
    layers = parse_param(conv_param(options="0=2 1=1 11=2 5=0 6=12"))
    (weight,) = read_weights(layers, FP32 + values.tobytes())[0].arrays
    assert weight.dtype == np.float32
    assert np.array_equal(weight, values.reshape(2, 3, 2, 1))


def test_prelu_slopes_are_bare_singles() -> None:
    """A PReLU's slopes have no flag before them."""
    layers = parse_param(conv_param(kind="PReLU", options="0=3"))
    assert read_weights(layers, singles(0.25, 0.5, 1))[0].arrays[0].tolist() == [0.25, 0.5, 1]


def test_array_options_are_read_over() -> None:
    """An activation's parameters (-23310) do not disturb the other options."""
    layer = parse_param(conv_param(options="0=2 1=1 6=2 9=2 -23310=1,2.000000e-01"))[1]
    assert (layer.option(0, 0), layer.option(9, 0), layer.option(5, 0)) == (2, 2, 0)


@pytest.mark.parametrize("kept_bytes", [0, 3, 4, 9, 11, 15])
def test_truncated_bin_is_refused(kept_bytes: int) -> None:
    """Wherever the file is cut, the reader says that it ends early."""
    data = FP16 + halves(0.5, -1.0, 2.0) + b"\0\0" + singles(0.1)
    with pytest.raises(NcnnFormatError, match="layer layer: the file ends early"):
        read_weights(parse_param(conv_param(options="0=1 1=1 5=1 6=3")), data[:kept_bytes])


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (FP32 + singles(1, 2) + b"\0", "1 bytes are left over"),
        (struct.pack("<I", 0x000D4B38) + singles(1, 2), "storage flag 0x000d4b38"),
        (struct.pack("<I", 0x0002C056) + singles(1, 2), "storage flag 0x0002c056"),
    ],
    ids=["trailing byte", "int8", "scaled"],
)
def test_bytes_that_do_not_fit_are_refused(data: bytes, sentence: str) -> None:
    """Trailing bytes and storage kinds other than fp16 and fp32 are errors, not guesses."""
    with pytest.raises(NcnnFormatError, match=sentence):
        read_weights(parse_param(conv_param(options="0=2 1=1 6=2")), data)


def test_nonzero_padding_is_refused() -> None:
    """Padding that holds something means the count is wrong."""
    with pytest.raises(NcnnFormatError, match="padding"):
        read_weights(parse_param(conv_param(options="0=1 1=1 6=1")), FP16 + halves(1, 2))


@pytest.mark.parametrize(
    "options", ["0=2 1=3 6=20", "0=0 1=3 6=18", "1=3 6=18", "0=2 1=3 6=-18", "0=2 1=1 6=2 8=1"]
)
def test_shapes_that_do_not_divide_are_refused(options: str) -> None:
    """A weight count that is no multiple of outputs x kernel, or an int8 layer, is refused."""
    with pytest.raises(NcnnFormatError, match="do not fit"):
        read_weights(parse_param(conv_param(options=options)), FP32 + bytes(400))


def test_unknown_layer_is_refused() -> None:
    """A layer kind that might hold weights is not skipped."""
    with pytest.raises(NcnnFormatError, match="InnerProduct is not known"):
        read_weights(parse_param(conv_param(kind="InnerProduct", options="0=2")), b"")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "magic"),
        ("767517\n1 1\nInput in 0 1 data\n", "magic"),
        ("7767517\n", "malformed"),
        ("7767517\n2 2\nInput in 0 1 data\n", "declares 2 layers, holds 1"),
        ("7767517\n1 1\nInput in\n", "malformed"),
        ("7767517\n1 1\nInput in 0 1 data nonsense\n", "malformed"),
    ],
)
def test_malformed_param_is_refused(text: str, sentence: str) -> None:
    """A graph file is checked line by line."""
    with pytest.raises(NcnnFormatError, match=sentence):
        parse_param(text)
