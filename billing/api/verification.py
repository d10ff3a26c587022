"""Every invariant by name, of the ledger and of each domain that posts to it; each lists its offenders."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy.orm import Session

from billing.invoices import invariants as of_invoices
from billing.ledger import invariants as of_ledger
from billing.metering import invariants as of_usage
from billing.receipts import invariants as of_receipts
from billing.recharge import invariants as of_top_ups
from billing.schemas import Violation
from billing.settlement import invariants as of_payments
from billing.transfers import invariants as of_transfers
from billing.vouchers import invariants as of_vouchers

INVARIANTS: tuple[Callable[[Session], Iterator[tuple[str, str]]], ...] = (
    *of_ledger.INVARIANTS,
    *of_invoices.INVARIANTS,
    *of_vouchers.INVARIANTS,
    *of_top_ups.INVARIANTS,
    *of_receipts.INVARIANTS,
    *of_payments.INVARIANTS,
    *of_transfers.INVARIANTS,
    *of_usage.INVARIANTS,
)


def verify(session: Session) -> list[Violation]:
    """All violations; empty when everything is right."""
    return [
        Violation(invariant=invariant.__name__, subject=subject, detail=detail)
        for invariant in INVARIANTS
        for subject, detail in invariant(session)
    ]
