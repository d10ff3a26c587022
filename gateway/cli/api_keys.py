"""`api-key`: keys of programs that send usage or do what an operator does."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from billing.api import default_billing
from gateway.cli.output import Json, print_json, print_rows, refusals

app = typer.Typer(help="API keys of programs.", no_args_is_help=True)

_COLUMNS = {
    "id": lambda k: k.id,
    "name": lambda k: k.name,
    "scopes": lambda k: " ".join(k.scopes),
    "created": lambda k: k.created_at.isoformat(timespec="minutes"),
    "revoked": lambda k: k.revoked_at.isoformat(timespec="minutes") if k.revoked_at else "",
}


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    scope: Annotated[list[str], typer.Option(help="usage:write, operator or privacy; may be given more than once.")],
    as_json: Json = False,
) -> None:
    """Make a key. It is printed once: only its hash is kept."""
    with refusals():
        made = default_billing().create_api_key(name, scope)
    print_json(made) if as_json else sys.stdout.write(f"{made.key}\n")


@app.command("list")
def list_keys(as_json: Json = False) -> None:
    """All keys, newest first, revoked ones too; never the keys themselves."""
    with refusals():
        print_rows([*default_billing().api_keys()], _COLUMNS, as_json)


@app.command()
def revoke(
    key: Annotated[str, typer.Argument(help="The key's id, the part between the underscores.", metavar="ID")],
    as_json: Json = False,
) -> None:
    """End a key for good."""
    with refusals():
        ended = default_billing().revoke_api_key(key)
    print_json(ended) if as_json else print_rows([ended], _COLUMNS, False)
