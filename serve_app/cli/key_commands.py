"""`mighty keys`."""

from typing import Annotated

import typer

from serve_app.cli.calls import run
from serve_app.cli.options import AsJson

keys = typer.Typer(help="API keys in the database.", no_args_is_help=True, rich_markup_mode=None)


@keys.command("create")
def create(
    *,
    owner: Annotated[str, typer.Option(help="Who will own what is made with it.")],
    name: Annotated[str, typer.Option(help="What it is for, e.g. `design app`.")] = "default",
    scope: Annotated[list[str] | None, typer.Option(help="read, write or admin; may be repeated.")] = None,
    plan: Annotated[str, typer.Option(help="The plan whose limits hold.")] = "default",
    as_json: AsJson = False,
) -> None:
    """Make a key and show it, this once; without --scope it may read and write."""
    scopes = tuple(scope or ("read", "write"))
    run("keys:create", owner=owner, name=name, scopes=scopes, plan=plan, as_json=as_json)


@keys.command("list")
def show(*, as_json: AsJson = False) -> None:
    """Every key of the database, without its secret."""
    run("keys:show", as_json=as_json)


@keys.command("revoke")
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As `mighty keys list` shows it.")],
) -> None:
    """End a key's right."""
    run("keys:revoke", key_id=key_id)
