"""The commands that are not about one kind of thing."""

from pathlib import Path
from typing import Annotated

import typer

from serve_app.cli.calls import run
from serve_app.cli.job_commands import jobs
from serve_app.cli.key_commands import keys
from serve_app.cli.model_commands import models
from serve_app.cli.options import AsJson

app = typer.Typer(
    name="mighty",
    help="Run and look after the Mighty Image API. Settings come from the environment or .env.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(keys, name="keys")
app.add_typer(jobs, name="jobs")
app.add_typer(models, name="models")


@app.command()
def serve() -> None:
    """Run the whole service on this machine until it is told to stop."""
    run("serving:serve")


@app.command()
def migrate(*, as_json: AsJson = False) -> None:
    """Bring the database, and the tables of the jobs, to this version."""
    run("state:migrate", as_json=as_json)


@app.command()
def cleanup(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing; tell what would go.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove what is past its time, and objects that no row names. The service does so by itself, too."""
    run("state:clean_up", dry_run=dry_run, as_json=as_json)


@app.command()
def backup(
    path: Annotated[Path, typer.Argument(help="A new folder, or a new file that ends in .tar.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Copy database, jobs and files to a place. Settings and secrets are not in it."""
    run("archives:backup", path=path, as_json=as_json)


@app.command()
def restore(
    path: Annotated[Path, typer.Argument(help="What `mighty backup` has written.")],
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Replace every row that is there by those of the backup.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take a backup in, into an empty database and file store. Stop the service first."""
    run("archives:restore", path=path, force=force, as_json=as_json)
