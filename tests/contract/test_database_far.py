"""A Postgres that is far away: slow to open, then quick enough."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from serve_app.adapters.database import SqlDatabase
from serve_app.errors import UnavailableError

ONE_WAY_S = 0.1
"""Two times of it for each of some seven exchanges that open a connection: longer than a caller waits."""


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass bytes on after a while, as many as there are."""
    clock = asyncio.get_running_loop()
    with suppress(OSError):
        while data := await reader.read(65_536):
            clock.call_later(ONE_WAY_S, writer.write, data)
    clock.call_later(ONE_WAY_S, writer.close)


@pytest.fixture
async def far_url(postgres_url: str) -> AsyncIterator[str]:
    """A new database at the end of a long line."""
    near = urlsplit(postgres_url)
    lines: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(near.hostname, near.port)
        for line in (carry(reader, far_writer), carry(far_reader, writer)):
            lines.add(asyncio.create_task(line))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield f"postgresql://{near.username}@127.0.0.1:{port}{near.path}"
    server.close()
    for line in lines:
        line.cancel()
    await asyncio.gather(*lines, return_exceptions=True)


async def test_far_server_is_reached(far_url: str) -> None:
    """Callers are refused while the first connection opens; it is kept, and serves the next."""
    database = SqlDatabase.from_url(far_url)
    await database.migrate()
    refused = 0
    async with asyncio.timeout(30):
        while True:
            try:
                await database.check()
                break
            except UnavailableError:
                refused += 1
    assert refused > 0
    await database.close()
