"""An installation in a temporary folder, and the command `mighty` on it."""

import asyncio
import hashlib
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from click.testing import Result
from typer.testing import CliRunner

from configs.settings import REPOSITORY, Settings
from serve_app.cli import app
from serve_app.records import NewJob
from serve_app.wiring import open_database, open_jobs, open_store
from tests.contract.database_rows import asset

NOW = datetime.now(UTC)


def mighty(*arguments: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, arguments, prog_name="mighty")


def process(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a command as an operator does."""
    # The repository is found by its path: the working directory is the installation's.
    command = [
        sys.executable,
        "-c",
        f"import sys; sys.path.insert(0, {str(REPOSITORY)!r})\n" + RUN,
        *arguments,
    ]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)


RUN = "from serve_app.cli import app; app(prog_name='mighty')"


def add_file(settings: Settings, number: int, *, age: timedelta = timedelta(0), **fields: str) -> str:
    """A stored file that lives for an hour; its object's key. `fields` are those of its row."""
    data = b"%d" % number
    row = asset(
        id=f"asset_{number}", key=f"assets/0123456789abcdef/asset_{number}/upscaled.png", bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(), created_at=NOW - age,
        expires_at=NOW - age + timedelta(hours=1), **fields,
    )  # fmt: skip

    async def add() -> None:
        database = open_database(settings)
        await open_store(settings).put(row.key, data, content_type="image/png")
        await database.assets.add([row])
        await database.close()

    asyncio.run(add())
    return row.key


def add_job(
    settings: Settings, job_id: str, *, owner: str = "club-1", inputs: Mapping[str, str] | None = None
) -> None:
    """A job that waits."""
    job = NewJob(
        id=job_id, owner=owner, key_id="key_1", kind="upscale", params={"scale": 4}, inputs=inputs or {},
        accepted=None, request_id="r", created_at=NOW,
    )  # fmt: skip

    async def add() -> None:
        queue = open_jobs(settings)
        await queue.submit(job)
        await queue.close()

    asyncio.run(add())
