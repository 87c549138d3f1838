"""The official names and shapes of an upscaler's weights, in the order its forward pass uses them.

Sources: BasicSR `rrdbnet_arch.py` and Real-ESRGAN `srvgg_arch.py`, whose published checkpoints carry these
names.
"""

from collections.abc import Iterator
from math import prod

import numpy as np
import numpy.typing as npt

from models.cards import ModelCard
from models.weights.ncnn import LayerWeights

Tensor = npt.NDArray[np.float16] | npt.NDArray[np.float32]
StateDict = dict[str, Tensor]

_DENSE_CONVS = 5  # convolutions of one dense block
_DENSE_BLOCKS = 3  # dense blocks of one residual-in-residual block


class StateDictError(ValueError):
    """Weights that do not belong to the architecture they were offered for."""


def expected_shapes(card: ModelCard) -> dict[str, tuple[int, ...]]:
    """Name -> shape of every tensor of an upscaler, in forward order.

    Raises:
        StateDictError: the card is not an upscaler's.
    """
    if card.architecture == "rrdbnet":
        return dict(_rrdbnet(card))
    if card.architecture == "srvggnet":
        return dict(_srvggnet(card))
    raise StateDictError(f"{card.name}: {card.architecture} is not kept as named tensors")


def _conv(name: str, inputs: int, outputs: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.weight", (outputs, inputs, 3, 3)
    yield f"{name}.bias", (outputs,)


def _rrdbnet(card: ModelCard) -> Iterator[tuple[str, tuple[int, ...]]]:
    feat, grow = card.num_feat, card.num_grow
    yield from _conv("conv_first", 3, feat)
    for block in range(card.num_block):
        for dense in range(1, _DENSE_BLOCKS + 1):
            for conv in range(1, _DENSE_CONVS + 1):
                outputs = grow if conv < _DENSE_CONVS else feat
                name = f"body.{block}.rdb{dense}.conv{conv}"
                yield from _conv(name, feat + grow * (conv - 1), outputs)
    for name in ("conv_body", "conv_up1", "conv_up2", "conv_hr"):
        yield from _conv(name, feat, feat)
    yield from _conv("conv_last", feat, 3)


def _srvggnet(card: ModelCard) -> Iterator[tuple[str, tuple[int, ...]]]:
    feat = card.num_feat
    for index in range(card.num_conv + 1):
        yield from _conv(f"body.{2 * index}", feat if index else 3, feat)
        yield f"body.{2 * index + 1}.weight", (feat,)
    yield from _conv(f"body.{2 * card.num_conv + 2}", feat, 3 * card.scale**2)


def name_arrays(card: ModelCard, layers: list[LayerWeights]) -> StateDict:
    """Give ncnn's unnamed arrays their official names: both are in forward order.

    Raises:
        StateDictError: another number of arrays, another shape, or a number that is not finite.
    """
    arrays = [array for layer in layers for array in layer.arrays]
    names = expected_shapes(card)
    if len(arrays) != len(names):
        raise StateDictError(f"{card.name}: {len(arrays)} arrays where {len(names)} belong")
    return check(card, dict(zip(names, arrays, strict=True)))


def check(card: ModelCard, state: StateDict) -> StateDict:
    """The same tensors, if they are exactly those of the card's architecture.

    Raises:
        StateDictError: a name too many or too few, another shape, a number that is not finite, or another
            parameter count.
    """
    shapes = expected_shapes(card)
    if strange := sorted(shapes.keys() ^ state.keys()):
        raise StateDictError(f"{card.name}: missing or unknown tensors: {', '.join(strange[:4])}")
    for name, shape in shapes.items():
        if state[name].shape != shape:
            raise StateDictError(f"{card.name}: {name} is {state[name].shape}, not {shape}")
        if not np.isfinite(state[name]).all():
            raise StateDictError(f"{card.name}: {name} holds numbers that are not finite")
    count = sum(prod(shape) for shape in shapes.values())
    if count != card.parameters:
        raise StateDictError(f"{card.name}: {count} parameters, its card says {card.parameters}")
    return state
