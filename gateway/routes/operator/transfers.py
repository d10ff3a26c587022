"""Bank transfers that are waited for; bank statements and their lines."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field, model_validator

from billing.api import BankLineDetail, LineState, PendingTransfer, Receipt, StatementImport
from gateway.routes.operator.common import Body, Door, Operator

router = APIRouter(prefix="/transfers")

TransferId = Annotated[str, Path(max_length=32, description="The transfer's id or reference.")]
LineId = Annotated[str, Path(max_length=32, description="The line's number, BL-000012.")]
_STATEMENT = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {"schema": {"type": "string", "format": "binary"}},
            "application/xml": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


class Transfers(BaseModel):
    """Transfers that are waited for, oldest first; `waiting`: the same with account and age."""

    transfers: list[Receipt]
    waiting: list[PendingTransfer]


class Lines(BaseModel):
    """Lines of bank statements, newest first; follow `next` as `before`."""

    lines: list[BankLineDetail]
    next: int | None


class Assignment(Body):
    """What a line is for: one of the three."""

    transfer: str | None = Field(default=None, max_length=32)
    invoice: str | None = Field(default=None, max_length=48)
    account: str | None = Field(default=None, max_length=64)

    @model_validator(mode="after")
    def _one(self) -> Assignment:
        if sum(target is not None for target in (self.transfer, self.invoice, self.account)) != 1:
            raise ValueError("name one of transfer, invoice and account")
        return self


class Reason(Body):
    """Why a line is not to be credited."""

    reason: str = Field(min_length=1, max_length=1000)


@router.get("")
def list_transfers(billing: Door) -> Transfers:
    """Transfers that are waited for."""
    return Transfers(transfers=billing.pending_transfers(), waiting=billing.waiting_transfers())


@router.post("/statements", openapi_extra=_STATEMENT)
async def import_statement(
    billing: Door,
    operator: Operator,
    request: Request,
    bank_account: Annotated[str | None, Query(max_length=64)] = None,
    currency: Annotated[str | None, Query(pattern="^[A-Z]{3}$")] = None,
) -> StatementImport:
    """Take in a bank statement, CSV or camt.053, as the body; again, or overlapping another, it changes nothing.

    409 `statement_format_changed`; 413 `body_too_large`; 422 `statement_unreadable`, `bank_account_unclear`.
    """
    content = await request.body()
    return await run_in_threadpool(
        billing.import_statement, content, bank_account=bank_account, currency=currency, actor=operator
    )


@router.get("/lines")
def list_lines(
    billing: Door,
    state: Annotated[LineState | None, Query()] = None,
    account: Annotated[str | None, Query(max_length=64)] = None,
    differing: Annotated[bool, Query(description="Another amount than was asked or confirmed.")] = False,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Lines:
    """Lines of bank statements, newest first, a page at a time."""
    found = billing.bank_lines(state=state, account_id=account, differing=differing, before=before, limit=limit + 1)
    page = found[:limit]
    return Lines(lines=page, next=int(page[-1].id.removeprefix("BL-")) if len(found) > limit else None)


@router.post("/lines/{line_id}/assign")
def assign_line(billing: Door, operator: Operator, line_id: LineId, body: Assignment) -> BankLineDetail:
    """Credit a line to what it is for, once.

    404 `bank_line_not_found`, `transfer_not_found`, `invoice_not_found`, `account_not_found`; 409 `bank_line_settled`;
    422 `currency_mismatch`, `bank_line_not_incoming`.
    """
    if body.transfer is not None:
        return billing.assign_to_transfer(line_id, body.transfer, actor=operator)
    if body.invoice is not None:
        return billing.assign_to_invoice(line_id, body.invoice, actor=operator)
    return billing.assign_to_account(line_id, body.account or "", actor=operator)


@router.post("/lines/{line_id}/set-aside")
def set_line_aside(billing: Door, operator: Operator, line_id: LineId, body: Reason) -> BankLineDetail:
    """Say why a line is not to be credited. 404 `bank_line_not_found`; 409 `bank_line_settled`."""
    return billing.set_line_aside(line_id, body.reason, actor=operator)


@router.post("/{transfer_id}/confirm")
def confirm_transfer(billing: Door, operator: Operator, transfer_id: TransferId) -> Receipt:
    """The money came: credit it, once however often this is called. 404 `transfer_not_found`."""
    return billing.confirm_transfer(transfer_id, actor=operator)


@router.post("/{transfer_id}/cancel")
def cancel_transfer(billing: Door, operator: Operator, transfer_id: TransferId) -> Receipt:
    """Wait no longer for it; money that comes nevertheless is credited.

    404 `transfer_not_found`; 409 `transfer_settled`.
    """
    return billing.cancel_transfer(transfer_id, actor=operator)
