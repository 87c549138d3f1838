"""What the suites of ports share: a real Postgres, and an empty database on either engine."""

import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from serve_app.adapters.database import SqlDatabase
from tests.contract.installations import Places, Templates
from tests.servers.postgres import PostgresServer, postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One Postgres for all; a test that breaks it mends it."""
    with postgres(flushes=False) as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    """A new, empty database of that server."""
    name = f"test_{uuid.uuid4().hex}"
    postgres_server.execute(f"CREATE DATABASE {name}")
    return postgres_server.url_of(name)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite file that is not there yet."""
    return f"sqlite://{tmp_path}/mighty.sqlite"


@pytest.fixture(params=["sqlite_url", "postgres_url"], ids=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database on each engine."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[SqlDatabase]:
    """A migrated database on each engine."""
    made = SqlDatabase.from_url(database_url)
    await made.migrate()
    yield made
    await made.close()


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """For `places`."""
    return Templates(tmp_path_factory.mktemp("templates"))


@pytest.fixture
async def places(
    request: pytest.FixtureRequest, tmp_path: Path, templates: Templates
) -> AsyncIterator[Places]:
    """Installations."""
    made = Places(tmp_path, lambda: request.getfixturevalue("postgres_server"), templates)
    yield made
    for place in made.made:
        await place.database.close()
