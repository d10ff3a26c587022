"""Credit notes: an invoice is never changed; what is wrong with it is taken back by a document of its own.

What the customer has not paid of it is owed no more; what is beyond that was paid, and becomes top-up credit. It is
posted beside the revenue, to `credited_revenue`: what was invoiced, and how it was rounded, stays to be seen.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.audit import service as audit
from billing.errors import (
    AmountNotPositive,
    AmountTooFine,
    CreditExceedsInvoice,
    CreditNoteKeyReused,
    CreditNoteNotFound,
    InvoiceNotFound,
)
from billing.invoices.models import CreditNoteLineRow, CreditNoteRow, InvoiceLineRow, InvoiceRow
from billing.invoices.schemas import CreditNote
from billing.ledger import service as ledger
from billing.ledger.service import Posting
from billing.money import QUANTITY_DECIMALS, Money, minor_digits
from billing.schemas import InvoiceLine


def issue(
    session: Session,
    number: str,
    *,
    reason: str,
    key: str,
    at: datetime,
    actor: str,
    amount: Decimal | None = None,
    line: int | None = None,
) -> CreditNoteRow:
    """Take back an amount of an invoice, once per key: of one line (counted from 1), or from its first line on.

    Without an amount, all that is left of the line or the invoice. The caller owns the transaction.

    Raises:
        InvoiceNotFound; AmountNotPositive, AmountTooFine; CreditExceedsInvoice: more than is left: nothing was written.
        CreditNoteKeyReused: the key was spent on other terms.
    """
    found = session.scalar(sa.select(InvoiceRow).where(InvoiceRow.number == number.strip().upper()))
    if found is None:
        raise InvoiceNotFound(number)
    account = accounts.lock(session, found.account_id)
    session.refresh(found)
    wanted = None if amount is None else _payable(amount, found.currency)
    terms = f"{found.number} {'all' if wanted is None else wanted.plain()} {'any' if line is None else line}"
    before = session.scalar(sa.select(CreditNoteRow).where(CreditNoteRow.key == key))
    if before is not None:
        if before.terms != terms:
            raise CreditNoteKeyReused(key)
        return before
    parts = _parts(session, found, wanted, line)
    total = sum(units for _, units in parts)
    refunded = max(0, total - found.open_units)
    note = CreditNoteRow(
        key=key,
        terms=terms,
        account_id=account.id,
        invoice_id=found.id,
        issued_on=at.astimezone(accounts.zone(account)).date(),
        reason=reason,
        currency=found.currency,
        total=total,
        refunded=refunded,
        created_at=at,
    )
    session.add(note)
    session.flush()
    for row, units in parts:
        session.add(CreditNoteLineRow(credit_note_id=note.id, invoice_line_id=row.id, units=units))
    found.credited += total - refunded
    _post(session, note, at)
    after = {"invoice": found.number, "total": str(Money(total, found.currency)), "reason": reason}
    audit.record(session, actor=actor, action="invoice.credit", subject=note.number, at=at, after=after)
    session.flush()
    return note


def take_back_rest(
    session: Session, invoice: InvoiceRow, *, reason: str, key: str, at: datetime, actor: str
) -> CreditNoteRow | None:
    """Take back all that is left of an invoice; None where nothing is."""
    if _remaining(session, invoice) <= 0:
        return None
    return issue(session, invoice.number, reason=reason, key=key, at=at, actor=actor)


def find(session: Session, account_id: str | None, number: str) -> CreditNoteRow:
    """The credit note of that number, if it is the account's; any account's for None.

    Raises:
        CreditNoteNotFound.
    """
    row = session.scalar(sa.select(CreditNoteRow).where(CreditNoteRow.number == number.strip().upper()))
    if row is None or account_id not in (None, row.account_id):
        raise CreditNoteNotFound(number)
    return row


def of_account(session: Session, account: AccountRow) -> list[CreditNote]:
    """All credit notes, newest first."""
    query = sa.select(CreditNoteRow).where(CreditNoteRow.account_id == account.id).order_by(CreditNoteRow.id.desc())
    return [schema(session, row) for row in session.scalars(query)]


def numbers_of(session: Session, invoice: InvoiceRow) -> list[str]:
    """The numbers of an invoice's credit notes, oldest first."""
    query = sa.select(CreditNoteRow.number).where(CreditNoteRow.invoice_id == invoice.id)
    return list(session.scalars(query.order_by(CreditNoteRow.id)))


def schema(session: Session, row: CreditNoteRow) -> CreditNote:
    """As it crosses the door. A line has its invoice line's quantity where all of that is taken back, else none."""
    lines = session.execute(
        sa.select(CreditNoteLineRow.units, InvoiceLineRow)
        .join(InvoiceLineRow, InvoiceLineRow.id == CreditNoteLineRow.invoice_line_id)
        .where(CreditNoteLineRow.credit_note_id == row.id)
        .order_by(CreditNoteLineRow.id)
    )
    return CreditNote(
        number=row.number,
        invoice=session.get_one(InvoiceRow, row.invoice_id).number,
        issued_on=row.issued_on,
        reason=row.reason,
        total=Money(row.total, row.currency),
        refunded=Money(row.refunded, row.currency),
        lines=[
            InvoiceLine(
                text_key=line.text_key,
                service=line.service,
                quantity=Decimal(line.quantity if units == line.units else 0).scaleb(-QUANTITY_DECIMALS),
                amount=Money(units, row.currency),
            )
            for units, line in lines
        ],
    )


def _parts(
    session: Session, invoice: InvoiceRow, wanted: Money | None, line: int | None
) -> list[tuple[InvoiceLineRow, int]]:
    """How much is taken off which line; a line below zero (a deduction) only goes with the whole invoice."""
    left = _left(session, invoice)
    if line is not None:
        left = left[line - 1 : line] if line > 0 else []
    if wanted is None:
        parts = [(row, units) for row, units in left if units]
        if sum(units for _, units in parts) <= 0:
            raise CreditExceedsInvoice(remaining=Money.zero(invoice.currency))
        return parts
    most = min(sum(max(0, units) for _, units in left), _remaining(session, invoice))
    if wanted.units > most:
        raise CreditExceedsInvoice(remaining=Money(max(0, most), invoice.currency))
    parts, owing = [], wanted.units
    for row, units in left:
        take = min(owing, max(0, units))
        if take:
            parts.append((row, take))
            owing -= take
    return parts


def _left(session: Session, invoice: InvoiceRow) -> list[tuple[InvoiceLineRow, int]]:
    taken = sa.func.coalesce(sa.func.sum(CreditNoteLineRow.units), 0)
    rows = session.execute(
        sa.select(InvoiceLineRow, taken)
        .outerjoin(CreditNoteLineRow, CreditNoteLineRow.invoice_line_id == InvoiceLineRow.id)
        .where(InvoiceLineRow.invoice_id == invoice.id)
        .group_by(InvoiceLineRow.id)
        .order_by(InvoiceLineRow.id)
    )
    return [(line, line.units - int(units)) for line, units in rows]


def _remaining(session: Session, invoice: InvoiceRow) -> int:
    noted = sa.select(sa.func.sum(CreditNoteRow.total)).where(CreditNoteRow.invoice_id == invoice.id)
    return invoice.total - int(session.scalar(noted) or 0)


def _payable(amount: Decimal, currency: str) -> Money:
    money = Money.of(amount, currency)
    if money.units <= 0:
        raise AmountNotPositive
    if not money.is_payable():
        raise AmountTooFine(currency=currency, decimals=minor_digits(currency))
    return money


def _post(session: Session, note: CreditNoteRow, at: datetime) -> None:
    total, refunded = Money(note.total, note.currency), Money(note.refunded, note.currency)
    postings = [
        Posting("receivable", total - refunded),
        Posting("top_up", refunded),
        Posting("credited_revenue", -total),
    ]
    ledger.post_once(
        session,
        owner=note.account_id,
        key=f"credit_note:{note.id}",
        kind="correction",
        at=at,
        postings=[posting for posting in postings if posting.amount],
    )
