"""`invoice`: list, show, correct, and write as PDF."""

from __future__ import annotations

import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from billing.api import Language, default_billing
from gateway.cli.output import Json, print_json, print_rows, refusals

invoices = typer.Typer(help="Invoices and their credit notes.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="The invoice's number.", metavar="NUMBER")]
Out = Annotated[
    Path | None, typer.Option("--out", help="The file to write; named for the document in this folder without.")
]
Chosen = Annotated[Language | None, typer.Option(help="en, ja or ko; the account's without.")]

_COLUMNS = {
    "number": lambda i: i.number,
    "issued": lambda i: i.issued_on,
    "due on": lambda i: i.due_on,
    "status": lambda i: i.status,
    "total": lambda i: i.total,
    "paid": lambda i: i.paid,
    "credited": lambda i: i.credited,
    "due": lambda i: i.due,
}
_LINES = {
    "for": lambda line: line.text_key,
    "service": lambda line: line.service or "",
    "quantity": lambda line: line.quantity,
    "amount": lambda line: line.amount,
}
_NOTES = {
    "number": lambda n: n.number,
    "invoice": lambda n: n.invoice,
    "issued": lambda n: n.issued_on,
    "total": lambda n: n.total,
    "to top-up credit": lambda n: n.refunded,
    "reason": lambda n: n.reason,
}


@invoices.command("list")
def list_invoices(
    account: Annotated[str | None, typer.Option(help="Of this account; the newest 100 of all without.")] = None,
    as_json: Json = False,
) -> None:
    """Invoices, newest first."""
    with refusals():
        billing = default_billing()
        found = billing.all_invoices() if account is None else billing.invoices(account)
        print_rows([*found], _COLUMNS, as_json)


@invoices.command()
def show(number: Number, as_json: Json = False) -> None:
    """An invoice with its lines."""
    with refusals():
        found = default_billing().invoice(None, number)
    if as_json:
        print_json(found)
        return
    print_rows([found], _COLUMNS, False)
    print_rows([*found.lines], _LINES, False)


@invoices.command()
def pdf(number: Number, language: Chosen = None, out: Out = None) -> None:
    """Write an invoice (INV-…) or a credit note (CN-…) as PDF."""
    with refusals():
        billing = default_billing()
        if number.strip().upper().startswith("CN-"):
            document = billing.credit_note_pdf(None, number, language)
        else:
            document = billing.invoice_pdf(None, number, language)
    write(document.content, out or Path(document.name))


@invoices.command()
def credit(
    number: Number,
    reason: Annotated[str, typer.Option(help="Why; the customer reads it on the credit note.")],
    amount: Annotated[str | None, typer.Option(help="How much; all that is left without.")] = None,
    line: Annotated[
        int | None, typer.Option(min=1, help="Of this line, counted from 1; from the first on without.")
    ] = None,
    key: Annotated[str | None, typer.Option(help="The same key again credits nothing more.")] = None,
    actor: Annotated[str, typer.Option("--as", help="Who does it, for the audit trail.", metavar="NAME")] = "cli",
    as_json: Json = False,
) -> None:
    """Correct an invoice by a credit note: less is owed; what was paid becomes top-up credit."""
    with refusals():
        note = default_billing().credit_invoice(
            number, reason=reason, amount=_amount(amount), line=line, key=key or uuid4().hex, actor=f"operator:{actor}"
        )
    print_json(note) if as_json else print_rows([note], _NOTES, False)


def write(content: bytes, path: Path) -> None:
    """Write the file and say where it is."""
    path.write_bytes(content)
    sys.stdout.write(f"{path}\n")


def _amount(amount: str | None) -> Decimal | None:
    try:
        return None if amount is None else Decimal(amount)
    except InvalidOperation as error:
        raise typer.BadParameter(f"not a number: {amount}") from error
