"""Write the versions installed in this environment to constraints.txt.

Local version labels (`2.13.0+cpu`) are dropped, so that the same file serves CPU and GPU machines.
"""

import re
import subprocess
import sys
from pathlib import Path

CONSTRAINTS = Path(__file__).resolve().parent.parent / "constraints.txt"
HEADER = (
    "# Exact versions of everything that `make serve` and `make test` install: regenerate with `make lock`.\n"
)

OTHER_MACHINES = ("basicsr==1.4.2", "onnxruntime-gpu==1.31.1", "realesrgan==0.3.0")
"""Of the extras `gpu` and `reference`, which this environment need not have."""

TORCHS_OWN = ("triton",)
"""PyTorch's CUDA wheels ask for the version that they were built with."""


def main() -> None:
    """Freeze, clean and write."""
    frozen = subprocess.run(
        [sys.executable, "-m", "pip", "freeze", "--exclude-editable"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    pins = [re.sub(r"\+[a-z0-9.]+$", "", line) for line in frozen.splitlines() if "==" in line]
    pins = [pin for pin in pins if pin.partition("==")[0] not in TORCHS_OWN]
    pins = sorted({*pins, *OTHER_MACHINES}, key=str.lower)
    CONSTRAINTS.write_text(HEADER + "\n".join(pins) + "\n", encoding="utf-8")
    print(f"{len(pins)} packages in {CONSTRAINTS.name}")


if __name__ == "__main__":
    main()
