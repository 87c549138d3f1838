"""`mighty models`."""

from typing import Annotated

import typer

from serve_app.cli.calls import run
from serve_app.cli.options import AsJson

models = typer.Typer(help="The models and their weights.", rich_markup_mode=None)


@models.callback(invoke_without_command=True)
def every(context: typer.Context, *, as_json: AsJson = False) -> None:
    """The models and their weights; without a command, a list of them."""
    if context.invoked_subcommand is None:
        run("models:show", as_json=as_json)


@models.command("list")
def show(*, as_json: AsJson = False) -> None:
    """Each model with its licence, and whether its weights are here."""
    run("models:show", as_json=as_json)


@models.command("fetch")
def fetch(
    names: Annotated[list[str] | None, typer.Argument(help="Which; those in use when none is named.")] = None,
    *,
    offline: Annotated[
        bool, typer.Option("--offline", help="From MODEL_LOCAL_DIR only; touch no network.")
    ] = False,
) -> None:
    """Get the weights that are not here yet."""
    run("models:fetch", names=names or [], offline=offline)
