"""Signed receipts as they cross the door."""

from __future__ import annotations

from datetime import datetime

from billing.schemas import Schema


class SignedReceiptEntry(Schema):
    """One of an account's signed receipts. `what`: `top_up`, or `plan.` and what was done; `key_id`: what signed it."""

    id: str
    what: str
    at: datetime
    key_id: str
