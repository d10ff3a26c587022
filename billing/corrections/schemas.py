"""Corrections as they cross the door."""

from __future__ import annotations

from datetime import datetime

from billing.schemas import MoneyField, Schema


class Adjustment(Schema):
    """A correction of an account's top-up credit: signed, with its reason; `top_up` is the credit afterwards."""

    id: str
    account: str
    amount: MoneyField
    reason: str
    top_up: MoneyField
    at: datetime
