"""rembg beside us: its library in this process, its own HTTP server in an environment of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from bench.service import Service, free_port, stop
from configs.settings import Settings
from models.weights import weights_path

PACKAGE = "rembg[cpu,cli]==2.0.86"
MODEL = "u2net"
INSTALL_TIMEOUT_S = 300
READY_TIMEOUT_S = 120


class PeerUnavailableError(RuntimeError):
    """rembg's server cannot be had here; the text says why."""


def _home() -> Path:
    """Where rembg finds our copy of the weights; numba keeps there what it compiles of pymatting."""
    home = Settings().data_dir.resolve() / "bench" / "rembg"
    home.mkdir(parents=True, exist_ok=True)
    link = home / f"{MODEL}.onnx"
    if not link.exists():
        link.unlink(missing_ok=True)
        link.symlink_to(weights_path(MODEL, weights_dir=Settings().weights_dir))
    return home


def _environment() -> dict[str, str]:
    home = str(_home())
    return {"U2NET_HOME": home, "NUMBA_CACHE_DIR": f"{home}/numba"}


def library() -> Callable[[bytes], bytes]:
    """`rembg.remove` with a session of u2net; the first import compiles for about a minute."""
    os.environ.update(_environment())
    from rembg import new_session, remove  # noqa: PLC0415 - a minute, and only here

    session = new_session(MODEL)

    def cut(data: bytes) -> bytes:
        return bytes(remove(data, session=session))

    return cut


@contextmanager
def server() -> Iterator[Service]:
    """`rembg s`, ready.

    Raises:
        PeerUnavailableError: It could not be installed, or did not start.
    """
    program = _installed()
    port = free_port()
    command = [str(program), "s", "--host", "127.0.0.1", "--port", str(port), "--no-ui"]
    log = _home() / "log"
    started = time.perf_counter()
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, env={**os.environ, **_environment()}, stdout=out, stderr=out, start_new_session=True
        )
        try:
            service = Service(f"http://127.0.0.1:{port}", process, 0.0)
            _wait(service, log=log, until=started + READY_TIMEOUT_S)
            yield service
        finally:
            stop(process)


def _installed() -> Path:
    """The program, in a virtual environment below the data folder: its pins of FastAPI are not ours."""
    folder = Settings().data_dir.resolve() / "bench" / "rembg-venv"
    program = folder / "bin" / "rembg"
    if program.exists():
        return program
    steps = (
        [sys.executable, "-m", "venv", str(folder)],
        [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", PACKAGE],
    )
    for step in steps:
        try:
            subprocess.run(step, check=True, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_S)
        except subprocess.CalledProcessError as error:
            reason = (error.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise PeerUnavailableError(f"{PACKAGE} cannot be installed: {reason}") from error
        except subprocess.TimeoutExpired as error:
            raise PeerUnavailableError(f"{PACKAGE} took over {INSTALL_TIMEOUT_S} s to install") from error
    return program


def _wait(service: Service, *, log: Path, until: float) -> None:
    while True:
        try:
            if httpx.get(f"{service.address}/openapi.json", timeout=5, trust_env=False).is_success:
                return
        except httpx.HTTPError:
            pass
        if service.exit_code() is not None or time.perf_counter() > until:
            text = log.read_text(encoding="utf-8", errors="replace").strip()
            raise PeerUnavailableError(f"`rembg s` does not start: {text[-300:]}")
        time.sleep(0.2)
