"""Vouchers: redeem a code, see what it would give, list what was given."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header
from pydantic import BaseModel, ConfigDict, Field

from billing.api import VoucherDetail, VoucherTerms
from gateway.routes.account import Customer, Door

router = APIRouter(prefix="/v1/account/vouchers", tags=["account"])

Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=150)]


class Code(BaseModel):
    """A voucher's code, as it was given to the customer."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(min_length=1, max_length=200)


class Vouchers(BaseModel):
    """All vouchers that the account was given, newest first."""

    vouchers: list[VoucherDetail]


@router.get("")
def vouchers(billing: Door, customer: Customer) -> Vouchers:
    """All vouchers that the account was given, newest first, with what is left of each."""
    return Vouchers(vouchers=billing.vouchers(customer.account))


@router.post("", status_code=201)
def redeem(billing: Door, customer: Customer, voucher: Code, key: Key) -> VoucherDetail:
    """Redeem a code, once per `Idempotency-Key`: a repeat gets the same voucher."""
    actor = f"customer:{customer.user}"
    return billing.redeem_voucher(customer.account, voucher.code, key=f"http:{key}", actor=actor)


@router.post("/terms")
def terms(billing: Door, customer: Customer, voucher: Code) -> VoucherTerms:
    """What redeeming the code would give. Refused as redeeming would be; a wrong code counts as a try."""
    return billing.voucher_terms(customer.account, voucher.code)
