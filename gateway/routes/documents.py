"""Invoices, credit notes and receipts as PDF; what is not the account's is not there."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel

from billing.api import CreditNote, Document, Language
from gateway.routes.account import Customer, Door

PDF = "application/pdf"

router = APIRouter(prefix="/v1/account", tags=["account"])

Number = Annotated[str, Path(max_length=60)]
Chosen = Annotated[Language | None, Query(description="The account's where none is named.")]
_RESPONSES: dict[int | str, dict[str, object]] = {
    200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}
}


class CreditNotes(BaseModel):
    """All credit notes, newest first."""

    credit_notes: list[CreditNote]


@router.get("/invoices/{number}.pdf", response_class=Response, responses=_RESPONSES)
def invoice_pdf(billing: Door, customer: Customer, number: Number, language: Chosen = None) -> Response:
    """An invoice, with what was paid and credited until now."""
    return _file(billing.invoice_pdf(customer.account, number, language))


@router.get("/credit-notes")
def credit_notes(billing: Door, customer: Customer) -> CreditNotes:
    """All credit notes, newest first."""
    return CreditNotes(credit_notes=billing.credit_notes(customer.account))


@router.get("/credit-notes/{number}.pdf", response_class=Response, responses=_RESPONSES)
def credit_note_pdf(billing: Door, customer: Customer, number: Number, language: Chosen = None) -> Response:
    """A credit note."""
    return _file(billing.credit_note_pdf(customer.account, number, language))


@router.get("/receipts/{number}.pdf", response_class=Response, responses=_RESPONSES)
def receipt_pdf(billing: Door, customer: Customer, number: Number, language: Chosen = None) -> Response:
    """The receipt of a completed top-up, by the top-up's id."""
    return _file(billing.receipt_pdf(customer.account, number, language))


def _file(document: Document) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{document.name}"',  # a number: ASCII, no quotes
        "Content-Language": document.language,
        "Cache-Control": "private, no-store",
    }
    return Response(document.content, media_type=PDF, headers=headers)
