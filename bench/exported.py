"""Our networks in ONNX Runtime, float32: exported once for each shape, in a folder beside the weights."""

import warnings
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from bench.engines import Enlarge, plan_of, tiled
from configs.settings import Settings
from imaging.types import Pixels
from models.backends.cpu import thread_count
from models.registry import TILE_RULES, version_of
from models.upscale.load import load_network

OPSET = 17


def onnx_runtime(name: str, *, side: int, whole: bool) -> Enlarge:
    """The network in ONNX Runtime on the CPU, at its best: a static shape and all threads.

    Args:
        name: Of the model.
        side: Of the square images that will come.
        whole: The image at once; otherwise in the tiles of the service.
    """
    rules = TILE_RULES[name]
    image: Pixels = np.zeros((side, side, 3), np.uint8)
    shape = (side, side) if whole else plan_of(image, rules).tile_shape
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = thread_count()
    session = onnxruntime.InferenceSession(
        str(_exported(name, shape)), options, providers=["CPUExecutionProvider"]
    )

    def run(pixels: Pixels) -> Pixels:
        tensor = pixels.transpose(2, 0, 1)[None].astype(np.float32) / 255
        (output,) = session.run(None, {"input": tensor})
        rounded: Pixels = np.rint(output[0].clip(0, 1) * 255).astype(np.uint8).transpose(1, 2, 0)
        return rounded

    return run if whole else lambda picture: tiled(picture, run, rules=rules)


def _exported(name: str, shape: tuple[int, int]) -> Path:
    """The network as ONNX for one shape; exporting runs it once, so the file is kept."""
    weights_dir = Settings().weights_dir
    version = version_of(name, weights_dir=weights_dir)
    path = Settings().data_dir / "bench" / f"{name}-{version}-{shape[0]}x{shape[1]}.onnx"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        network = load_network(name, weights_dir=weights_dir)
        with warnings.catch_warnings(), torch.inference_mode():
            warnings.simplefilter("ignore")  # the exporter is deprecated, and shapes are meant to be fixed
            torch.onnx.export(
                network,
                (torch.zeros(1, 3, *shape),),
                str(unfinished),
                input_names=["input"],
                opset_version=OPSET,
                dynamo=False,
            )
        unfinished.replace(path)
    return path
