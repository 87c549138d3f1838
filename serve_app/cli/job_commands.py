"""`mighty jobs`."""

from enum import StrEnum
from typing import Annotated

import typer

from serve_app.cli.calls import run
from serve_app.cli.options import AsJson

jobs = typer.Typer(help="Jobs of every owner.", no_args_is_help=True, rich_markup_mode=None)

JobId = Annotated[str, typer.Argument(metavar="ID", help="As `mighty jobs list` shows it.")]


class State(StrEnum):
    """As the API tells it."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


@jobs.command("list")
def show_all(
    *,
    state: Annotated[State | None, typer.Option(help="Only those.")] = None,
    owner: Annotated[str | None, typer.Option(help="Only theirs.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """The newest jobs."""
    run("jobs:show_all", state=state and state.value, owner=owner, limit=limit, as_json=as_json)


@jobs.command("show")
def show(job_id: JobId, *, as_json: AsJson = False) -> None:
    """One job with its parts."""
    run("jobs:show", job_id=job_id, as_json=as_json)


@jobs.command("cancel")
def cancel(job_id: JobId) -> None:
    """Stop a job: at once when it is queued, at its next step when it runs."""
    run("jobs:cancel", job_id=job_id)
