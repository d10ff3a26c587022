"""Alerts as they cross the door."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from billing.schemas import MoneyField, Schema

AlertKind = Literal["low_balance", "plan_used", "plan_ending"]
ClearedBy = Literal["balance_restored", "plan_renewed", "plan_extended", "plan_over"]


class AlertFigures(Schema):
    """What an alert tells, as of its crossing: the balance and its threshold, or the plan's figures."""

    available: MoneyField | None = None
    threshold: MoneyField | None = None
    plan: str | None = None
    names: dict[str, str] | None = None
    amount: MoneyField | None = None
    used: MoneyField | None = None
    ends_at: datetime | None = None
    ends_on: date | None = None


class Alert(Schema):
    """One crossing; `level` is the percentage used (80, 90, 100) or the days left (14, 3, 1)."""

    id: str
    account: str
    kind: AlertKind
    level: int | None
    raised_at: datetime
    cleared_at: datetime | None
    cleared_by: ClearedBy | None
    told_at: datetime | None
    figures: AlertFigures


class AlertSettings(Schema):
    """When an account is told of a low balance (`is_default`: by the catalogue), and where by e-mail."""

    low_balance: MoneyField
    is_default: bool
    email: str | None


class AlertsChanged(Schema):
    """What a look raised and cleared."""

    raised: int
    cleared: int
