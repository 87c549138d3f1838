"""From a model's published files to the file that engines load.

Upscalers become safetensors under the official tensor names, each tensor in the precision its source keeps:
ncnn's fp16 weights stay fp16 and its fp32 biases fp32 (34 MB instead of 67 MB for `realesrgan-x4plus`);
widening to fp32 happens in `load_state_dict` and is exact. Segmenters stay ONNX, with a free batch dimension
where the graph allows it.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy

from models.cards import ModelCard
from models.weights.errors import ConversionError
from models.weights.ncnn import NcnnFormatError, parse_param, read_weights
from models.weights.onnx_batch import BatchPinnedError, free_batch
from models.weights.state_dict import StateDict, StateDictError, check, name_arrays


def convert(card: ModelCard, paths: list[Path], *, source: str, source_sha256: str) -> bytes:
    """Make the file that the card's engine loads.

    Args:
        card: the model.
        paths: the published files, checksums verified: one `.pth`, one `.onnx`, or `.param` then `.bin`.
        source: where they came from, for the file's metadata.
        source_sha256: checksum of the file that holds the weights, for the same.

    Returns:
        The bytes of `card.filename`; the same input gives the same bytes.

    Raises:
        ConversionError: the files are not this model's.
    """
    facts = {"source": source, "source_sha256": source_sha256, "licence": card.licence, "notice": card.notice}
    try:
        if card.task == "segment":
            return _segmenter(card, paths[0].read_bytes(), source_sha256=source_sha256)
        state = _from_ncnn(card, paths) if paths[0].suffix == ".param" else _from_checkpoint(card, paths[0])
        return _safetensors({name: state[name] for name in sorted(state)}, facts)
    except ValueError as error:
        raise ConversionError(f"{card.name} from {source}: {error}") from error


def _segmenter(card: ModelCard, data: bytes, *, source_sha256: str) -> bytes:
    """The graph with a free batch dimension where its nodes allow that; else as it was published.

    Transformers (BiRefNet, BRIA) pin the batch of 1 in their reshapes: their engine runs images one by one.
    """
    try:
        return free_batch(data, notice=f"{card.notice} Original: {source_sha256}.")
    except BatchPinnedError:
        return data


def _from_ncnn(card: ModelCard, paths: list[Path]) -> StateDict:
    """An ncnn graph and its weights."""
    try:
        text = paths[0].read_text(encoding="ascii")
    except UnicodeDecodeError as error:
        raise NcnnFormatError("the .param file is not text") from error
    return name_arrays(card, read_weights(parse_param(text), paths[1].read_bytes()))


def _from_checkpoint(card: ModelCard, path: Path) -> StateDict:
    """An official `.pth`: the averaged weights under `params_ema`, or the only ones under `params`."""
    import torch  # noqa: PLC0415 - takes over a second to import, and most fetches never see a .pth

    try:
        checkpoint: Any = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises pickle, zip, runtime and end-of-file errors alike
        raise StateDictError(f"{path.name} is not a checkpoint of tensors: {error}") from error
    for key in ("params_ema", "params"):
        if isinstance(checkpoint, dict) and key in checkpoint:
            tensors = checkpoint[key].items()
            return check(card, {name: np.ascontiguousarray(value.numpy()) for name, value in tensors})
    raise StateDictError(f"{path.name} holds neither params_ema nor params")


def _safetensors(state: StateDict, facts: dict[str, str]) -> bytes:
    """Serialise with sorted metadata: the library orders it at random, and the file's hash is its version."""
    blob = safetensors.numpy.save(state, metadata=facts)
    end = 8 + int.from_bytes(blob[:8], "little")
    header: dict[str, Any] = json.loads(blob[8:end])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + blob[end:]
