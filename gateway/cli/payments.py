"""`payment`: payments through a provider."""

from __future__ import annotations

from typing import Annotated, get_args
from uuid import uuid4

import typer

from billing.api import PaymentState, default_billing
from gateway.cli.output import As, Json, amount, print_json, print_rows, refusals

app = typer.Typer(help="Payments through a provider.", no_args_is_help=True)

PaymentId = Annotated[str, typer.Argument(help="The payment's id.", metavar="ID")]
_COLUMNS = {
    "id": lambda d: d.payment.id,
    "account": lambda d: d.payment.account,
    "for": lambda d: d.payment.number,
    "amount": lambda d: d.payment.amount,
    "refunded": lambda d: d.payment.refunded,
    "state": lambda d: d.payment.state,
    "failure": lambda d: d.payment.failure or "",
    "since": lambda d: d.payment.created_at.isoformat(timespec="minutes"),
    "notes": lambda d: "; ".join(d.notes),
}
_REFUND = {
    "id": lambda r: r.id,
    "payment": lambda r: r.payment,
    "amount": lambda r: r.amount,
    "state": lambda r: r.state,
}
_FOUND = {
    "asked": lambda r: r.asked,
    "changed": lambda r: r.changed,
    "failed": lambda r: r.failed,
    "refunds": lambda r: r.refunds,
    "disputes": lambda r: r.disputes,
}


@app.command("list")
def list_payments(
    account: Annotated[str | None, typer.Option(help="Of this account only.")] = None,
    state: Annotated[str | None, typer.Option(help="In this state only: waiting, processing, failed, …")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 100,
    as_json: Json = False,
) -> None:
    """Payments, newest first."""
    with refusals():
        found = default_billing().payment_details(account_id=account, state=_state(state), limit=limit)
        print_rows([*found], _COLUMNS, as_json)


@app.command()
def show(payment: PaymentId, as_json: Json = False) -> None:
    """One payment with its refunds and disputes."""
    with refusals():
        found = default_billing().payment_detail(payment)
    if as_json:
        return print_json(found)
    print_rows([found], _COLUMNS, False)
    if found.refunds:
        print_rows([*found.refunds], _REFUND, False)
    if found.disputes:
        print_rows([*found.disputes], _REFUND, False)
    return None


@app.command()
def refund(
    payment: PaymentId,
    reason: Annotated[str, typer.Option(help="Why, for the audit trail.")],
    part: Annotated[str | None, typer.Option("--amount", help="How much; all that is left without it.")] = None,
    key: Annotated[str | None, typer.Option(help="The same key again sends nothing back again.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Even where the credit was used: it becomes owed.")] = False,
    as_json: Json = False,
    operator: As = "cli",
) -> None:
    """Send money of a payment back."""
    with refusals():
        sent = default_billing().refund_payment(
            payment,
            amount(part) if part is not None else None,
            reason=reason,
            key=f"cli:{key or uuid4().hex}",
            force=force,
            actor=f"operator:{operator}",
        )
    print_json(sent) if as_json else print_rows([sent], _REFUND, False)


@app.command()
def reconcile(as_json: Json = False) -> None:
    """Ask the provider now about all that is overdue. Exit 1 where it could not be asked about some."""
    with refusals():
        found = default_billing().reconcile_payments()
    print_json(found) if as_json else print_rows([found], _FOUND, False)
    if found.failed:
        raise typer.Exit(1)


def _state(given: str | None) -> PaymentState | None:
    if given is None or given in get_args(PaymentState):
        return given  # type: ignore[return-value]
    raise typer.BadParameter(f"{given!r} is none of {', '.join(get_args(PaymentState))}")
