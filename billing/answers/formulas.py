"""The registry of formulas: every figure that an answer can say, how it is worked out, and what from.

A formula's name is its read and where its value stands in what that read gives: `balance.vouchers.remaining`. The
table of `docs/traced-answers.md` lists them; a test holds both together. In words they stand in the responses
(`utter_term_formula_…`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from billing.answers.schemas import Figure
from billing.money import Money


@dataclass(frozen=True, slots=True)
class Formula:
    """How a figure is worked out.

    `expression` names other figures of the same read, entries of a bucket, or columns. `made_of`: formulas that it is
    worked out from. `sources`: what it came from itself (`billing.answers.sources`). `key`: the field that tells
    several in a list apart. `unit` empty: that of the amount, or a plain number or date.
    """

    name: str
    expression: str
    made_of: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    key: str = ""
    unit: str = ""

    @property
    def read(self) -> str:
        """The read of `billing.answers.readings.Reading` that gives it."""
        return self.name.split(".")[0]

    @property
    def path(self) -> list[str]:
        """Where it stands in what the read gives."""
        return self.name.split(".")[1:]


_BALANCE = (
    Formula("balance.available", "plan + voucher_total + top_up", ("plan", "voucher_total", "top_up")),
    Formula("balance.plan", "sum of entries of the plan in force; 0 without one", sources=("plan_bucket", "plan_row")),
    Formula(
        "balance.vouchers.remaining", "sum of entries of the voucher", sources=("voucher_bucket", "voucher"), key="id"
    ),
    Formula("balance.vouchers.expires_on", "the day of voucher.expires_at", sources=("voucher",), key="id"),
    Formula("balance.voucher_total", "sum of vouchers.remaining", ("vouchers.remaining",)),
    Formula("balance.top_up", "sum of entries of top_up", sources=("top_up_bucket",)),
    Formula("balance.owed", "minus the sum of entries of owed", sources=("owed_bucket",)),
    Formula("balance.pending_top_ups", "sum of top_up.amount where pending", sources=("pending_top_ups",)),
)
_SESSIONS = (
    Formula("allowed_sessions.sessions", "from_plan + from_credit", ("from_plan", "from_credit"), unit="session"),
    Formula(
        "allowed_sessions.from_plan",
        "min(floor(balance.plan / the plan's rate), quota - used)",
        sources=("plan_bucket", "plan_row", "plan_use"),
        unit="session",
    ),
    Formula(
        "allowed_sessions.from_credit",
        "floor((vouchers in scope + balance.top_up) / rate)",
        ("rate",),
        sources=("voucher_buckets", "top_up_bucket"),
        unit="session",
    ),
    Formula("allowed_sessions.rate", "the on-demand rate of bot_session", sources=("catalogue",)),
)
_USAGE = (
    Formula("usage.sessions", "floor of the sum of quantities of bot_session", sources=("sessions",), unit="session"),
    Formula("usage.spend", "sum of charges", sources=("use",)),
    Formula(
        "usage.previous_sessions",
        "sessions of as many days before",
        sources=("sessions_before",),
        unit="session",
    ),
    Formula("usage.previous_spend", "spend of as many days before", sources=("use_before",)),
    Formula("service_usage.services.spent", "sum of the service's charges", sources=("service_use",), key="service"),
    Formula(
        "service_usage.services.used",
        "sum of quantities: that the plan paid for where it has a quota",
        sources=("service_use", "service_plan_use"),
        key="service",
        unit="unit",
    ),
    Formula(
        "service_usage.services.remaining",
        "max(quota - used, 0)",
        ("services.used",),
        sources=("plan_row",),
        key="service",
        unit="unit",
    ),
    Formula("service_usage.total", "sum of services.spent", ("services.spent",)),
)
_PLAN = (
    Formula("plan.price", "subscription.price", sources=("plan_row",)),
    Formula("plan.amount", "subscription.amount", sources=("plan_row",)),
    Formula("plan.used", "amount - remaining", ("amount", "remaining")),
    Formula("plan.remaining", "sum of entries of the plan", sources=("plan_bucket", "plan_row")),
    Formula("plan.used_percent", "used / amount, to one decimal, downwards", ("used", "amount"), unit="percent"),
    Formula("plan.starts_on", "the day of subscription.starts_at", sources=("plan_row",)),
    Formula("plan.ends_on", "the last day in force", sources=("plan_row",)),
    Formula("plan.days_left", "whole days from today to ends_on", ("ends_on",), sources=("plan_row",), unit="day"),
    Formula(
        "plan.awaits_payment.amount",
        "min(what is asked at the start, invoice.total - credit notes) - paid",
        sources=("plan_row",),
    ),
    Formula("plan.awaits_payment.due_on", "invoice.deposit_due_on, else invoice.due_on", sources=("plan_row",)),
)
_LISTS = (
    Formula(
        "credit_history.entries.amount",
        "the entry; of use: the sum of the day's charges of the service by the bucket",
        sources=("history_entry",),
        key="id",
    ),
    Formula("credit_history.entries.at", "the instant of the transaction", sources=("history_entry",), key="id"),
    Formula("invoices.total", "sum of the lines, each rounded half up", sources=("invoice",), key="number"),
    Formula("invoices.issued_on", "invoice.issued_on", sources=("invoice",), key="number"),
    Formula("invoices.due_on", "invoice.due_on", sources=("invoice",), key="number"),
)
_FORECAST = (
    Formula(
        "forecast.available",
        "plan + vouchers + top_up",
        sources=("plan_bucket", "voucher_buckets", "top_up_bucket"),
    ),
    Formula("forecast.daily_average", "spend of the last 30 whole days / 30", sources=("use_of_basis",)),
    Formula("forecast.basis_days", "30", unit="day"),
    Formula("forecast.days_left", "runs_out_on - today", ("runs_out_on",), unit="day"),
    Formula("forecast.runs_out_on", "the median course of use, charged day by day", sources=("use_of_history",)),
    Formula("forecast.earliest_on", "the same with the 90th percentile of use", sources=("use_of_history",)),
    Formula("forecast.latest_on", "the same with the 10th percentile of use", sources=("use_of_history",)),
    Formula(
        "forecast.plan.runs_out_on",
        "the earlier of its period's end and the day its amount ends in that course",
        sources=("plan_row", "use_of_history"),
    ),
)
FORMULAS = (*_BALANCE, *_SESSIONS, *_USAGE, *_PLAN, *_LISTS, *_FORECAST)
BY_NAME = {formula.name: formula for formula in FORMULAS}


@cache
def _of(read: str) -> tuple[Formula, ...]:
    return tuple(formula for formula in FORMULAS if formula.read == read)


def figures(read: str, result: Any) -> Iterator[Figure]:
    """The figures in what a read gave; what is not there (no plan, no end) gives none."""
    for formula in _of(read):
        for of, value in _found(result, formula.path, formula.key, ""):
            yield Figure(formula.name, of, _text(value), value.currency if isinstance(value, Money) else formula.unit)


def _found(value: Any, path: list[str], key: str, of: str) -> Iterator[tuple[str, Any]]:
    if value is None:
        return
    if isinstance(value, list):
        for item in value:
            yield from _found(item, path, key, str(getattr(item, key)))
    elif path:
        yield from _found(getattr(value, path[0]), path[1:], key, of)
    else:
        yield of, value


def _text(value: Any) -> str:
    if isinstance(value, Money):
        return value.plain()
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
