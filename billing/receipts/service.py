"""Signing what was done, once, in the transaction that does it; and giving it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.canonical import canonical
from billing.config import Settings
from billing.errors import ReceiptNotFound
from billing.money import Money
from billing.receipt_keys import Signer, encoded
from billing.receipts.models import SignedReceipt
from billing.receipts.schemas import SignedReceiptEntry
from billing.receipts.verifying import TYPE
from billing.seller import seller

_INFO = "receipts"


class Issuer:
    """Who signs receipts here, and by which keys. A session of the database knows that of its installation."""

    def __init__(self, name: str, signer: Signer) -> None:
        self.name, self.signer = name, signer

    @classmethod
    def of(cls, settings: Settings) -> Issuer:
        """The seller of the settings."""
        names = seller(settings.seller_file).name
        return cls(names.get("en") or next(iter(names.values())), Signer(settings.signing_keys))

    def known_to(self, info: dict[str, object]) -> None:
        """Make it that of all sessions that are given this."""
        info[_INFO] = self


def issuer_of(session: Session) -> Issuer:
    """The issuer of the installation whose database this is."""
    found = session.info.get(_INFO)
    assert isinstance(found, Issuer), "a database is opened by `Billing`, which knows who signs receipts"
    return found


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was done, to be signed: `id` tells it, `what` names it, `transactions` are the ledger's by id."""

    id: str
    account_id: str
    what: str
    at: datetime
    catalogue_version: int
    position: int
    transactions: Mapping[int, str]
    amounts: Mapping[str, Money | None]
    details: Mapping[str, str | None] = field(default_factory=dict)


def issue(session: Session, done: Done) -> None:
    """Sign it and keep the file, in the caller's transaction. What has no value is left out."""
    issuer = issuer_of(session)
    receipt = {
        "type": TYPE,
        "issuer": issuer.name,
        "key": issuer.signer.key_id,
        "id": done.id,
        "account": done.account_id,
        "what": done.what,
        "at": _instant(done.at),
        "amounts": {name: _money(money) for name, money in done.amounts.items() if money is not None},
        "details": {name: text for name, text in done.details.items() if text},
        "catalogue_version": done.catalogue_version,
        "ledger": {
            "position": done.position,
            "transactions": [{"id": number, "sha256": digest} for number, digest in sorted(done.transactions.items())],
        },
    }
    signature = encoded(issuer.signer.sign(canonical(receipt)))
    session.execute(
        sa.insert(SignedReceipt).values(
            id=done.id,
            account_id=done.account_id,
            what=done.what,
            at=done.at,
            key_id=issuer.signer.key_id,
            content=canonical({"receipt": receipt, "signature": signature}).decode(),
        )
    )


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _money(money: Money) -> dict[str, str]:
    return {"amount": money.plain(), "currency": money.currency}


def content(session: Session, account_id: str | None, receipt_id: str) -> bytes:
    """The file, if it is the account's; any account's for None.

    Raises:
        ReceiptNotFound.
    """
    row = session.get(SignedReceipt, receipt_id.strip().upper())
    if row is None or account_id not in (None, row.account_id):
        raise ReceiptNotFound(receipt_id)
    return row.content.encode()


def listed(session: Session, account_id: str, limit: int) -> list[SignedReceiptEntry]:
    """The account's receipts, newest first."""
    query = sa.select(SignedReceipt).where(SignedReceipt.account_id == account_id)
    newest_first = query.order_by(SignedReceipt.at.desc(), SignedReceipt.id.desc()).limit(limit)
    return [SignedReceiptEntry.model_validate(row, from_attributes=True) for row in session.scalars(newest_first)]
