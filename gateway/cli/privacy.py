"""`privacy`: export and erase what is kept of a customer."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from billing.api import default_billing
from billing.config import settings
from gateway.cli.output import As, Json, fail, print_json, refusals

if TYPE_CHECKING:
    from gateway.privacy.service import Privacy

app = typer.Typer(help="What is kept of a customer: export and erase it (docs/privacy.md).", no_args_is_help=True)

Account = Annotated[str, typer.Option("--account", help="The account's id.")]
User = Annotated[str | None, typer.Option("--user", help="One user of it only; else all.")]


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where to; only its owner may read it.")],
    account: Account,
    user: User = None,
    operator: As = "cli",
) -> None:
    """Write all that is kept of them into one JSON document."""
    from gateway.privacy.finding import Whose

    with refusals():
        told = _privacy().export(Whose(account, user), actor=f"operator:{operator}")
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(told.model_dump_json(indent=2))


@app.command()
def erase(
    account: Account,
    operator: Annotated[str | None, typer.Option("--as", help="Who does it: an administrator of the console.")] = None,
    user: User = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would go.")] = False,
    confirm: Annotated[
        str | None, typer.Option("--confirm", help="Do not ask: erase what --dry-run told, by its `confirm`.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Erase it for good; amounts, invoices and the ledger stay. Asks for the account's id again. Prints a receipt."""
    from gateway.errors import Problem
    from gateway.privacy.finding import Whose

    whose, privacy = Whose(account, user), _privacy()
    with refusals():
        plan = privacy.plan(whose)
        if dry_run:
            return print_json(plan)
        actor = _administrator(operator)
        if confirm is None:
            typer.echo("\n".join(f"{count:8} {kind}" for kind, count in plan.counts.items()), err=True)
            if typer.prompt("This is erased for good. Type the account's id to go on", err=True) != account:
                fail("erasure_not_confirmed", "That is not the account's id: nothing was erased.")
        try:
            receipt = privacy.erase(whose, confirm=confirm or plan.confirm, actor=actor)
        except Problem as refused:
            fail(refused.code, refused.detail)
    return print_json(receipt) if as_json else typer.echo(receipt.model_dump_json(indent=2))


def _administrator(name: str | None) -> str:
    """The actor of that name; exit 1 where nobody of it may erase in the console."""
    from gateway.operators.service import Operators

    may = {each.name for each in Operators(default_billing()).all() if each.role == "admin" and not each.disabled_at}
    if name is None or name not in may:
        fail("operator_not_administrator", "Say by --as which administrator of the console does it.")
    return f"operator:{name}"


@app.command("rotate-keys")
def rotate_keys(operator: As = "cli") -> None:
    """Encrypt contact data anew by the first of DATA_KEYS; afterwards the others can be taken away."""
    with refusals():
        typer.echo(f"{_privacy().rotate_keys(actor=f'operator:{operator}')} rows")


def _privacy() -> Privacy:
    from gateway import migrations
    from gateway.privacy.service import Privacy

    billing = default_billing()
    migrations.upgrade(billing.database.engine)
    return Privacy(billing, settings())
