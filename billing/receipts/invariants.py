"""What must always hold of signed receipts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.db import chunks
from billing.ledger import fingerprints
from billing.receipts.models import SignedReceipt
from billing.receipts.service import issuer_of
from billing.receipts.verifying import verify


def every_signed_receipt_verifies_and_the_ledger_is_as_it_says(session: Session) -> Iterator[tuple[str, str]]:
    """Its bytes are those that were signed, by a key known here; what it names in the ledger was not changed."""
    keys = issuer_of(session).signer.public
    said: dict[int, tuple[str, str]] = {}  # transaction → the receipt that names it, the hash that it was signed with
    kept = sa.select(SignedReceipt.id, SignedReceipt.content).order_by(SignedReceipt.id)
    for number, content in session.execute(kept):
        verdict = verify(content.encode(), keys)
        if verdict.receipt is None or not verdict.valid:
            yield number, f"{verdict.fault} {verdict.detail}".strip()
        else:
            said |= {named["id"]: (number, named["sha256"]) for named in _transactions(verdict.receipt)}
    for some in chunks(said):
        found = fingerprints.of(session, some)
        for transaction in some:
            number, digest = said[transaction]
            if found.get(transaction) != digest:
                yield number, f"transaction {transaction} is not what was signed"


def _transactions(receipt: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = receipt["ledger"]["transactions"]
    return found


INVARIANTS = (every_signed_receipt_verifies_and_the_ledger_is_as_it_says,)
