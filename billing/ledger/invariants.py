"""What must always hold of the ledger, each a named function that lists the offenders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts.models import AccountRow
from billing.invoices.models import InvoiceRow
from billing.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.plans.models import Subscription


def every_transaction_sums_to_zero(session: Session) -> Iterator[tuple[str, str]]:
    """Per currency."""
    total = sa.func.sum(LedgerEntry.units)
    rows = session.execute(
        sa.select(LedgerEntry.transaction_id, LedgerAccount.currency, total)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.ledger_account_id)
        .group_by(LedgerEntry.transaction_id, LedgerAccount.currency)
        .having(total != 0)
    )
    for transaction, currency, units in rows:
        yield f"transaction {transaction}", f"{units} units of {currency} too many"


def every_transaction_has_entries(session: Session) -> Iterator[tuple[str, str]]:
    """A key is never claimed without what it was claimed for."""
    rows = session.scalars(
        sa.select(LedgerTransaction.id)
        .outerjoin(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .where(LedgerEntry.id.is_(None))
    )
    for transaction in rows:
        yield f"transaction {transaction}", "no entries"


def every_balance_equals_its_entries(session: Session) -> Iterator[tuple[str, str]]:
    """Derived again from the entries."""
    derived = sa.func.coalesce(sa.func.sum(LedgerEntry.units), 0)
    rows = session.execute(
        sa.select(LedgerAccount, derived)
        .outerjoin(LedgerEntry, LedgerEntry.ledger_account_id == LedgerAccount.id)
        .group_by(LedgerAccount.id)
        .having(derived != LedgerAccount.balance)
    )
    for kept, units in rows:
        yield _name(kept), f"kept {kept.balance} units, entries give {units}"


def every_entry_stays_with_its_owner(session: Session) -> Iterator[tuple[str, str]]:
    """A transaction posts to one customer's ledger accounts only."""
    rows = session.execute(
        sa.select(LedgerEntry.id, LedgerTransaction.owner, LedgerAccount.owner)
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.ledger_account_id)
        .where(LedgerTransaction.owner != LedgerAccount.owner)
    )
    for entry, transaction_owner, account_owner in rows:
        yield f"entry {entry}", f"of {transaction_owner}, posted to {account_owner}"


def every_account_keeps_one_currency(session: Session) -> Iterator[tuple[str, str]]:
    """The customer's."""
    rows = session.execute(
        sa.select(LedgerAccount, AccountRow.currency)
        .join(AccountRow, AccountRow.id == LedgerAccount.owner)
        .where(AccountRow.currency != LedgerAccount.currency)
    )
    for kept, currency in rows:
        yield _name(kept), f"in {kept.currency}, the account is in {currency}"


def no_credit_is_overdrawn(session: Session) -> Iterator[tuple[str, str]]:
    """Plan, voucher and top-up credit never fall below zero; what they do not cover is owed."""
    rows = session.scalars(
        sa.select(LedgerAccount).where(LedgerAccount.kind.in_(("plan", "voucher", "top_up")), LedgerAccount.balance < 0)
    )
    for kept in rows:
        yield _name(kept), f"{kept.balance} units"


def nothing_owed_is_negative(session: Session) -> Iterator[tuple[str, str]]:
    """`owed` is posted to as a debt: zero or below."""
    rows = session.scalars(sa.select(LedgerAccount).where(LedgerAccount.kind == "owed", LedgerAccount.balance > 0))
    for kept in rows:
        yield _name(kept), f"{kept.balance} units"


def no_two_plans_are_in_force_at_once(session: Session) -> Iterator[tuple[str, str]]:
    """Confirmed periods of an account never overlap; one ends early by its amount or when another takes its place."""
    rows = session.scalars(
        sa.select(Subscription)
        .options(sa.orm.noload(Subscription.pauses))
        .where(Subscription.confirmed_at.is_not(None), Subscription.withdrawn_at.is_(None))
        .order_by(Subscription.account_id, Subscription.starts_at, Subscription.id)
    )
    before: Subscription | None = None
    for row in rows:
        if before is not None and before.account_id == row.account_id and _end(before) > row.starts_at:
            yield f"{row.account_id}/{row.number}", f"begins before {before.number} ended"
        before = row


def every_pause_lies_within_what_its_plan_allows(session: Session) -> Iterator[tuple[str, str]]:
    """Pauses of a period are in order, and altogether no longer than its terms say."""
    rows = session.scalars(sa.select(Subscription).where(Subscription.pauses.any()))
    for row in rows:
        ordered = all(one.until <= other.paused_at for one, other in pairwise(row.pauses))
        paused = sum((pause.until - pause.paused_at for pause in row.pauses), timedelta())
        if not ordered or paused > timedelta(days=int(row.terms.get("pause_days", 30))):
            yield f"{row.account_id}/{row.number}", f"paused for {paused}"


def every_invoice_is_posted_with_its_total(session: Session) -> Iterator[tuple[str, str]]:
    """An invoice's total is asked for in the ledger, once."""
    asked = (
        sa.select(sa.func.sum(LedgerEntry.units))
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.ledger_account_id)
        .where(
            LedgerTransaction.key == sa.literal("invoice:").concat(sa.cast(InvoiceRow.id, sa.String)),
            LedgerAccount.kind == "receivable",
        )
    )
    found = session.execute(sa.select(InvoiceRow, asked.correlate(InvoiceRow).scalar_subquery()))
    for row, posted in found:
        if row.total != -int(posted or 0):
            yield row.number, f"total {row.total}, posted {-int(posted or 0)} units"


INVARIANTS = (
    every_transaction_sums_to_zero,
    every_transaction_has_entries,
    every_balance_equals_its_entries,
    every_entry_stays_with_its_owner,
    every_account_keeps_one_currency,
    no_credit_is_overdrawn,
    nothing_owed_is_negative,
    no_two_plans_are_in_force_at_once,
    every_pause_lies_within_what_its_plan_allows,
    every_invoice_is_posted_with_its_total,
)


def _end(row: Subscription) -> datetime:
    return min(end for end in (row.ends_at, row.ended_at, row.exhausted_at) if end is not None)


def _name(kept: LedgerAccount) -> str:
    return "/".join(part for part in (kept.owner, kept.kind, kept.ref) if part)
