"""Two replicas of the API and a dispatcher, in processes of their own, over one Postgres and one Redis."""

import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, nullcontext
from dataclasses import dataclass

import httpx
import pytest

from tests.faults.replicas import Replica, started
from tests.faults.scale import FULL, SCALE
from tests.servers.postgres import PostgresServer, postgres
from tests.servers.redis import RedisServer, redis_server


@dataclass(frozen=True, slots=True)
class Cluster:
    """A test that breaks a part mends it."""

    postgres: PostgresServer
    redis: RedisServer
    database_url: str
    storage_url: str
    replicas: tuple[Replica, Replica]
    dispatcher: Replica


@pytest.fixture(scope="session")
def cluster_processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The cluster, while it starts."""
    folder = tmp_path_factory.mktemp("cluster")
    with postgres() as server, redis_server() as redis:
        name = f"faults_{uuid.uuid4().hex}"
        server.execute(f"CREATE DATABASE {name}")
        environment = {
            "DATABASE_URL": server.url_of(name),
            "REDIS_URL": redis.url,
            "STORAGE_URL": (folder / "objects").as_uri(),
            "DATA_DIR": str(folder),
        }
        with started(apis=2, environment=environment, folder=folder) as (a, b, dispatcher):
            urls = environment["DATABASE_URL"], environment["STORAGE_URL"]
            yield Cluster(server, redis, *urls, (a, b), dispatcher)


@pytest.fixture
async def cluster(cluster_processes: Cluster) -> Cluster:
    """The cluster, ready."""
    for replica in cluster_processes.replicas:
        await replica.ready()
    return cluster_processes


@pytest.fixture
async def clients(cluster: Cluster) -> AsyncIterator[tuple[httpx.AsyncClient, ...]]:
    """A client of each replica of the API."""
    async with AsyncExitStack() as stack:
        yield tuple([await stack.enter_async_context(one.client()) for one in cluster.replicas])


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Prints figures about the test: to people who ran the full faults, else where `-s` shows them."""

    def say(text: str) -> None:
        with capsys.disabled() if SCALE is FULL else nullcontext():
            print(f"\n{request.node.name}: {text}")  # noqa: T201 - it is read by people

    return say
