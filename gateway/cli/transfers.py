"""`transfer`: bank transfers that are waited for, bank statements, and lines that nobody could match."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from billing.api import LineState, StatementImport, default_billing
from gateway.cli.output import As, Json, print_json, print_rows, refusals

app = typer.Typer(help="Bank transfers and bank statements.", no_args_is_help=True)

Transfer = Annotated[str, typer.Argument(help="The transfer's id or reference.", metavar="ID")]
Line = Annotated[str, typer.Argument(help="The line's number, BL-000012.", metavar="LINE")]

_COLUMNS = {
    "id": lambda r: r.id,
    "status": lambda r: r.status,
    "amount": lambda r: r.amount,
    "reference": lambda r: r.reference,
    "since": lambda r: r.at.isoformat(timespec="minutes"),
}
_WAITING = {
    "id": lambda r: r.id,
    "account": lambda r: r.account,
    "amount": lambda r: r.amount,
    "reference": lambda r: r.reference,
    "since": lambda r: r.at.isoformat(timespec="minutes"),
    "days": lambda r: r.days,
}
_LINES = {
    "line": lambda r: r.id,
    "booked": lambda r: r.booked_on,
    "amount": lambda r: r.amount,
    "state": lambda r: r.state,
    "why": lambda r: r.why or "",
    "account": lambda r: r.account or "",
    "transfer": lambda r: r.transfer or "",
    "invoice": lambda r: r.invoice or "",
    "difference": lambda r: r.difference or "",
    "payer": lambda r: r.payer,
    "text": lambda r: r.text,
}
_COUNTS = ("credited", "matched", "differing", "unmatched", "reversals", "repeated", "debits")


@app.command("list")
def list_transfers(as_json: Json = False) -> None:
    """Transfers that are waited for, oldest first."""
    with refusals():
        billing = default_billing()
        if as_json:
            print_json([*billing.pending_transfers()])
        else:
            print_rows([*billing.waiting_transfers()], _WAITING, False)


@app.command()
def confirm(transfer: Transfer, as_json: Json = False, operator: As = "cli") -> None:
    """The money came: credit it to the account, once however often this is run."""
    with refusals():
        receipt = default_billing().confirm_transfer(transfer, actor=f"operator:{operator}")
    print_json(receipt) if as_json else print_rows([receipt], _COLUMNS, False)


@app.command()
def cancel(transfer: Transfer, as_json: Json = False, operator: As = "cli") -> None:
    """Wait no longer for a transfer. Money that comes with its reference nevertheless is credited."""
    with refusals():
        receipt = default_billing().cancel_transfer(transfer, actor=f"operator:{operator}")
    print_json(receipt) if as_json else print_rows([receipt], _COLUMNS, False)


@app.command("import")
def import_statement(
    file: Annotated[Path, typer.Argument(help="CSV or camt.053.", exists=True, dir_okay=False, readable=True)],
    bank_account: Annotated[
        str | None, typer.Option(help="Of which bank account, where the file does not say.")
    ] = None,
    currency: Annotated[str | None, typer.Option(help="In which currency, where the file does not say.")] = None,
    as_json: Json = False,
    operator: As = "cli",
) -> None:
    """Take in a bank statement; again, or overlapping another, it changes nothing. Exit 1 where lines were refused."""
    with refusals():
        told = default_billing().import_statement(
            file.read_bytes(),
            bank_account=bank_account,
            currency=currency and currency.upper(),
            actor=f"operator:{operator}",
        )
    print_json(told) if as_json else _summary(told)
    if told.refused:
        raise typer.Exit(1)


def _summary(told: StatementImport) -> None:
    console = Console()
    console.print(f"{told.format} of {told.bank_account}", markup=False)
    for name in _COUNTS:
        console.print(f"{getattr(told, name):>6} {name}", markup=False)
    for refused in told.refused:
        console.print(f"line {refused.line} refused: {refused.reason}", markup=False)


@app.command()
def lines(
    state: Annotated[LineState | None, typer.Option(help="Of this state only.")] = None,
    account: Annotated[str | None, typer.Option(help="Of this account only.")] = None,
    differing: Annotated[
        bool, typer.Option("--differing", help="Those with another amount than was asked or confirmed.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 100,
    as_json: Json = False,
) -> None:
    """Lines of bank statements, newest first."""
    with refusals():
        found = default_billing().bank_lines(state=state, account_id=account, differing=differing, limit=limit)
        print_rows([*found], _LINES, as_json)


@app.command()
def assign(
    line: Line,
    transfer: Annotated[str | None, typer.Option(help="It is the money of this transfer.")] = None,
    invoice: Annotated[str | None, typer.Option(help="It pays this invoice.")] = None,
    account: Annotated[str | None, typer.Option(help="It is credit of this account.")] = None,
    as_json: Json = False,
    operator: As = "cli",
) -> None:
    """Credit a line to what it is for: one of a transfer, an invoice, an account."""
    if sum(target is not None for target in (transfer, invoice, account)) != 1:
        raise typer.BadParameter("one of --transfer, --invoice and --account")
    billing, actor = default_billing(), f"operator:{operator}"
    with refusals():
        if transfer is not None:
            done = billing.assign_to_transfer(line, transfer, actor=actor)
        elif invoice is not None:
            done = billing.assign_to_invoice(line, invoice, actor=actor)
        else:
            done = billing.assign_to_account(line, account or "", actor=actor)
    print_json(done) if as_json else print_rows([done], _LINES, False)


@app.command("set-aside")
def set_aside(
    line: Line,
    reason: Annotated[str, typer.Option(help="Why it is not to be credited.")],
    as_json: Json = False,
    operator: As = "cli",
) -> None:
    """Say why a line is not to be credited. It may still be assigned later."""
    with refusals():
        done = default_billing().set_line_aside(line, reason, actor=f"operator:{operator}")
    print_json(done) if as_json else print_rows([done], _LINES, False)
