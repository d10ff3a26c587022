"""Corrections as they cross the door."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from billing.schemas import MoneyField, Schema


class Adjustment(Schema):
    """A correction of an account's top-up credit: signed, with its reason; `top_up` is the credit afterwards."""

    id: str
    account: str
    amount: MoneyField
    reason: str
    top_up: MoneyField
    at: datetime


class Proposal(Schema):
    """A correction that waits for a second person (`open`), or what became of it.

    `adjustment` is the number of the correction that it became. Times are in the account's zone.
    """

    id: str
    account: str
    amount: MoneyField
    reason: str
    state: Literal["open", "approved", "rejected", "expired"]
    proposed_by: str
    proposed_at: datetime
    expires_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    note: str | None
    adjustment: str | None
