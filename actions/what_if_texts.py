"""What a what-if came to, in words: the figure, what was supposed, both run-out days, invoices, what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from actions.catalogue import plan_names
from actions.texts import Texts
from billing.api import Billing, Change, PlanChanges, ToppedUp, TrafficChanges, VoucherGone, WhatIf
from billing.money import Money


def answer(billing: Billing, account: str, found: WhatIf, texts: Texts) -> tuple[str, dict[str, Any]]:
    """The response and its values."""
    difference = found.dearer_by
    nothing = Money.zero(difference.currency)
    way = "same" if difference == nothing else "cheaper" if difference < nothing else "dearer"
    names = plan_names(billing, account, texts)
    supposed = [_supposed(change, difference.currency, names, texts) for change in found.changes]
    rows = [
        texts.term("what_if_supposed", changes=texts.term("what_if_separator").join(supposed)),
        *_rows(found, texts),
    ]
    return f"utter_what_if_{way}", {
        "difference": texts.money(max(difference, -difference)),
        "until": texts.day(found.period.to),
        "changed_cost": texts.money(found.changed.cost),
        "present_cost": texts.money(found.present.cost),
        "details": "\n".join(rows),
    }


def _supposed(change: Change, currency: str, names: dict[str, str], texts: Texts) -> str:
    said = _said(change, currency, names, texts)
    return texts.term("what_if_from", change=said, day=texts.day(change.on)) if change.on else said


def _said(change: Change, currency: str, names: dict[str, str], texts: Texts) -> str:
    match change:
        case TrafficChanges():
            return texts.term("what_if_traffic_times", number=texts.number(change.factor))
        case VoucherGone(voucher=None):
            return texts.term("what_if_no_vouchers")
        case VoucherGone():
            return texts.term("what_if_no_voucher", voucher=change.voucher)
        case PlanChanges(interval=None):
            return texts.term("what_if_to_plan", plan=names.get(change.plan, change.plan))
        case PlanChanges():
            interval = texts.term(f"interval_{change.interval}")
            name = texts.term("plan_and_interval", plan=names.get(change.plan, change.plan), interval=interval)
            return texts.term("what_if_to_plan", plan=name)
        case ToppedUp():
            return texts.term("what_if_top_up", amount=texts.money(Money.of(change.amount, currency)))


def _rows(found: WhatIf, texts: Texts) -> Iterator[str]:
    present, changed = found.present, found.changed
    days = {"present": present.uncovered_on, "changed": changed.uncovered_on}
    named = [course for course, day in days.items() if day is not None]
    which = "both" if len(named) > 1 else named[0] if named else "neither"
    yield texts.term(
        f"what_if_uncovered_{which}", **{name: texts.day(day) if day else "" for name, day in days.items()}
    )
    if present.invoiced or changed.invoiced:
        yield texts.term(
            "what_if_invoices", present=texts.money(present.invoiced), changed=texts.money(changed.invoiced)
        )
    if changed.credited:
        yield texts.term("what_if_credited", amount=texts.money(changed.credited))
    yield texts.term(f"what_if_basis_{found.basis}", daily_use=texts.money(found.daily_use))
    yield texts.term("what_if_nothing_done")
