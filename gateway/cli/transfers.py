"""`transfer`: bank transfers that are waited for."""

from __future__ import annotations

from typing import Annotated

import typer

from billing.api import default_billing
from gateway.cli.output import As, Json, print_json, print_rows, refusals

app = typer.Typer(help="Bank transfers.", no_args_is_help=True)

_COLUMNS = {
    "id": lambda r: r.id,
    "status": lambda r: r.status,
    "amount": lambda r: r.amount,
    "reference": lambda r: r.reference,
    "since": lambda r: r.at.isoformat(timespec="minutes"),
}


@app.command("list")
def list_transfers(as_json: Json = False) -> None:
    """Transfers that are waited for, oldest first."""
    with refusals():
        print_rows([*default_billing().pending_transfers()], _COLUMNS, as_json)


@app.command()
def confirm(
    transfer: Annotated[str, typer.Argument(help="The transfer's id.", metavar="ID")],
    as_json: Json = False,
    operator: As = "cli",
) -> None:
    """The money came: credit it to the account, once however often this is run."""
    with refusals():
        receipt = default_billing().confirm_transfer(transfer, actor=f"operator:{operator}")
    print_json(receipt) if as_json else print_rows([receipt], _COLUMNS, False)
