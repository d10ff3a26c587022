"""`account`: create, list, show, move the support plan, correct the credit."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated
from uuid import uuid4

import typer

from billing.api import VolumePoint, default_billing
from billing.money import Money
from billing.schemas import SupportTier
from gateway.cli.output import As, Json, amount, print_json, print_rows, refusals

app = typer.Typer(help="Customers' accounts.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="The account's id.", metavar="ID")]
_COLUMNS = {
    "id": lambda a: a.id,
    "name": lambda a: a.name,
    "currency": lambda a: a.currency,
    "time zone": lambda a: a.time_zone,
    "language": lambda a: a.language,
    "support": lambda a: a.support_tier,
}


@app.command("list")
def list_accounts(as_json: Json = False) -> None:
    """All accounts."""
    with refusals():
        print_rows([*default_billing().accounts()], _COLUMNS, as_json)


@app.command()
def create(
    account: Id,
    name: Annotated[str, typer.Option(help="The customer's name.")],
    currency: Annotated[str, typer.Option(help="ISO 4217; fixed for good.")],
    time_zone: Annotated[str, typer.Option(help="IANA name; its midnights bound days and periods.")] = "UTC",
    language: Annotated[str, typer.Option(help="en, ja or ko.")] = "en",
    as_json: Json = False,
    operator: As = "cli",
) -> None:
    """Create an account with basic support."""
    with refusals():
        created = default_billing().create_account(
            account,
            name=name,
            currency=currency,
            time_zone=time_zone,
            language=language,
            actor=f"operator:{operator}",
        )
    print_rows([created], _COLUMNS, False) if not as_json else print_json(created)


@app.command()
def show(account: Id, as_json: Json = False) -> None:
    """An account with its balance."""
    with refusals():
        billing = default_billing()
        found, balance = billing.account(account), billing.balance(account)
    if as_json:
        print_json({**found.model_dump(mode="json"), "balance": balance.model_dump(mode="json")})
        return
    print_rows([found], _COLUMNS, False)
    print_rows(
        [balance],
        {
            "available": lambda b: b.available,
            "plan": lambda b: b.plan,
            "vouchers": lambda b: b.voucher_total,
            "top-up": lambda b: b.top_up,
            "pending": lambda b: b.pending_top_ups,
            "owed": lambda b: b.owed,
        },
        False,
    )


@app.command()
def recommend(
    account: Id,
    days: Annotated[int, typer.Option(help="Whole days of use to price: 30, 60 … 360.")] = 30,
    as_json: Json = False,
) -> None:
    """The account's own use priced on every plan, cheapest first."""
    with refusals():
        found = default_billing().recommendation(account, days)
    if as_json:
        print_json(found)
        return
    print_rows(
        [*found.options],
        {
            "plan": lambda o: o.plan or "pay as you go",
            "interval": lambda o: o.interval or "",
            "price": lambda o: o.price,
            "overage": lambda o: o.overage,
            "total": lambda o: o.total,
            "": lambda o: " ".join(word for word in ("present", "best") if getattr(o, word)),
        },
        False,
    )


@app.command()
def compare(
    account: Id,
    days: Annotated[int, typer.Option(help="Whole days of use to price: 30, 60 … 360.")] = 30,
    as_json: Json = False,
) -> None:
    """Spend by volume of use, a column a plan; below it the volumes from which on another plan is the cheapest."""
    with refusals():
        found = default_billing().plan_comparison(account, days)
    if as_json:
        print_json(found)
        return
    columns = {_label(line.plan, line.interval): _total(number) for number, line in enumerate(found.lines)}
    print_rows([*found.points], {"volume": lambda p: f"{p.volume:.0%}", **columns}, False)
    print_rows(
        [*found.crossings],
        {
            "from volume": lambda c: f"{c.volume:.1%}",
            "worth on demand": lambda c: c.on_demand,
            "cheapest": lambda c: _label(c.to_plan, c.to_interval),
            "instead of": lambda c: _label(c.from_plan, c.from_interval),
            "total": lambda c: c.total,
        },
        False,
    )


def _label(plan: str | None, interval: str | None) -> str:
    return f"{plan} {interval}" if plan else "pay as you go"


def _total(number: int) -> Callable[[VolumePoint], Money]:
    return lambda point: point.totals[number]


@app.command("reprice")
def price_again(account: Id, as_json: Json = False) -> None:
    """Every invoiced period priced again from its use, beside the invoice; exit 1 where one does not agree."""
    with refusals():
        found = default_billing().own_periods(account)
    columns = {
        "invoice": lambda p: p.invoice,
        "plan": lambda p: p.plan,
        "from": lambda p: p.period.from_,
        "to": lambda p: p.period.to,
        "priced again": lambda p: ", ".join(f"{line} {amount}" for line, amount in p.priced.items()),
        "agrees": lambda p: "yes" if p.agrees else "no",
    }
    print_rows([*found], columns, as_json)
    if not all(period.agrees for period in found):
        raise typer.Exit(1)


@app.command()
def support(
    account: Id, tier: Annotated[SupportTier, typer.Argument()], as_json: Json = False, operator: As = "cli"
) -> None:
    """Move an account's support plan."""
    with refusals():
        moved = default_billing().set_support_tier(account, tier, actor=f"operator:{operator}")
    print_rows([moved], _COLUMNS, False) if not as_json else print_json(moved)


@app.command()
def adjust(
    account: Id,
    by: Annotated[Decimal, typer.Option("--by", parser=amount, help="Added to the top-up credit; taken when below 0.")],
    reason: Annotated[str, typer.Option(help="Why, for the audit trail.")],
    key: Annotated[str | None, typer.Option(help="Makes a repeat do nothing; a new one each time without.")] = None,
    as_json: Json = False,
    operator: As = "cli",
) -> None:
    """Correct an account's top-up credit in either direction, never below zero."""
    with refusals():
        made = default_billing().adjust_credit(
            account, by, reason=reason, key=key or f"cli:{uuid4()}", actor=f"operator:{operator}"
        )
    columns = {"id": lambda a: a.id, "amount": lambda a: a.amount, "top-up": lambda a: a.top_up}
    print_json(made) if as_json else print_rows([made], columns, False)
