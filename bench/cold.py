"""Cold start: a fresh clone on a machine that has only Python and make."""

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import httpx

from configs.settings import REPOSITORY

PORT = 8766
TIMEOUT_S = 900


def cold_start_s() -> float:
    """Seconds from `make serve` in a fresh clone (environment, packages, weights) to `/health/ready` 200.

    Raises:
        RuntimeError: it did not get ready.
    """
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        command = ["git", "clone", "--quiet", str(REPOSITORY), str(clone)]
        subprocess.run(command, check=True)
        environment = {**os.environ, "API_PORT": str(PORT)}
        log = (Path(folder) / "log").open("wb")
        started = time.perf_counter()
        process = subprocess.Popen(
            ["make", "serve"],
            cwd=clone,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            while not _ready():
                if process.poll() is not None or time.perf_counter() - started > TIMEOUT_S:
                    raise RuntimeError((Path(folder) / "log").read_text(errors="replace")[-4000:])
                time.sleep(0.25)
            return time.perf_counter() - started
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=90)
            log.close()


def _ready() -> bool:
    try:
        url = f"http://127.0.0.1:{PORT}/health/ready"
        return httpx.get(url, timeout=5, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
