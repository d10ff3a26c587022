"""What an operator reads: lines of bank statements, and transfers that nobody has paid yet."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.invoices.models import InvoiceRow
from billing.money import Money
from billing.recharge import service as recharges
from billing.recharge.models import TopUp
from billing.transfers.models import BankLine
from billing.transfers.schemas import BankLineDetail, LineState, PendingTransfer


def lines(
    session: Session,
    *,
    state: LineState | None = None,
    account_id: str | None = None,
    differing: bool = False,
    before: int | None = None,
    limit: int = 100,
) -> list[BankLineDetail]:
    """The newest first. `differing`: those with another amount than was asked or confirmed. `before`: below that id."""
    query = _query().order_by(BankLine.id.desc()).limit(limit)
    if state is not None:
        query = query.where(BankLine.state == state)
    if account_id is not None:
        query = query.where(BankLine.account_id == account_id)
    if before is not None:
        query = query.where(BankLine.id < before)
    if differing:
        query = query.where(BankLine.top_up_id.is_not(None), _difference() != 0)
    return [_detail(*row) for row in session.execute(query)]


def detail(session: Session, line: BankLine) -> BankLineDetail:
    """A line as it crosses the door."""
    session.flush()
    return _detail(*session.execute(_query().where(BankLine.id == line.id)).one())


def pending(session: Session, at: datetime) -> list[PendingTransfer]:
    """Transfers that are waited for, with their age; oldest first."""
    return [
        PendingTransfer(
            id=row.number,
            account=row.account_id,
            reference=row.reference or "",
            amount=Money(row.amount, row.currency),
            at=row.created_at.astimezone(accounts.zone(accounts.find(session, row.account_id))),
            days=(at - row.created_at).days,
        )
        for row in recharges.pending(session)
        if row.reference
    ]


def _difference() -> sa.ColumnElement[int]:
    return BankLine.amount - BankLine.pays_invoice - sa.func.coalesce(TopUp.asked, TopUp.amount, 0)


def _query() -> sa.Select[BankLine, TopUp, str]:
    return (
        sa.select(BankLine, TopUp, InvoiceRow.number)
        .outerjoin(TopUp, TopUp.id == BankLine.top_up_id)
        .outerjoin(InvoiceRow, InvoiceRow.id == BankLine.invoice_id)
    )


def _detail(line: BankLine, top_up: TopUp | None, invoice: str | None) -> BankLineDetail:
    differs = 0 if top_up is None else line.amount - line.pays_invoice - top_up.agreed
    return BankLineDetail.model_validate(
        {
            "id": line.number,
            "bank_account": line.bank_account,
            "booked_on": line.booked_on,
            "amount": Money(line.amount, line.currency),
            "payer": line.payer,
            "text": line.text,
            "state": line.state,
            "why": line.why,
            "account": line.account_id,
            "transfer": top_up and top_up.number,
            "invoice": invoice,
            "paid_invoice": Money(line.pays_invoice, line.currency) if invoice else None,
            "difference": Money(differs, line.currency) if differs else None,
            "reason": line.reason,
            "imported_at": line.imported_at,
            "settled_at": line.settled_at,
        }
    )
