"""What must always hold of bank statements and bank transfers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from billing.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.payments.providers.offline import BankTransfer
from billing.recharge.models import TopUp
from billing.transfers.models import BankLine


def every_credited_line_is_posted_with_its_amount(session: Session) -> Iterator[tuple[str, str]]:
    """As a top-up, as a payment of an invoice, or as both; no other line has anything posted for it."""

    def cleared(key: sa.ColumnElement[str]) -> sa.ScalarSelect[int]:
        return (
            sa.select(sa.func.coalesce(sa.func.sum(-LedgerEntry.units), 0))
            .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
            .join(LedgerAccount, LedgerAccount.id == LedgerEntry.ledger_account_id)
            .where(
                LedgerTransaction.key == key, LedgerAccount.kind == "clearing", LedgerAccount.ref == BankTransfer.name
            )
            .correlate(BankLine)
            .scalar_subquery()
        )

    def text(column: sa.ColumnElement[int] | sa.orm.InstrumentedAttribute[int]) -> sa.ColumnElement[str]:
        return sa.cast(column, sa.String)

    topped_up = cleared(sa.literal("top_up:").concat(text(BankLine.top_up_id)))  # type: ignore[arg-type]
    paid = cleared(
        sa.literal("payment:").concat(text(BankLine.invoice_id)).concat(":bank_line:").concat(text(BankLine.id))  # type: ignore[arg-type]
    )
    for line, credit, payment in session.execute(sa.select(BankLine, topped_up, paid)):
        if line.state == "credited":
            if (int(credit), int(payment)) != (line.amount - line.pays_invoice, line.pays_invoice):
                yield line.number, f"{line.amount} units came, posted {credit} as credit and {payment} on an invoice"
        elif int(payment) or line.pays_invoice:
            yield line.number, f"{line.state}, and {payment} units are posted"


def what_came_by_bank_transfer_is_what_was_confirmed_or_on_a_statement(session: Session) -> Iterator[tuple[str, str]]:
    """Account by account: transfers that an operator confirmed, and the lines that were credited."""
    came: dict[str, int] = defaultdict(int)
    line = aliased(BankLine)
    confirmed = (
        sa.select(TopUp.account_id, sa.func.sum(TopUp.amount))
        .outerjoin(line, sa.and_(line.top_up_id == TopUp.id, line.state == "credited"))
        .where(TopUp.provider == BankTransfer.name, TopUp.completed_at.is_not(None), line.id.is_(None))
        .group_by(TopUp.account_id)
    )
    credited = (
        sa.select(BankLine.account_id, sa.func.sum(BankLine.amount))
        .where(BankLine.state == "credited")
        .group_by(BankLine.account_id)
    )
    for query in (confirmed, credited):
        for account, units in session.execute(query):
            came[str(account)] += int(units)
    kept = sa.select(LedgerAccount.owner, LedgerAccount.balance).where(
        LedgerAccount.kind == "clearing", LedgerAccount.ref == BankTransfer.name
    )
    cleared = {owner: -units for owner, units in session.execute(kept)}
    for account in sorted(came.keys() | cleared.keys()):
        if came.get(account, 0) != cleared.get(account, 0):
            yield (
                f"{account}/clearing/bank_transfer",
                f"{came.get(account, 0)} units came, {cleared.get(account, 0)} posted",
            )


INVARIANTS = (
    every_credited_line_is_posted_with_its_amount,
    what_came_by_bank_transfer_is_what_was_confirmed_or_on_a_statement,
)
