"""Peak memory of decoding, in a process of its own (Linux): `python -m bench.codec_memory HOW FILE`."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from imaging.codec.decode import decode
from imaging.codec.header import DecodeLimits

_STATUS = Path("/proc/self/status")
_FORGET_PEAK = ("/proc/self/clear_refs", "5")
"""Writing 5 sets the peak back to what is resident now (proc(5))."""


def decoding_bytes_per_pixel(path: Path, how: str) -> float:
    """Bytes beyond the file itself, at the peak, for each pixel.

    Args:
        path: An image file.
        how: `ours`, or `pillow` for `np.asarray(Image.open(...))`.
    """
    command = [sys.executable, "-m", "bench.codec_memory", how, str(path)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main() -> None:
    """Decode and print."""
    how, path = sys.argv[1:]
    data = Path(path).read_bytes()
    run = {"ours": _ours, "pillow": _pillow}[how]
    out = BytesIO()
    Image.new("RGB", (64, 64)).save(out, "PNG")
    run(out.getvalue())  # whatever a first call loads is not of the image
    Path(_FORGET_PEAK[0]).write_text(_FORGET_PEAK[1], encoding="ascii")
    before = _kb("VmRSS")
    pixels = run(data)
    sys.stdout.write(str((_kb("VmHWM") - before) * 1024 / (pixels.shape[0] * pixels.shape[1])))


def _ours(data: bytes) -> np.ndarray:
    return decode(data, limits=DecodeLimits(max_megapixels=1000))[0]


def _pillow(data: bytes) -> np.ndarray:
    with Image.open(BytesIO(data)) as image:
        return np.asarray(image)


def _kb(name: str) -> int:
    lines = _STATUS.read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


if __name__ == "__main__":
    main()
