"""Cold start: a fresh clone on a machine that has only Python and make. `python -m bench.cold`."""

import os
import subprocess
import tempfile
import time
from pathlib import Path

from bench.command import Effort, run_alone
from bench.service import free_port, stop, wait_ready
from configs.settings import REPOSITORY

TIMEOUT_S = 900


def measure(_effort: Effort = "normal") -> str:
    """The section: from `make serve` in a fresh clone to the first answer."""
    seconds = cold_start_s()
    return f"""## Cold start

`make serve` in a fresh clone (environment, packages, weights) until `/health/ready` is 200:
**{seconds:.0f} s**, of which the package registry's answers are a part."""


def cold_start_s() -> float:
    """Seconds from `make serve` in a fresh clone to `/health/ready` 200.

    Raises:
        RuntimeError: it did not get ready.
    """
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        clone, log = Path(folder) / "clone", Path(folder) / "log"
        subprocess.run(["git", "clone", "--quiet", str(REPOSITORY), str(clone)], check=True)
        port = free_port()
        environment = {**os.environ, "API_PORT": str(port), "DATA_DIR": str(clone / ".data")}
        started = time.perf_counter()
        with log.open("wb") as out:
            process = subprocess.Popen(
                ["make", "serve"], cwd=clone, env=environment, stdout=out, stderr=out, start_new_session=True
            )
            try:
                wait_ready(f"http://127.0.0.1:{port}", process, log=log, timeout_s=TIMEOUT_S)
                return time.perf_counter() - started
            finally:
                stop(process)


if __name__ == "__main__":
    run_alone("cold", measure)
