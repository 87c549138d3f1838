"""Loads segmentation engines; a runtime is imported only where it is the one that runs."""

from functools import partial
from pathlib import Path
from typing import Literal

from models.backends.cpu import multiplies_bfloat16
from models.backends.measured import MEMORY_FILE, circumstances, fastest
from models.base import Device, EngineInfo, SegmentEngine
from models.card import ModelCard, SaliencySpec
from models.registry import TILE_RULES, card_of, version_of
from models.segment.engine import SalientSegmenter
from models.segment.ir import ensure_ir
from models.segment.trial import seconds_of
from models.weights import WeightsForbiddenError, weights_path

Backend = Literal["openvino", "onnxruntime"]


def load_segmenter(
    name: str,
    *,
    weights_dir: Path,
    device: Device,
    threads: int,
    backend: Backend | None = None,
    allow_noncommercial: bool = False,
) -> SegmentEngine:
    """Load a salient-object engine, on the runtime that is fastest here.

    On the CPU OpenVINO and ONNX Runtime are measured once; on CUDA ONNX Runtime runs.

    Args:
        name: One of `names("segment")`.
        weights_dir: Where `models.fetch` put the weights.
        device: Where to run.
        threads: CPU threads of this engine.
        backend: Take this one, measuring nothing.
        allow_noncommercial: Load weights whose licence forbids commercial use, too.

    Raises:
        KeyError: There is no such segmenter.
        WeightsForbiddenError: Its licence forbids commercial use, and that was not allowed.
        WeightsMissingError: Its weights were not fetched.
        DeviceUnavailableError: ONNX Runtime cannot use the device.
        EngineError: No runtime can run it.
    """
    card = card_of(name, task="segment")
    if card.noncommercial and not allow_noncommercial:
        raise WeightsForbiddenError(
            f"{name} may not be used commercially ({card.licence}): set ALLOW_NONCOMMERCIAL_MODELS=true."
        )
    path = weights_path(name, weights_dir=weights_dir)
    version = version_of(name, weights_dir=weights_dir)
    spec = _spec(card)
    if device == "cuda":
        return _on_onnxruntime(card, path, version=version, device=device, threads=threads)
    precision = _precision(spec)
    chosen = fastest(
        {
            "openvino": lambda: seconds_of(
                "openvino",
                path=ensure_ir(name, onnx=path, source=version),
                side_px=spec.side_px,
                precision=precision,
                threads=threads,
            ),
            "onnxruntime": lambda: seconds_of(
                "onnxruntime", path=path, side_px=spec.side_px, precision="f32", threads=threads
            ),
        },
        question=f"{name} {version} {precision}",
        given=circumstances(threads=threads, packages=("openvino", "onnxruntime")),
        memory=weights_dir / MEMORY_FILE,
        forced=backend,
    )
    if chosen.name == "onnxruntime":
        return _on_onnxruntime(card, path, version=version, device=device, threads=threads)
    return _on_openvino(card, path, version=version, threads=threads)


def _on_onnxruntime(
    card: ModelCard, path: Path, *, version: str, device: Device, threads: int
) -> SegmentEngine:
    from models.segment.onnx_network import OnnxNetwork  # noqa: PLC0415 - 40 MB that OpenVINO does without

    network = OnnxNetwork(path, device=device, threads=threads)
    info = _info(card, version=version, backend="onnxruntime", device=device)
    return SalientSegmenter(network, info=info, spec=_spec(card))


def _on_openvino(card: ModelCard, path: Path, *, version: str, threads: int) -> SegmentEngine:
    from models.segment.openvino_network import OpenVinoNetwork  # noqa: PLC0415 - not where ONNX Runtime runs

    xml = ensure_ir(card.name, onnx=path, source=version)
    spec = _spec(card)
    precision = _precision(spec)
    opened = partial(OpenVinoNetwork, xml, threads=threads)
    return SalientSegmenter(
        opened(precision=precision),
        info=_info(card, version=version, backend="openvino", device="cpu"),
        spec=spec,
        exact=partial(opened, precision="f32") if precision == "bf16" else None,
    )


def _precision(spec: SaliencySpec) -> Literal["bf16", "f32"]:
    """bfloat16 where it was measured to keep the masks and the processor multiplies it natively."""
    return "bf16" if spec.bfloat16 and multiplies_bfloat16() else "f32"


def _spec(card: ModelCard) -> SaliencySpec:
    assert card.saliency is not None  # noqa: S101 - every segmenter's card has one (a test holds it)
    return card.saliency


def _info(card: ModelCard, *, version: str, backend: str, device: Device) -> EngineInfo:
    tile = TILE_RULES[card.name]
    return EngineInfo(
        name=card.name,
        version=version,
        task="segment",
        scale=1,
        channels=3,
        dtype="float32",
        backend=backend,
        device=device,
        licence=card.licence,
        tile=tile,
        cost_tflop_per_mp=_spec(card).gflop * 1e3 / tile.size_px**2,
    )
