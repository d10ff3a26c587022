"""`what-if`: how an account's next days go as it is, and with changes. Nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated

import typer

from billing.api import Change, Course, PlanChanges, ToppedUp, TrafficChanges, VoucherGone, default_billing
from gateway.cli.output import Json, amount, print_json, print_rows, refusals

Days = Annotated[int, typer.Option(help="How many days are looked ahead, today among them.")]
Traffic = Annotated[
    list[str] | None, typer.Option(metavar="FACTOR[@DAY]", help="Use times a factor, from a day on: 1.3@2026-12-01.")
]
Gone = Annotated[list[str] | None, typer.Option(metavar="NUMBER[@DAY]", help="A voucher is gone; `all` for every one.")]
Plan = Annotated[
    list[str] | None, typer.Option(metavar="PLAN[:INTERVAL][@DAY]", help="The plan is changed: growth:yearly.")
]
TopUp = Annotated[list[str] | None, typer.Option(metavar="AMOUNT[@DAY]", help="A top-up is made.")]

_FIGURES: dict[str, Callable[[Course], object]] = {
    "cost": lambda c: c.cost,
    "invoiced": lambda c: c.invoiced,
    "credited": lambda c: c.credited,
    "used": lambda c: c.used,
    "paid by": lambda c: ", ".join(f"{paid.bucket} {paid.amount}" for paid in c.paid_by),
    "not covered from": lambda c: c.uncovered_on or "",
    "available": lambda c: c.available,
    "owed": lambda c: c.owed,
    "plan": lambda c: c.plan or "",
}


def ask(
    account: Annotated[str, typer.Argument(help="The account's id.", metavar="ACCOUNT")],
    traffic: Traffic = None,
    voucher_gone: Gone = None,
    plan: Plan = None,
    top_up: TopUp = None,
    days: Days = 90,
    as_json: Json = False,
) -> None:
    """What would be, if: the next days as it is, and with the changes, by the same engine on a copy."""
    changes: list[Change] = [
        *(TrafficChanges(factor=amount(what), on=on) for what, on in _told(traffic)),
        *(VoucherGone(voucher=None if what == "all" else what, on=on) for what, on in _told(voucher_gone)),
        *(_plan(what, on) for what, on in _told(plan)),
        *(ToppedUp(amount=_positive(what), on=on) for what, on in _told(top_up)),
    ]
    with refusals():
        found = default_billing().what_if(account, changes, days)
    if as_json:
        print_json(found)
        return
    print_rows([found.present, found.changed], _FIGURES, False)
    typer.echo(f"{found.period.from_} to {found.period.to}, {found.daily_use} a day ({found.basis})")


def _told(given: list[str] | None) -> list[tuple[str, date | None]]:
    return [_split(text) for text in given or []]


def _split(text: str) -> tuple[str, date | None]:
    what, _, day = text.partition("@")
    try:
        return what, date.fromisoformat(day) if day else None
    except ValueError as error:
        raise typer.BadParameter(f"{day!r} is no day: 2026-12-01") from error


def _plan(text: str, on: date | None) -> PlanChanges:
    plan, _, interval = text.partition(":")
    if interval not in {"", "monthly", "yearly"}:
        raise typer.BadParameter(f"{interval!r}: monthly or yearly")
    return PlanChanges.model_validate({"plan": plan, "interval": interval or None, "on": on})


def _positive(text: str) -> Decimal:
    found = amount(text)
    if not found.is_finite() or found <= 0:
        raise typer.BadParameter(f"{text!r} is not an amount")
    return found
