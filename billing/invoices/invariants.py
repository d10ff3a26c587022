"""What must always hold of invoices and credit notes."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from billing.invoices.models import CreditNoteLineRow, CreditNoteRow, InvoiceLineRow, InvoiceRow
from billing.invoices.numbers import NumberSeries
from billing.ledger.models import LedgerAccount


def _sum(column: InstrumentedAttribute[int]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(column), 0)


def the_lines_of_an_invoice_add_up_to_its_total(session: Session) -> Iterator[tuple[str, str]]:
    """To the smallest coin, which is what each line is rounded to."""
    return _not_the_sum(session, InvoiceRow, InvoiceLineRow.units, InvoiceLineRow.invoice_id)


def the_lines_of_a_credit_note_add_up_to_its_total(session: Session) -> Iterator[tuple[str, str]]:
    """As those of an invoice do."""
    return _not_the_sum(session, CreditNoteRow, CreditNoteLineRow.units, CreditNoteLineRow.credit_note_id)


def _not_the_sum(
    session: Session,
    document: type[InvoiceRow | CreditNoteRow],
    units: InstrumentedAttribute[int],
    of_document: InstrumentedAttribute[int],
) -> Iterator[tuple[str, str]]:
    lines = _sum(units)
    rows = session.execute(
        sa.select(document.number, document.total, lines)
        .outerjoin(units.class_, of_document == document.id)
        .group_by(document.id)
        .having(lines != document.total)
    )
    for number, total, summed in rows:
        yield number, f"total {total} units, lines give {summed}"


def the_numbers_of_a_series_have_no_gaps(session: Session) -> Iterator[tuple[str, str]]:
    """From 1 to the last that was given out, each once. Series of before there were series are left alone."""
    used = sa.union_all(
        sa.select(InvoiceRow.series, InvoiceRow.sequence), sa.select(CreditNoteRow.series, CreditNoteRow.sequence)
    ).subquery()
    first, last, count = sa.func.min(used.c.sequence), sa.func.max(used.c.sequence), sa.func.count()
    distinct = sa.func.count(used.c.sequence.distinct())
    rows = session.execute(
        sa.select(NumberSeries.series, NumberSeries.last, first, last, count)
        .outerjoin(used, used.c.series == NumberSeries.series)
        .group_by(NumberSeries.series, NumberSeries.last)
        .having(
            sa.or_(
                first.is_(None), first != 1, last != NumberSeries.last, count != NumberSeries.last, distinct != count
            )
        )
    )
    for series, given, lowest, highest, written in rows:
        yield series, f"{given} given out, {written} written from {lowest} to {highest}"


def no_credit_note_exceeds_its_invoice(session: Session) -> Iterator[tuple[str, str]]:
    """All of an invoice's together; and what they took off the open amount is what the invoice says."""
    total, refunded = _sum(CreditNoteRow.total), _sum(CreditNoteRow.refunded)
    rows = session.execute(
        sa.select(InvoiceRow, total, refunded)
        .outerjoin(CreditNoteRow, CreditNoteRow.invoice_id == InvoiceRow.id)
        .group_by(InvoiceRow.id)
        .having(sa.or_(total > InvoiceRow.total, total - refunded != InvoiceRow.credited))
    )
    for invoice, units, back in rows:
        yield (
            invoice.number,
            f"total {invoice.total}, open less {invoice.credited}, notes {units}, {back} of it paid back",
        )


def nothing_is_paid_beyond_an_invoice(session: Session) -> Iterator[tuple[str, str]]:
    """What was paid and what was credited of the rest are never more than the total, and never below zero."""
    rows = session.scalars(
        sa.select(InvoiceRow).where(
            sa.or_(
                InvoiceRow.paid + InvoiceRow.credited > InvoiceRow.total, InvoiceRow.paid < 0, InvoiceRow.credited < 0
            )
        )
    )
    for invoice in rows:
        yield invoice.number, f"total {invoice.total}, paid {invoice.paid}, credited {invoice.credited}"


def what_is_receivable_is_open_on_invoices(session: Session) -> Iterator[tuple[str, str]]:
    """Account by account, to the unit."""
    still = sa.func.sum(InvoiceRow.total - InvoiceRow.paid - InvoiceRow.credited)
    open_amounts = sa.select(InvoiceRow.account_id, still).group_by(InvoiceRow.account_id)
    due = {owner: int(units) for owner, units in session.execute(open_amounts)}
    receivable = sa.select(LedgerAccount.owner, LedgerAccount.balance).where(LedgerAccount.kind == "receivable")
    kept = {owner: -units for owner, units in session.execute(receivable)}
    for owner in sorted(due.keys() | kept.keys()):
        if due.get(owner, 0) != kept.get(owner, 0):
            yield f"{owner}/receivable", f"{kept.get(owner, 0)} units, invoices give {due.get(owner, 0)}"


INVARIANTS = (
    the_lines_of_an_invoice_add_up_to_its_total,
    the_lines_of_a_credit_note_add_up_to_its_total,
    the_numbers_of_a_series_have_no_gaps,
    no_credit_note_exceeds_its_invoice,
    nothing_is_paid_beyond_an_invoice,
    what_is_receivable_is_open_on_invoices,
)
