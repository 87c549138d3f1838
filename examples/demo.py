"""`make demo`: ask the service for an asset pack and write it to out/.

Starts the service when none answers, and stops it again afterwards.
"""

import argparse
import io
import json
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import httpx

from configs.settings import REPOSITORY, Settings

EXAMPLES = Path(__file__).resolve().parent
READY_TIMEOUT_S = 240


def main() -> int:
    """Send one pack request and unpack the answer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--logo", type=Path, default=EXAMPLES / "logos" / "emblem.png")
    parser.add_argument("--roster", type=Path, default=EXAMPLES / "rosters" / "broadbay.json")
    parser.add_argument("--out", type=Path, default=None)
    options = parser.parse_args()
    settings = Settings()
    address = f"http://{settings.api_host}:{settings.api_port}"
    service = None if answers(address) else start(address)
    try:
        team = json.loads(options.roster.read_text(encoding="utf-8"))
        key = settings.api_key.get_secret_value()
        out = options.out or settings.output_dir
        folder = ask(address, key, team=team, logo=options.logo, out=out)
    finally:
        if service is not None:
            service.terminate()
            service.wait(timeout=60)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            print(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
    return 0


def answers(address: str) -> bool:
    """Whether a service is there and ready."""
    try:
        return httpx.get(f"{address}/health/ready", timeout=3, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def start(address: str) -> subprocess.Popen[bytes]:
    """Start the service and wait until it is ready.

    Raises:
        SystemExit: it ended, or did not get ready in time.
    """
    print("no service answers: starting one", file=sys.stderr)
    service = subprocess.Popen([sys.executable, "-m", "serve_app"], cwd=REPOSITORY, stdout=sys.stderr)
    deadline = time.monotonic() + READY_TIMEOUT_S
    while time.monotonic() < deadline and service.poll() is None:
        if answers(address):
            return service
        time.sleep(0.5)
    service.terminate()
    raise SystemExit("The service did not get ready.")


def ask(address: str, key: str, *, team: dict[str, Any], logo: Path, out: Path) -> Path:
    """Request the pack and unpack its archive; gives the folder.

    Raises:
        SystemExit: the service refused, with its reason.
    """
    fields = {name: value for name, value in team.items() if isinstance(value, str)}
    fields |= {name: json.dumps(value) for name, value in team.items() if not isinstance(value, str)}
    started = time.perf_counter()
    with httpx.Client(base_url=address, timeout=120, trust_env=False) as client:
        headers = {"Authorization": f"Bearer {key}"}
        files = {"logo": (logo.name, logo.read_bytes())}
        answer = client.post("/api/v1/generate-asset-pack", data=fields, files=files, headers=headers)
        if answer.status_code != httpx.codes.OK:
            raise SystemExit(f"{answer.status_code}: {answer.text}")
        pack = answer.json()
        (archive,) = (asset for asset in pack["assets"] if asset["role"] == "zip")
        data = client.get(archive["url"]).raise_for_status().content
    print(f"pack of {len(pack['assets'])} assets in {time.perf_counter() - started:.1f} s", file=sys.stderr)
    for warning in pack["warnings"]:
        print(f"warning {warning['code']}: {warning['message']}", file=sys.stderr)
    folder = out / re.sub(r"[^a-z0-9]+", "-", team["team_name"].lower()).strip("-")
    with zipfile.ZipFile(io.BytesIO(data)) as content:
        content.extractall(folder)
    return folder


if __name__ == "__main__":
    raise SystemExit(main())
