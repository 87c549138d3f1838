"""The whole service over Postgres, Redis and S3, each a real server, as a cluster has them."""

import base64
from collections.abc import Iterator

import httpx
import pytest

from bench.pictures import EMBLEM
from bench.service import Service, running
from tests.servers.postgres import postgres
from tests.servers.redis import redis_server
from tests.servers.s3 import s3_server

pytestmark = [pytest.mark.serve, pytest.mark.weights, pytest.mark.timeout(400)]
CUT = "/api/v1/remove-background"


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """A service that keeps nothing on its own disk."""
    with postgres() as database, redis_server() as redis, s3_server() as bucket:
        where = {"DATABASE_URL": database.url, "REDIS_URL": redis.url, "STORAGE_URL": bucket.url}
        with running(DEADLINE_S="90", **where, **bucket.environment) as started:
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
