"""What must always hold of payments through a provider."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.payments.models import DisputeRow, PaymentRow, RefundRow
from billing.recharge.models import TopUp


def _text(number: sa.orm.InstrumentedAttribute[int]) -> sa.ColumnElement[str]:
    return sa.cast(number, sa.String)


def _posted(key: sa.ColumnElement[str], of: type[PaymentRow | RefundRow | DisputeRow]) -> sa.ScalarSelect[int]:
    """What a transaction posted to the clearing account."""
    return (
        sa.select(sa.func.coalesce(sa.func.sum(LedgerEntry.units), 0))
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.ledger_account_id)
        .where(LedgerTransaction.key == key, LedgerAccount.kind == "clearing")
        .correlate(of)
        .scalar_subquery()
    )


def every_payment_is_posted_once_with_its_amount(session: Session) -> Iterator[tuple[str, str]]:
    """One that succeeded with all of it: a top-up, or an invoice and a top-up of the rest. Any other with nothing."""
    top_up = _posted(sa.literal("top_up:").concat(_text(PaymentRow.subject_id)), PaymentRow)
    of_invoice = sa.literal("payment:").concat(_text(PaymentRow.subject_id)).concat(":payment-")
    invoice = _posted(of_invoice.concat(_text(PaymentRow.id)), PaymentRow)
    rest = (
        sa.select(sa.func.coalesce(sa.func.sum(TopUp.amount), 0))
        .where(TopUp.key == sa.literal("payment:").concat(_text(PaymentRow.id)).concat(":rest"))
        .correlate(PaymentRow)
        .scalar_subquery()
    )
    posted = sa.case((PaymentRow.purpose == "top_up", top_up), else_=invoice - rest)
    told = sa.case((PaymentRow.state == "succeeded", -PaymentRow.amount), else_=0)
    for row, units in session.execute(sa.select(PaymentRow, posted).where(posted != told)):
        yield row.number, f"{row.state} with {row.amount} units, posted {-int(units)}"


def every_refund_is_posted_once_with_its_amount(session: Session) -> Iterator[tuple[str, str]]:
    """Taken when it was asked for; one that failed was given back."""
    key = sa.literal("refund:").concat(_text(RefundRow.id))
    posted = _posted(key, RefundRow) + _posted(key.concat(":back"), RefundRow)
    told = sa.case((RefundRow.state == "failed", 0), else_=RefundRow.amount)
    for row, units in session.execute(sa.select(RefundRow, posted).where(posted != told)):
        yield row.number, f"{row.state} with {row.amount} units, posted {units}"


def every_dispute_is_posted_as_it_stands(session: Session) -> Iterator[tuple[str, str]]:
    """Its amount is away while it is held."""
    key = sa.literal("dispute:").concat(_text(DisputeRow.id))
    posted = _posted(key, DisputeRow) + _posted(key.concat(":back"), DisputeRow)
    told = sa.case((DisputeRow.held, DisputeRow.amount), else_=0)
    for row, units in session.execute(sa.select(DisputeRow, posted).where(posted != told)):
        yield row.number, f"{row.state} with {row.amount} units, posted {units}"


def no_refunds_exceed_their_payment(session: Session) -> Iterator[tuple[str, str]]:
    """All that the provider confirmed of a payment's together; and none is of a payment that did not succeed."""
    total = sa.func.sum(sa.case((RefundRow.state.in_(("created", "failed")), 0), else_=RefundRow.amount))
    paid = sa.case((PaymentRow.state == "succeeded", PaymentRow.amount), else_=0)
    rows = session.execute(
        sa.select(PaymentRow, total)
        .join(RefundRow, RefundRow.payment_id == PaymentRow.id)
        .group_by(PaymentRow.id)
        .having(total > paid)
    )
    for row, units in rows:
        yield row.number, f"{row.state} with {row.amount} units, {units} sent back"


def what_a_provider_holds_is_what_was_paid_less_what_went_back(session: Session) -> Iterator[tuple[str, str]]:
    """Account by account: the clearing account of each provider, from the payments, refunds and disputes alone."""
    held: dict[tuple[str, str], int] = defaultdict(int)
    paid = sa.func.sum(PaymentRow.amount)
    query = sa.select(PaymentRow.account_id, PaymentRow.provider, paid).where(PaymentRow.state == "succeeded")
    for owner, provider, units in session.execute(query.group_by(PaymentRow.account_id, PaymentRow.provider)):
        held[owner, provider] += int(units)
    for away, counts in ((RefundRow, RefundRow.state != "failed"), (DisputeRow, DisputeRow.held)):
        query = (
            sa.select(PaymentRow.account_id, PaymentRow.provider, sa.func.sum(away.amount))
            .join(away, away.payment_id == PaymentRow.id)
            .where(counts)
        )
        for owner, provider, units in session.execute(query.group_by(PaymentRow.account_id, PaymentRow.provider)):
            held[owner, provider] -= int(units)
    providers = sa.select(PaymentRow.provider).distinct()
    query = sa.select(LedgerAccount.owner, LedgerAccount.ref, LedgerAccount.balance)
    kept = session.execute(query.where(LedgerAccount.kind == "clearing", LedgerAccount.ref.in_(providers)))
    clearing = {(owner, provider): -units for owner, provider, units in kept}
    for owner, provider in sorted(held.keys() | clearing.keys()):
        if held.get((owner, provider), 0) != clearing.get((owner, provider), 0):
            yield (
                f"{owner}/clearing/{provider}",
                f"{clearing.get((owner, provider), 0)} units, payments give {held.get((owner, provider), 0)}",
            )


INVARIANTS = (
    every_payment_is_posted_once_with_its_amount,
    every_refund_is_posted_once_with_its_amount,
    every_dispute_is_posted_as_it_stands,
    no_refunds_exceed_their_payment,
    what_a_provider_holds_is_what_was_paid_less_what_went_back,
)
