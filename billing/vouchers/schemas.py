"""Vouchers as they cross the door."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from billing.schemas import MoneyField, Schema

VoucherStatus = Literal["active", "used_up", "expired", "revoked"]


class VoucherTerms(Schema):
    """What redeeming a code would give now, to be confirmed. No services: good for all; no `expires_at`: for good.

    `expires_on` is the day of the account that holds that instant. `redeem_by` is when the code itself ends.
    """

    amount: MoneyField
    services: list[str]
    expires_at: datetime | None
    expires_on: date | None
    redeem_by: datetime | None
    minimum_top_up: MoneyField | None


class VoucherDetail(Schema):
    """Voucher credit of an account; nothing remains of what is not `active`."""

    id: str
    amount: MoneyField
    remaining: MoneyField
    status: VoucherStatus
    services: list[str]
    credited_at: datetime
    expires_at: datetime | None
    expires_on: date | None


class VoucherCodeDetail(Schema):
    """A code as operators see it; the code itself is known to nobody. `valid_days`: of the credit, from redemption."""

    id: str
    label: str
    amount: MoneyField
    uses: int
    uses_left: int
    services: list[str]
    expires_at: datetime | None
    valid_days: int | None
    minimum_top_up: MoneyField | None
    created_at: datetime
    revoked_at: datetime | None


class NewVoucherCode(Schema):
    """A code that was made. `code` is told here and never again: only its hash is kept."""

    code: str
    detail: VoucherCodeDetail
