"""`python -m models.segment.make_ir from.onnx to.xml`: the conversion of `models.segment.ir`."""

import sys
from pathlib import Path

from models.backends.openvino_runtime import ConstantFolding, Manager, ov


def make_ir(onnx: Path, xml: Path) -> None:
    """Write a graph for one image at a time, with its first output only.

    The six side outputs of U-2-Net are not asked for, so they are not computed into results; sizes that the
    graph computes from its own shapes (most of u2net's 2,800 nodes) become constants. Weights stay float32:
    rounded to float16 they move u2netp's masks to IoU 0.96, and the file is only mapped, not held.
    """
    whole = ov.Core().read_model(onnx)
    shape = whole.input(0).get_partial_shape()
    whole.reshape([1, *(shape[axis].get_length() for axis in (1, 2, 3))])
    model = ov.Model([whole.get_results()[0]], whole.get_parameters(), onnx.stem)
    manager = Manager()
    manager.register_pass(ConstantFolding())
    manager.run_passes(model)
    unfinished = xml.with_name(f"{xml.stem}.making.xml")
    ov.save_model(model, unfinished, compress_to_fp16=False)
    unfinished.with_suffix(".bin").replace(xml.with_suffix(".bin"))
    unfinished.replace(xml)


if __name__ == "__main__":
    make_ir(Path(sys.argv[1]), Path(sys.argv[2]))
