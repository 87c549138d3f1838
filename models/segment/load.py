"""Loads segmentation engines: ONNX Runtime is imported here, PyTorch is not needed."""

from pathlib import Path

from models.base import Device, EngineInfo, SegmentEngine
from models.registry import TILE_RULES, card_of, version_of
from models.segment.engine import OnnxSegmenter, open_session
from models.weights import weights_path


def load_segmenter(name: str, *, weights_dir: Path, device: Device, threads: int) -> SegmentEngine:
    """Load a salient-object engine.

    Args:
        name: One of `names("segment")`.
        weights_dir: Where `models.fetch` put the weights.
        device: Where to run.
        threads: CPU threads of this engine.

    Raises:
        KeyError: There is no such segmenter.
        WeightsMissingError: Its weights were not fetched.
        DeviceUnavailableError: ONNX Runtime cannot use the device.
    """
    card = card_of(name, task="segment")
    path = weights_path(name, weights_dir=weights_dir)
    tile = TILE_RULES[name]
    info = EngineInfo(
        name=name,
        version=version_of(name, weights_dir=weights_dir),
        task="segment",
        scale=1,
        channels=3,
        dtype="float32",
        backend="onnxruntime",
        device=device,
        licence=card.licence,
        tile=tile,
        cost_tflop_per_mp=(card.saliency.gflop if card.saliency else 0.0) * 1e3 / tile.size_px**2,
    )
    return OnnxSegmenter(open_session(path, device=device, threads=threads), info=info)
