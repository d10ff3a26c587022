"""What must always hold of top-ups."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.recharge.models import TopUp


def every_top_up_is_posted_as_its_receipt_says(session: Session) -> Iterator[tuple[str, str]]:
    """What came is credit and what it paid of what was owed; what is waited for is not posted."""

    def posted(kind: str) -> sa.ScalarSelect[int]:
        return (
            sa.select(sa.func.coalesce(sa.func.sum(LedgerEntry.units), 0))
            .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
            .join(LedgerAccount, LedgerAccount.id == LedgerEntry.ledger_account_id)
            .where(
                LedgerTransaction.key == sa.literal("top_up:").concat(sa.cast(TopUp.id, sa.String)),
                LedgerAccount.kind == kind,
            )
            .correlate(TopUp)
            .scalar_subquery()
        )

    for row, credit, owed in session.execute(sa.select(TopUp, posted("top_up"), posted("owed"))):
        told = (row.amount - row.pays_owed, row.pays_owed) if row.completed_at else (0, 0)
        if (int(credit), int(owed)) != told:
            yield row.number, f"credit {told[0]} and owed {told[1]} units, posted {credit} and {owed}"


def the_receipts_of_an_account_have_no_gaps(session: Session) -> Iterator[tuple[str, str]]:
    """They are numbered from 1, one for each top-up whose money came."""
    received, newest = sa.func.count(TopUp.completed_at), sa.func.max(TopUp.receipt)
    rows = session.execute(
        sa.select(TopUp.account_id, received, newest, sa.func.count(TopUp.receipt))
        .group_by(TopUp.account_id)
        .order_by(TopUp.account_id)
    )
    for account, came, last, numbered in rows:
        if not came == numbered == (last or 0):
            yield account, f"{came} top-ups came, {numbered} receipts, the last is {last or 0}"


INVARIANTS = (every_top_up_is_posted_as_its_receipt_says, the_receipts_of_an_account_have_no_gaps)
