"""`operator`: who may sign in to the console."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from billing.api import default_billing
from gateway import migrations
from gateway.cli.output import As, Json, print_json, print_rows, refusals
from gateway.errors import Problem
from gateway.operators.schemas import Language, Operator, Role
from gateway.operators.service import Operators

app = typer.Typer(help="Operators of the console.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="What the operator signs in as.")]
_COLUMNS = {
    "name": lambda o: o.name,
    "role": lambda o: o.role,
    "language": lambda o: o.language,
    "created": lambda o: o.created_at.isoformat(timespec="minutes"),
    "disabled": lambda o: o.disabled_at.isoformat(timespec="minutes") if o.disabled_at else "",
}


@app.command()
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What they may see and do (docs/operators.md).")],
    language: Annotated[Language, typer.Option(help="The language of the console.")] = "en",
    as_json: Json = False,
    operator: As = "cli",
) -> None:
    """Let somebody sign in. The password is asked for, or read from standard input; it is never an argument."""
    with _operators() as operators:
        _show(operators.add(name, _password(), role, language, actor=f"operator:{operator}"), as_json)


@app.command("list")
def list_operators(as_json: Json = False) -> None:
    """Everybody, by name."""
    with _operators() as operators:
        print_rows([*operators.all()], _COLUMNS, as_json)


@app.command()
def disable(
    name: Name,
    undo: Annotated[bool, typer.Option("--undo", help="Let them sign in again.")] = False,
    as_json: Json = False,
    operator: As = "cli",
) -> None:
    """Sign somebody out everywhere and let them sign in no more."""
    with _operators() as operators:
        _show(operators.disable(name, disabled=not undo, actor=f"operator:{operator}"), as_json)


@app.command()
def password(name: Name, as_json: Json = False, operator: As = "cli") -> None:
    """Another password; every session ends."""
    with _operators() as operators:
        _show(operators.set_password(name, _password(), actor=f"operator:{operator}"), as_json)


@app.command()
def role(
    name: Name,
    role: Annotated[Role, typer.Argument(help="The new role.")],
    as_json: Json = False,
    operator: As = "cli",
) -> None:
    """Another role; every session ends."""
    with _operators() as operators:
        _show(operators.set_role(name, role, actor=f"operator:{operator}"), as_json)


@contextmanager
def _operators() -> Iterator[Operators]:
    with refusals():
        billing = default_billing()
        migrations.upgrade(billing.database.engine)
        try:
            yield Operators(billing)
        except Problem as problem:
            sys.stderr.write(f"{problem.code}: {problem.detail}\n")
            raise typer.Exit(1) from problem


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    given = getpass.getpass("Password: ")
    if given != getpass.getpass("Once more: "):
        raise typer.BadParameter("the two are not the same")
    return given


def _show(operator: Operator, as_json: bool) -> None:
    print_json(operator) if as_json else print_rows([operator], _COLUMNS, False)
