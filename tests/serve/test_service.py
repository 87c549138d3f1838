"""The whole service as `make serve` runs it: real Serve processes, real weights, over HTTP."""

import base64
import io
import json
import os
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from bench.requests import kinds
from bench.service import Service, running
from configs.settings import REPOSITORY

pytestmark = [pytest.mark.serve, pytest.mark.weights, pytest.mark.timeout(400)]
EMBLEM = REPOSITORY / "examples" / "logos" / "emblem.png"


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """A service of these tests' own."""
    # A slow machine is no defect: the deadline is wider here, what it does is tested in tests/api.
    with running(DEADLINE_S="90") as started:
        yield started


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    """A client with a key."""
    with service.client() as http:
        yield http


def picture(width: int, height: int) -> bytes:
    """A flat drawing as PNG."""
    pixels = np.full((height, width, 3), 255, np.uint8)
    pixels[height // 4 : -height // 4, width // 4 : -width // 4] = (200, 16, 46)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def test_ready_names_every_part(client: httpx.Client) -> None:
    """Ready answers with every deployment, the device and the models in use."""
    checks = client.get("/health/ready").json()["checks"]
    parts = {"codec", "upscaler", "segmenter", "renderer", "dispatcher"}
    assert parts | {"object_store", "database", "jobs", "cache"} <= set(checks)
    assert checks["upscaler"]["device"] in ("cpu", "cuda")
    assert len(checks["upscaler"]["models"]) == 2
    assert checks["segmenter"]["models"][0]["name"] == "u2net"


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_every_endpoint_answers(client: httpx.Client, kind: Any) -> None:
    """Every endpoint works with the repository's own examples, and its links open."""
    answer = kind.send(client)
    assert answer.status_code == 200, answer.text
    for asset in answer.json()["assets"]:
        file = client.get(asset["url"])
        assert (file.status_code, len(file.content)) == (200, asset["bytes"])


def test_a_banner_gets_every_picture(client: httpx.Client) -> None:
    """Logo, photo, league's and sponsors' logos reach the Renderer together, whatever their order."""
    logo = {"base64": base64.b64encode(EMBLEM.read_bytes()).decode()}
    fields = {
        "team_name": "Harbor Foxes",
        "template": "photo_hero",
        "logo_base64": logo["base64"],
        "photo_base64": base64.b64encode(picture(300, 200)).decode(),
        "league_logo_base64": logo["base64"],
        "sponsors": [{"logo": logo}, "Harbor Bakery"],
        "players_csv": "No.;Player\n7;Mina Duarte\n10;Ana Reyes\n",
        "formats": ["pdf"],
    }
    body = client.post("/api/v1/generate-roster-banner", json=fields).json()
    assert [asset["role"] for asset in body["assets"]] == ["banner_pdf"]
    assert (body["logo"]["route"], body["roster"]["players"]) == ("vector", 2)


def test_same_request_same_bytes(client: httpx.Client) -> None:
    """The same request gives the same bytes, also through real networks."""
    fields = {"image_base64": base64.b64encode(picture(96, 96)).decode(), "scale": 3}
    hashes = {client.post("/api/v1/upscale", json=fields).json()["assets"][0]["sha256"] for _ in range(2)}
    assert len(hashes) == 1


def test_errors_cross_processes_by_name(client: httpx.Client) -> None:
    """An error of any stage, in whatever process, reaches the client with its own code."""
    broken = EMBLEM.read_bytes()[:20_000]
    blank = io.BytesIO()
    Image.new("RGB", (64, 64), "white").save(blank, "PNG")
    for data, code in ((broken, "image_corrupt"), (blank.getvalue(), "no_foreground")):
        fields = {"image_base64": base64.b64encode(data).decode()}
        answer = client.post("/api/v1/remove-background", json=fields)
        assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_an_answer_has_one_request_id(client: httpx.Client) -> None:
    """Serve's proxy adds none to the API's, and nothing malformed comes back."""
    kept = client.get("/health/live", headers={"X-Request-Id": "abc-1"})
    made = client.get("/health/live", headers={"X-Request-Id": "a b<script>"})
    assert kept.headers.get_list("x-request-id") == ["abc-1"]
    (own,) = made.headers.get_list("x-request-id")
    assert own != "a b<script>"


def test_pack_holds_what_its_manifest_says(client: httpx.Client) -> None:
    """The archive of a pack opens, and every file in it is as the manifest says."""
    roster = json.loads(min((REPOSITORY / "examples" / "rosters").glob("*.json")).read_text("utf-8"))
    fields = {**roster, "logo_base64": base64.b64encode(EMBLEM.read_bytes()).decode()}
    body = client.post("/api/v1/generate-asset-pack", json=fields).json()
    assert {item["state"] for item in body["items"]} == {"succeeded"}
    wanted = {
        "logo_master",
        "logo_svg",
        "tshirt_front",
        "tshirt_back",
        "tshirt_front_print",
        "tshirt_back_print",
    }
    wanted |= {"banner_png", "banner_pdf", "social_card", "favicon.ico", "site.webmanifest", "readme", "zip"}
    assert wanted <= {asset["role"] for asset in body["assets"]}
    (archive,) = (asset for asset in body["assets"] if asset["role"] == "zip")
    with zipfile.ZipFile(io.BytesIO(client.get(archive["url"]).content)) as content:
        manifest = json.loads(content.read("manifest.json"))
        for file in manifest["files"]:
            assert len(content.read(file["path"])) == file["bytes"]
    master = next(asset for asset in body["assets"] if asset["role"] == "logo_master")
    assert max(master["width"], master["height"]) == 3000
    assert master["dpi"] == 300


def test_a_job_gives_the_bytes_of_the_endpoint(client: httpx.Client) -> None:
    """What the dispatcher makes through the deployments is what the endpoint makes, byte for byte."""
    fields = {"image_base64": base64.b64encode(EMBLEM.read_bytes()).decode(), "mode": "logo"}
    now = client.post("/api/v1/remove-background", json=fields).json()["assets"][0]
    accepted = client.post("/api/v1/remove-background", json=fields, headers={"Prefer": "respond-async"})
    assert accepted.status_code == 202
    with client.stream("GET", f"{accepted.headers['location']}/events") as stream:
        assert "event: end" in list(stream.iter_lines())
    job = client.get(accepted.headers["location"]).json()["job"]
    assert (job["state"], job["result"]["assets"][0]["sha256"]) == ("succeeded", now["sha256"])


def test_equal_requests_are_made_once(service: Service) -> None:
    """Eight equal requests at once are one piece of work; the rest get its file."""

    def one(_: int) -> dict[str, Any]:
        with service.client() as http:
            fields = {"image_base64": base64.b64encode(picture(80, 80)).decode(), "scale": 2}
            headers = {"Cache-Control": "max-age=60"}
            return dict(http.post("/api/v1/upscale", json=fields, headers=headers).json())

    with ThreadPoolExecutor(8) as clients:
        answers = list(clients.map(one, range(8)))
    assert Counter(answer["cached"] for answer in answers) == {False: 1, True: 7}
    assert len({answer["assets"][0]["id"] for answer in answers}) == 1


def test_every_file_of_a_logo_comes_from_an_svg(client: httpx.Client) -> None:
    """An SVG gives every file that a logo can give, and a jersey; an unknown garment is told by its name."""
    disc = b'<circle cx=".5" cy=".5" r=".4" fill="#0b2545"/>'
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1">' + disc
    logo = {"logo_base64": base64.b64encode(svg + b"</svg>").decode()}
    every = {"outputs": ["png", "svg", "pdf", "diff"], "variants": ["mono", "reversed", "dark_garment"]}
    body = client.post("/api/v1/process-logo/optimized", json={**logo, **every}).json()
    roles = {"master", "svg", "pdf", "diff", "mono", "reversed", "dark_garment"}
    assert {asset["role"] for asset in body["assets"]} == roles
    jersey = {"side": "back", "name": "Duarte", "number": "10", "outputs": ["mockup", "print", "print_pdf"]}
    body = client.post("/api/v1/place-logo", json={**logo, **jersey, "dpi": 72}).json()
    assert len(body["assets"]) == 7, body
    wrong = client.post("/api/v1/place-logo", json={**logo, "garment": "spacesuit"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "garment")


def at_once(service: Service, every: list[Any]) -> list[int]:
    """Send all of these at the same time, each from a client of its own; gives their statuses."""

    def one(kind: Any) -> int:
        with service.client() as http:
            return int(kind.send(http).status_code)

    with ThreadPoolExecutor(len(every)) as clients:
        return list(clients.map(one, every))


def batch_sizes(client: httpx.Client, part: str) -> Counter[int]:
    """Batches of each size that a deployment has run since it started."""
    batches = client.get("/health").json()["checks"][part]["batches"]
    return Counter({int(size): count for size, count in batches.items()})


def test_mixed_requests_at_once(service: Service) -> None:
    """Two of each kind at once, eighteen in all, packs among them: all succeed."""
    every = kinds() * 2
    assert len(every) == 18
    assert at_once(service, every) == [200] * 18


@pytest.mark.parametrize(("part", "kind"), [("upscaler", kinds()[0]), ("segmenter", kinds()[2])])
def test_what_waits_is_all_served(service: Service, client: httpx.Client, part: str, kind: Any) -> None:
    """While a network is busy others wait, and each of their tiles or photos runs once."""
    before = batch_sizes(client, part)
    assert at_once(service, [kind] * 8) == [200] * 8
    grown = batch_sizes(client, part) - before
    assert sum(size * count for size, count in grown.items()) == 8


def test_demo_writes_a_pack(service: Service, tmp_path: Path) -> None:
    """`make demo` finds the running service, writes the pack and prints the path of every file."""
    environment = {**os.environ, "API_PORT": service.address.rsplit(":", 1)[1], "OUTPUT_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "examples.demo"]
    done = subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=True
    )
    printed = {Path(line) for line in done.stdout.splitlines()}
    assert printed == {path for path in tmp_path.rglob("*") if path.is_file()}
    assert {path.name for path in printed} >= {"logo-master.png", "tshirt-front.jpg", "banner.pdf"}


def test_large_upload_is_refused_early(client: httpx.Client) -> None:
    """A body over the limit is refused through Serve's own proxy too."""
    answer = client.post(
        "/api/v1/upscale", content=b"x" * 80_000_000, headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "payload_too_large")
