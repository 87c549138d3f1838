"""`python -m serve_app`: the whole service on this machine, until it is told to stop."""

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import TextIO

import httpx
import ray
from dotenv import load_dotenv
from pydantic import ValidationError
from ray import serve
from ray.serve._private.api import serve_start
from ray.serve.schema import ServeDeploySchema

from configs.settings import Settings
from serve_app.serve_file import ServeFileError, read_serve_file

READY_TIMEOUT_S = 240.0
MIGRATE = (sys.executable, "-m", "serve_app.cli", "migrate")
PROCESS_ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    # A heap per thread keeps what each thread used at its peak: a third of the service's memory.
    "MALLOC_ARENA_MAX": "2",
    "RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH": "serve_app.api.context:around_proxy",
}
"""Of every process of the service, unless the caller's environment says otherwise."""


def say(text: str, *, to: TextIO = sys.stdout) -> None:
    """A line for the person who started the service."""
    to.write(text + "\n")
    to.flush()


def main() -> int:
    """Start Ray and Serve, wait until every deployment answers, then wait for a signal."""
    # Replicas are other processes: what .env says reaches them through the environment.
    load_dotenv(Path.cwd() / ".env")
    try:
        settings = Settings()
        config = read_serve_file(settings.serve_file)
    except (ValidationError, ServeFileError, OSError) as error:
        say(f"The settings cannot be used.\n{error}", to=sys.stderr)
        return 2
    if not _port_is_free(settings):
        say(f"Port {settings.api_port} is taken: set API_PORT to another one.", to=sys.stderr)
        return 2
    stop = threading.Event()
    say(f"settings: {settings.masked()}")
    # In a process of its own: this one stays small. In production the operator does it, once.
    if settings.profile == "local" and subprocess.run(MIGRATE, check=False).returncode:  # noqa: S603 - our own
        return 2
    try:
        dashboard = _start(settings, config)
        # After Ray's start, which installs handlers of its own that abort.
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: stop.set())
        address = f"http://{settings.api_host}:{settings.api_port}"
        if not _wait_ready(address, stop):
            say("The service did not get ready; the log above says why.", to=sys.stderr)
            return 1
        say(f"ready: {address}  (docs: {address}/docs)")
        if dashboard:
            say(f"dashboard: http://{dashboard}  (it asks for a token: ray get-auth-token)")
        stop.wait()
    finally:
        serve.shutdown()  # type: ignore[no-untyped-call]  # Ray has no types here
        ray.shutdown()
    return 0


def _port_is_free(settings: Settings) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.api_host, settings.api_port))
        except OSError:
            return False
    return True


def _start(settings: Settings, config: ServeDeploySchema) -> str | None:
    """Start Ray and deploy; gives the dashboard's address when it is on."""
    for name, value in PROCESS_ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    if settings.temp_dir:
        settings.temp_dir.mkdir(parents=True, exist_ok=True)
        os.environ["TMPDIR"] = str(settings.temp_dir.resolve())
    # A new cluster of its own, so that two instances on one machine stay apart.
    cluster = ray.init(
        address="local",
        include_dashboard=settings.dashboard,
        log_to_driver=True,
        namespace="serve",
        _temp_dir=str(settings.temp_dir.resolve() / "ray") if settings.temp_dir else None,
    )
    http_options = {**config.http_options.model_dump(), "host": settings.api_host, "port": settings.api_port}
    client = serve_start(http_options=http_options, proxy_location=config.proxy_location)
    client.deploy_apps(config, _blocking=False)
    return str(cluster.dashboard_url) if settings.dashboard else None


def _wait_ready(address: str, stop: threading.Event) -> bool:
    """Ask `/health/ready` until it says yes, the time is over, or a signal comes."""
    waited = 0.0
    while waited < READY_TIMEOUT_S and not stop.wait(0.25):
        waited += 0.25
        try:
            if httpx.get(f"{address}/health/ready", timeout=10, trust_env=False).is_success:
                return True
        except httpx.HTTPError:
            continue
    return stop.is_set()


if __name__ == "__main__":
    raise SystemExit(main())
