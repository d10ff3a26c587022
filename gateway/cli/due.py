"""`billing`: what falls due by itself, and money that comes for invoices."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from billing.api import default_billing
from gateway.cli.output import Json, print_json, print_rows, refusals

app = typer.Typer(help="Invoices that are due, and their payment.", no_args_is_help=True)

_COLUMNS = {
    "number": lambda i: i.number,
    "total": lambda i: i.total,
    "paid": lambda i: i.paid,
    "due": lambda i: i.due_on,
    "status": lambda i: i.status,
}


@app.command("run-due")
def run_due(as_json: Json = False) -> None:
    """Issue the invoices that are due now, each period's once however often this is run. The server does it too."""
    with refusals():
        run = default_billing().bill_due()
    if as_json:
        print_json(run)
    else:
        typer.echo(f"{len(run.issued)} issued, {len(run.settled)} settled, {len(run.failed)} failed")
    if run.failed:
        raise typer.Exit(1)


@app.command()
def pay(
    account: Annotated[str, typer.Argument(help="The account's id.", metavar="ACCOUNT")],
    invoice: Annotated[str, typer.Argument(help="The invoice's number.", metavar="INVOICE")],
    key: Annotated[str, typer.Option(help="The bank's reference: a repeat with the same one counts once.")],
    amount: Annotated[str | None, typer.Option(help="What came; all that is open by default.")] = None,
    as_json: Json = False,
) -> None:
    """Record money that came for an invoice."""
    try:
        came = None if amount is None else Decimal(amount)
    except InvalidOperation as error:
        raise typer.BadParameter(f"{amount} is no amount") from error
    with refusals():
        paid = default_billing().pay_invoice(account, invoice, came, key=key)
    print_json(paid) if as_json else print_rows([paid], _COLUMNS, False)
