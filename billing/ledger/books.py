"""The ledger accounts of many customers in hand, for posting many transactions at once.

The caller holds the locks of all owners' account rows. Balances move in memory while amounts are worked out; `write`
puts balances, transactions and entries down together, in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing import rows
from billing.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.ledger.service import Unbalanced

Place = tuple[str, str, str]
"""Owner, kind and ref: what tells a ledger account."""

_TRANSACTION = ("id", "key", "owner", "kind", "service", "at")
_ENTRY = ("transaction_id", "ledger_account_id", "units")


@dataclass(slots=True)
class Draft:
    """A transaction that is being put together: units by kind and ref, in the owner's currency, summing to zero."""

    key: str
    owner: str
    currency: str
    kind: str
    service: str | None
    at: datetime
    units: dict[tuple[str, str], int] = field(default_factory=dict)
    number: int = 0

    def add(self, kind: str, ref: str, units: int) -> None:
        """Post some more."""
        self.units[kind, ref] = self.units.get((kind, ref), 0) + units


class Books:
    """Balances of all ledger accounts of some owners, in units."""

    def __init__(self, session: Session, owners: Collection[str]) -> None:
        self._session = session
        query = sa.select(LedgerAccount).where(LedgerAccount.owner.in_(owners))
        found = session.scalars(query.execution_options(populate_existing=True))
        self._accounts: dict[Place, LedgerAccount] = {(row.owner, row.kind, row.ref): row for row in found}
        self._units = {place: row.balance for place, row in self._accounts.items()}

    def balance(self, owner: str, kind: str, ref: str = "") -> int:
        """As it stands with what was moved so far; 0 for an account never posted to."""
        return self._units.get((owner, kind, ref), 0)

    def move(self, owner: str, kind: str, ref: str, units: int) -> None:
        """Change a balance in memory; a draft that says so must follow."""
        place = (owner, kind, ref)
        self._units[place] = self._units.get(place, 0) + units

    def write(self, drafts: Sequence[Draft]) -> None:
        """Write the transactions (their `number` is the id reserved for them), entries and balances.

        Raises:
            Unbalanced: a draft does not sum to zero, or has nothing in it.
        """
        for draft in drafts:
            if not draft.units or sum(draft.units.values()) != 0:
                raise Unbalanced(f"{draft.key}: {draft.units}")
        self._write_balances(drafts)
        transactions = [(d.number, d.key, d.owner, d.kind, d.service, d.at) for d in drafts]
        rows.insert(self._session, LedgerTransaction, _TRANSACTION, transactions)
        entries = [
            (draft.number, self._accounts[draft.owner, kind, ref].id, units)
            for draft in drafts
            for (kind, ref), units in draft.units.items()
        ]
        rows.insert(self._session, LedgerEntry, _ENTRY, entries)

    def _write_balances(self, drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            for kind, ref in draft.units:
                place = (draft.owner, kind, ref)
                row = self._accounts.get(place)
                if row is None:
                    row = LedgerAccount(owner=draft.owner, kind=kind, ref=ref, currency=draft.currency, balance=0)
                    self._session.add(row)
                    self._accounts[place] = row
                row.balance = self._units[place]
        self._session.flush()
