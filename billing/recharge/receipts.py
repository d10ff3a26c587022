"""The signed receipt of a top-up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from billing.catalogue import service as catalogues
from billing.money import Money
from billing.receipts import service as receipts
from billing.receipts.service import Done
from billing.recharge.models import TopUp


def issue(session: Session, row: TopUp, posted: Mapping[int, str], at: datetime) -> None:
    """Sign that the money came, with the transaction that credited it and its fingerprint."""
    receipts.issue(
        session,
        Done(
            id=row.number,
            account_id=row.account_id,
            what="top_up",
            at=at,
            catalogue_version=catalogues.version(session)[0],
            position=max(posted),
            transactions=posted,
            amounts={
                "total": Money(row.amount, row.currency),
                "paid_owed": Money(row.pays_owed, row.currency),
                "credit": Money(row.amount - row.pays_owed, row.currency),
            },
            details={
                "receipt": row.receipt_number,
                "method": row.method,
                "provider": row.provider,
                "reference": row.reference,
            },
        ),
    )
