"""The whole service over Postgres, Redis and S3, each a real server, as a cluster has them; full; stopped."""

import base64
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import yaml

from bench.pictures import EMBLEM
from bench.requests import kinds
from bench.service import Service, running, stop, tree
from configs.settings import REPOSITORY
from tests.servers.postgres import postgres
from tests.servers.redis import redis_server
from tests.servers.s3 import s3_server

pytestmark = [pytest.mark.serve, pytest.mark.weights, pytest.mark.timeout(400)]
CUT = "/api/v1/remove-background"


def narrow(folder: Path) -> str:
    """A Serve config whose upscaler has room for one running and one waiting image."""
    config = yaml.safe_load((REPOSITORY / "configs" / "serve" / "local.yaml").read_text("utf-8"))
    (upscaler,) = (d for d in config["applications"][0]["deployments"] if d["name"] == "Upscaler")
    upscaler |= {"max_ongoing_requests": 1, "max_queued_requests": 1}
    path = folder / "narrow.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that keeps nothing on its own disk, with a narrow upscaler; the last test stops it."""
    with postgres() as database, redis_server() as redis, s3_server() as bucket:
        where = {"DATABASE_URL": database.url, "REDIS_URL": redis.url, "STORAGE_URL": bucket.url}
        serve_file = narrow(tmp_path_factory.mktemp("narrow"))
        with running(DEADLINE_S="90", SERVE_FILE=serve_file, **where, **bucket.environment) as started:
            yield started


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    """A client that takes answers from the cache."""
    with service.client() as http:
        http.headers["Cache-Control"] = "max-age=60"
        yield http


def fields() -> dict[str, str]:
    """A logo to cut out."""
    return {"image_base64": base64.b64encode(EMBLEM.read_bytes()).decode(), "mode": "logo"}


def opened(url: str) -> bytes:
    """What a link leads to, without a key."""
    return httpx.get(url, trust_env=False).raise_for_status().content


def test_files_come_from_the_bucket(client: httpx.Client) -> None:
    """Links are the bucket's own; an equal request is answered from Redis with the same file."""
    first, again = (client.post(CUT, json=fields()).json() for _ in range(2))
    assert (first["cached"], again["cached"]) == (False, True)
    (asset,) = first["assets"]
    assert asset["url"].startswith("http://")
    assert len(opened(asset["url"])) == asset["bytes"]
    assert again["assets"][0]["id"] == asset["id"]


def test_jobs_and_history_are_in_postgres(client: httpx.Client) -> None:
    """A job ends, its work is in the history, and DELETE takes row and files away."""
    accepted = client.post(CUT, json=fields(), headers={"Prefer": "respond-async"})
    with client.stream("GET", f"{accepted.headers['location']}/events") as stream:
        assert "event: end" in list(stream.iter_lines())
    job = client.get(accepted.headers["location"]).json()["job"]
    assert job["state"] == "succeeded"
    path = f"/api/v1/images/{job['result']['id']}"
    link = client.get(path).json()["assets"][0]["url"]
    assert opened(link)
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert httpx.get(link, trust_env=False).status_code == 404


def test_full_queue_of_a_deployment_is_overload(service: Service) -> None:
    """With room for one running and one waiting image, the rest are told at once when to come back."""

    def one(_: int) -> tuple[int, str | None, str | None]:
        with service.client() as http:
            answer = kinds()[0].send(http)
        return answer.status_code, answer.headers.get("retry-after"), answer.json().get("code")

    with ThreadPoolExecutor(12) as clients:
        answers = Counter(clients.map(one, range(12)))
    assert set(answers) == {(200, None, None), (503, "2", "overloaded")}


def test_service_stops_in_order_when_told(service: Service) -> None:
    """SIGTERM drains and ends the service with exit code 0, and no process stays behind."""
    processes = tree(service.pid)
    assert len(processes) > 5
    stop(service.process)
    assert service.exit_code() == 0
    deadline = time.monotonic() + 20
    while (
        left := [pid for pid in processes if Path(f"/proc/{pid}").exists()]
    ) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert left == []
