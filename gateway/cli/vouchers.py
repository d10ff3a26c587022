"""`voucher`: codes, credit given, what expired."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated
from uuid import uuid4

import typer

from billing.api import default_billing
from billing.money import Money
from gateway.cli.output import Json, print_json, print_rows, refusals

app = typer.Typer(help="Vouchers and their codes.", no_args_is_help=True)

Amount = Annotated[str, typer.Option(help="What it gives, as a decimal.")]
Currency = Annotated[str, typer.Option(help="ISO 4217.")]
Expires = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"], help="A day (its midnight, UTC) or instant."),
]
Services = Annotated[list[str] | None, typer.Option("--service", help="Good for these only; may be repeated.")]
Actor = Annotated[str, typer.Option("--as", help="Who does it, for the audit trail.", metavar="NAME")]

_CODES = {
    "id": lambda c: c.id,
    "label": lambda c: c.label,
    "amount": lambda c: c.amount,
    "left": lambda c: f"{c.uses_left} of {c.uses}",
    "services": lambda c: ", ".join(c.services) or "all",
    "redeem by": lambda c: c.expires_at.isoformat(timespec="minutes") if c.expires_at else "",
    "top-up needed": lambda c: c.minimum_top_up or "",
    "revoked": lambda c: c.revoked_at.isoformat(timespec="minutes") if c.revoked_at else "",
}
_CREDIT = {
    "id": lambda v: v.id,
    "status": lambda v: v.status,
    "amount": lambda v: v.amount,
    "remaining": lambda v: v.remaining,
    "services": lambda v: ", ".join(v.services) or "all",
    "expires": lambda v: v.expires_at.isoformat(timespec="minutes") if v.expires_at else "",
}


@app.command()
def create(
    amount: Amount,
    currency: Currency,
    code: Annotated[str | None, typer.Option(help="The code; one that nobody can guess without.")] = None,
    uses: Annotated[int, typer.Option(min=1, help="How many accounts may redeem it.")] = 1,
    expires: Expires = None,
    valid_days: Annotated[
        int | None, typer.Option(min=1, help="Days that the credit is good for once redeemed.")
    ] = None,
    services: Services = None,
    minimum_top_up: Annotated[str | None, typer.Option(help="Only after a top-up of at least this much.")] = None,
    label: Annotated[str, typer.Option(help="What it is for; customers do not see it.")] = "",
    actor: Actor = "cli",
    as_json: Json = False,
) -> None:
    """Make a code and print it: it is told here and never again."""
    with refusals():
        made = default_billing().create_voucher_code(
            _money(amount, currency),
            code=code,
            uses=uses,
            expires_at=_instant(expires),
            valid_days=valid_days,
            services=services,
            minimum_top_up=_money(minimum_top_up, currency) if minimum_top_up else None,
            label=label,
            actor=f"operator:{actor}",
        )
    if as_json:
        print_json(made)
        return
    sys.stdout.write(f"{made.code}\n")
    print_rows([made.detail], _CODES, False)


@app.command("list")
def list_codes(
    account: Annotated[str | None, typer.Option(help="The vouchers of this account instead of the codes.")] = None,
    as_json: Json = False,
) -> None:
    """All codes, newest first; or an account's vouchers."""
    with refusals():
        if account is None:
            print_rows([*default_billing().voucher_codes()], _CODES, as_json)
        else:
            print_rows([*default_billing().vouchers(account)], _CREDIT, as_json)


@app.command()
def give(
    account: Annotated[str, typer.Argument(help="The account's id.")],
    amount: Amount,
    currency: Currency,
    expires: Expires = None,
    services: Services = None,
    key: Annotated[str | None, typer.Option(help="The same key again gives nothing more.")] = None,
    actor: Actor = "cli",
    as_json: Json = False,
) -> None:
    """Give an account voucher credit without a code."""
    with refusals():
        given = default_billing().give_voucher(
            account,
            _money(amount, currency),
            key=key or uuid4().hex,
            expires_at=_instant(expires),
            services=services,
            actor=f"operator:{actor}",
        )
    print_json(given) if as_json else print_rows([given], _CREDIT, False)


@app.command()
def redeem(
    account: Annotated[str, typer.Argument(help="The account's id.")],
    code: Annotated[str, typer.Argument(help="The code.")],
    key: Annotated[str | None, typer.Option(help="The same key again gives nothing more.")] = None,
    actor: Actor = "cli",
    as_json: Json = False,
) -> None:
    """Redeem a code for an account."""
    with refusals():
        billing = default_billing()
        redeemed = billing.redeem_voucher(account, code, key=key or uuid4().hex, actor=f"operator:{actor}")
    print_json(redeemed) if as_json else print_rows([redeemed], _CREDIT, False)


@app.command()
def revoke(
    number: Annotated[str, typer.Argument(help="A code's id (VC-…) or a voucher's (V-…).", metavar="ID")],
    actor: Actor = "cli",
    as_json: Json = False,
) -> None:
    """Withdraw a code, or take back what is left of a voucher."""
    with refusals():
        billing, who = default_billing(), f"operator:{actor}"
        if number.strip().upper().startswith("VC-"):
            code = billing.revoke_voucher_code(number, actor=who)
            print_json(code) if as_json else print_rows([code], _CODES, False)
        else:
            voucher = billing.revoke_voucher(number, actor=who)
            print_json(voucher) if as_json else print_rows([voucher], _CREDIT, False)


@app.command()
def expire() -> None:
    """Post out what is left of vouchers that expired 34 days ago or before. Balances are right without it."""
    with refusals():
        sys.stdout.write(f"{default_billing().expire_vouchers()} posted out\n")


def _money(amount: str, currency: str) -> Money:
    try:
        return Money.of(Decimal(amount), currency.upper())
    except InvalidOperation as error:
        raise typer.BadParameter(f"not a number: {amount}") from error


def _instant(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
