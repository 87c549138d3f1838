"""Postgres behind a pooler that gives each statement another session, as Supabase's does."""

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import sqlalchemy as sa

from serve_app.adapters.database import SqlDatabase
from serve_app.adapters.job_queue_engine import open_engine
from tests.contract.database_rows import HOUR, NOW, OWNER, asset

CONFIG = """
[databases]
{name} = host=127.0.0.1 port={server_port} user={user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
"""


def wait_for(url: str) -> None:
    """Wait until a server answers."""
    ends_at = time.monotonic() + 10
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError:
            if time.monotonic() > ends_at:
                raise
            time.sleep(0.05)
        else:
            return


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other accounts may read; pytest's are not."""
    with tempfile.TemporaryDirectory(prefix="pooler") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture
def pooled_url(postgres_url: str, folder: Path) -> Iterator[str]:
    """A new database through PgBouncer in transaction mode, two sessions for all."""
    program = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if program is None:
        pytest.skip("PgBouncer is not installed")
    parts = urlsplit(postgres_url)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    name = parts.path.lstrip("/")
    config = folder / "pgbouncer.ini"
    config.write_text(CONFIG.format(name=name, server_port=parts.port, user=parts.username, port=port))
    command = [program, str(config)]
    if os.getuid() == 0:  # which it refuses to run as
        command[1:1] = ["-u", "nobody"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    url = f"postgresql://{parts.username}@127.0.0.1:{port}/{name}"
    wait_for(url)
    yield url
    process.terminate()
    process.wait(10)


async def test_behind_a_transaction_pooler(pooled_url: str) -> None:
    """Migrating at once, claiming at once and adding many rows need no session of their own."""
    replicas = [SqlDatabase.from_url(pooled_url) for _ in range(3)]
    await asyncio.gather(*(replica.migrate() for replica in replicas))
    await asyncio.gather(*(replica.check() for replica in replicas))
    limits: dict[str, Any] = {"now": NOW, "lease": HOUR, "ttl": HOUR}
    claims = [
        replicas[number % 3].idempotency.claim("key", owner=OWNER, fingerprint="f", **limits)
        for number in range(50)
    ]
    assert Counter(await asyncio.gather(*claims)) == {"ours": 1, "busy": 49}
    packs = [[asset(id=f"{pack} {n}", parent_id=f"p{pack}") for n in range(40)] for pack in range(20)]
    await asyncio.gather(*(replicas[number % 3].assets.add(files) for number, files in enumerate(packs)))
    for number, files in enumerate(packs):
        assert await replicas[0].assets.of_parent(f"p{number}", owner=OWNER) == tuple(files)
    for replica in replicas:
        await replica.close()


async def test_limits_of_the_jobs_stay_with_them(pooled_url: str) -> None:
    """The time limit of the jobs' statements holds in their transactions, not for the session's next user."""
    engine = open_engine(pooled_url, pool_size=2, statement_s=0.2)
    with pytest.raises(sa.exc.OperationalError, match="statement timeout"), engine.connect() as connection:
        connection.execute(sa.select(sa.func.pg_sleep(5)))
    with psycopg.connect(pooled_url, autocommit=True) as other:
        limits = [other.execute("SHOW statement_timeout").fetchone() for _ in range(4)]
    assert limits == [("0",)] * 4
    engine.dispose()
