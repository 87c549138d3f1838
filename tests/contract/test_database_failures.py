"""Postgres is stopped, killed, frozen and restarted under the service."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import psycopg
import pytest

from serve_app.adapters.database import SqlDatabase
from serve_app.errors import UnavailableError
from tests.contract.database_rows import HOUR, NOW, OWNER, image, pack
from tests.servers.postgres import PostgresServer

SOON_S = 3.0
"""The promise is a second; a busy test machine is given three."""


@pytest.fixture
def server(postgres_server: PostgresServer) -> Iterator[PostgresServer]:
    """The server that others use too, to be broken: mended afterwards."""
    yield postgres_server
    postgres_server.resume()
    if not postgres_server.running:
        postgres_server.start()


@pytest.fixture
async def database(server: PostgresServer, postgres_url: str) -> AsyncIterator[SqlDatabase]:
    """A database in use: its connections are open."""
    made = SqlDatabase.from_url(postgres_url, connections=3)
    await made.migrate()
    await asyncio.gather(*(made.images.add(image(id=f"i{number}")) for number in range(6)))
    yield made
    server.resume()  # or closing would wait for what hangs
    await made.close()


async def refused(database: SqlDatabase, *, callers: int = 1) -> list[UnavailableError]:
    """Every one of so many callers at once is told in time."""

    async def call() -> UnavailableError:
        with pytest.raises(UnavailableError) as caught:
            await database.images.get("i0", owner=OWNER)
        return caught.value

    async with asyncio.timeout(SOON_S):
        return await asyncio.gather(*(call() for _ in range(callers)))


async def works_again(database: SqlDatabase) -> None:
    """Within a few seconds every call is answered, and stays so."""
    async with asyncio.timeout(2 * SOON_S):
        while True:
            try:
                await database.check()
                break
            except UnavailableError:
                await asyncio.sleep(0.05)
    found = await asyncio.gather(*(database.images.get("i0", owner=OWNER) for _ in range(20)))
    assert found == [image(id="i0")] * 20


async def test_stopped(server: PostgresServer, database: SqlDatabase) -> None:
    """A stopped server is `UnavailableError` for every caller, and forgotten when it is back."""
    server.stop()
    errors = await refused(database, callers=20)
    assert all(error.__cause__ is not None for error in errors)
    with pytest.raises(UnavailableError):
        await database.check()
    server.start()
    await works_again(database)


async def test_message_is_safe(server: PostgresServer, database: SqlDatabase) -> None:
    """The sentence for clients has no address, user or statement in it."""
    server.stop()
    (error,) = await refused(database)
    assert error.message == "The database does not answer at present."


async def test_restarted_between_two_calls(server: PostgresServer, database: SqlDatabase) -> None:
    """Connections that died while idle are replaced without a failed call."""
    server.stop()
    server.start()
    assert await database.images.get("i0", owner=OWNER) == image(id="i0")


async def test_killed(server: PostgresServer, database: SqlDatabase) -> None:
    """What was acknowledged is there after every process of the server was killed."""
    await database.packs.add(pack())
    server.kill()
    await refused(database)
    server.start()
    await works_again(database)
    assert await database.packs.get("pack_1", owner=OWNER) == pack()


async def test_frozen(server: PostgresServer, database: SqlDatabase) -> None:
    """A server that accepts and never answers is told to all in time, again and again, and recovers."""
    server.pause()
    for _ in range(3):
        await refused(database, callers=20)
    server.resume()
    await works_again(database)


async def test_frozen_before_the_first_call(server: PostgresServer, postgres_url: str) -> None:
    """Also a connection that is only being opened keeps nobody waiting."""
    made = SqlDatabase.from_url(postgres_url)
    server.pause()
    async with asyncio.timeout(SOON_S):
        with pytest.raises(UnavailableError):
            await made.check()
    server.resume()
    await made.migrate()
    await made.check()
    await made.close()


async def test_locked_row(server: PostgresServer, database: SqlDatabase, postgres_url: str) -> None:
    """A row that another session holds: its caller is told in time, and no statement is left behind."""
    name = postgres_url.rpartition("/")[2]
    claim: dict[str, Any] = {"owner": OWNER, "fingerprint": "f", "now": NOW, "lease": HOUR, "ttl": HOUR}
    await database.idempotency.claim("key", **claim)
    with psycopg.connect(postgres_url) as holder:
        holder.execute("SELECT * FROM idempotency FOR UPDATE")
        async with asyncio.timeout(SOON_S):
            with pytest.raises(UnavailableError):
                await database.idempotency.claim("key", **{**claim, "now": NOW + HOUR})
        await database.check()
        await asyncio.sleep(0.5)
        running = server.execute(
            f"SELECT query FROM pg_stat_activity WHERE datname = '{name}' AND state = 'active'"  # noqa: S608 - our own name
        )
        assert running == []
    assert await database.idempotency.claim("key", **{**claim, "now": NOW + HOUR}) == "ours"


async def test_cancelled_calls_do_no_harm(database: SqlDatabase) -> None:
    """Callers that go away in the middle leave every connection usable and each row whole."""
    for delay_ms in range(12):
        calls = [asyncio.create_task(database.packs.add(pack(id=f"{delay_ms} {n}"))) for n in range(6)]
        await asyncio.sleep(delay_ms / 1000)
        for call in calls:
            call.cancel()
        ended = await asyncio.gather(*calls, return_exceptions=True)
        assert all(end is None or isinstance(end, asyncio.CancelledError) for end in ended)
    await works_again(database)


async def test_cancelled_while_frozen(server: PostgresServer, database: SqlDatabase) -> None:
    """A caller that goes away while the server hangs is not held either."""
    server.pause()
    call = asyncio.create_task(database.images.get("i0", owner=OWNER))
    await asyncio.sleep(0.1)
    call.cancel()
    async with asyncio.timeout(SOON_S):
        with pytest.raises(asyncio.CancelledError):
            await call
    server.resume()
    await works_again(database)


async def test_unknown_host() -> None:
    """A name that does not resolve, and a port that nobody listens on, are the same to callers."""
    for host in ("database.invalid", "127.0.0.1:1"):
        made = SqlDatabase.from_url(f"postgresql://user:secret@{host}/name")
        async with asyncio.timeout(SOON_S):
            with pytest.raises(UnavailableError) as caught:
                await made.check()
        assert "secret" not in str(caught.value.__cause__)
        with pytest.raises(UnavailableError):
            await made.migrate()
        await made.close()
