"""Signed receipts as files; what is not the account's is not there."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel

from billing.api import SignedReceiptEntry
from gateway.routes.account import Customer, Door

router = APIRouter(prefix="/v1/account", tags=["account"])


class SignedReceipts(BaseModel):
    """Signed receipts, newest first."""

    receipts: list[SignedReceiptEntry]


@router.get("/receipts")
def receipts(billing: Door, customer: Customer, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> SignedReceipts:
    """What was signed: every top-up whose money came, and everything done to a plan."""
    return SignedReceipts(receipts=billing.signed_receipts(customer.account, limit))


@router.get(
    "/receipts/{number}",
    response_class=Response,
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}}}}},
)
def receipt(billing: Door, customer: Customer, number: Annotated[str, Path(max_length=24)]) -> Response:
    """A receipt as it was signed, the same bytes each time: `{"receipt", "signature"}` in canonical JSON (RFC 8785)."""
    content = billing.signed_receipt(customer.account, number)
    name = f"receipt-{number.strip().upper()}.json"  # an id that was found: ASCII, no quotes
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(content, media_type="application/json", headers=headers)
