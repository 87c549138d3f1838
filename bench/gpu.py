"""Super-resolution and its surroundings on a GPU: `python -m bench.gpu [--quick | --full]`.

Needs no Ray; where Ray is installed, one row goes through the service. Without a CUDA device nothing is
measured and nothing is written.
"""

import argparse
import sys
from datetime import UTC, datetime

from bench.command import Effort, ends_cleanly, parsed_effort, say
from bench.gpu_report import Report, section
from bench.page import publish
from configs.settings import REPOSITORY

PAGE = REPOSITORY / "docs" / "benchmarks-gpu.md"
NO_DEVICE = 2
"""Exit code."""
REFUSAL = (
    "bench.gpu: no CUDA device answers here, so nothing was measured and nothing was written. "
    "Run it where nvidia-smi shows a device and PyTorch is a build for CUDA."
)


def main() -> int:
    """Measure and write; the exit code."""
    effort = parsed_effort(argparse.ArgumentParser(prog="python -m bench.gpu", description=__doc__))
    from bench.gpu_device import described, present  # noqa: PLC0415 - imports PyTorch, which --help does not need

    if not present():
        sys.stderr.write(REFUSAL + "\n")
        return NO_DEVICE
    with ends_cleanly():
        text = section(measure(effort))
    say(text)
    if effort != "quick":
        publish("gpu", text, on=described(), page=PAGE)
        say(f"wrote {PAGE.relative_to(REPOSITORY)}")
    return 0


def measure(effort: Effort) -> Report:
    """Ceilings first, then networks, then what is around them."""
    from bench.gpu_around import request_s, segmentation, served  # noqa: PLC0415 - as above
    from bench.gpu_device import ceilings, described  # noqa: PLC0415 - as above
    from bench.gpu_networks import models  # noqa: PLC0415 - as above

    most = ceilings()
    networks = models(effort)
    whole_s, parts = request_s(effort)
    return Report(
        device=described(),
        command="python -m bench.gpu" + (f" --{effort}" if effort != "normal" else ""),
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        ceilings=most,
        models=networks,
        parts=[*parts, *segmentation(effort), served(effort)],
        request_s=whole_s,
    )


if __name__ == "__main__":
    sys.exit(main())
