"""What an operator does."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from billing.accounts import service as accounts
from billing.api.door import Door
from billing.demo import service as demo
from billing.ledger import invariants
from billing.schemas import (
    Account,
    SupportTier,
    Violation,
)

log = structlog.get_logger()


class OperationsDoor(Door):
    """Accounts, demo data, verification."""

    def create_account(
        self, account_id: str, *, name: str, currency: str, time_zone: str = "UTC", language: str = "en"
    ) -> Account:
        """A new account.

        Raises:
            AccountExists, CurrencyUnknown, TimeZoneUnknown.
        """
        return self._database.run(
            lambda session: accounts.schema(
                accounts.create(
                    session,
                    account_id,
                    name=name,
                    currency=currency,
                    time_zone=time_zone,
                    language=language,
                    at=self._now(),
                )
            )
        )

    def accounts(self) -> list[Account]:
        """All accounts by id."""
        with self._database.snapshot() as session:
            return [accounts.schema(row) for row in accounts.everyone(session)]

    def set_support_tier(self, account_id: str, tier: SupportTier) -> Account:
        """Move an account's support plan."""
        with self._database.transaction() as session:
            return accounts.schema(accounts.set_support_tier(session, account_id, tier))

    @staticmethod
    def demo_accounts() -> frozenset[str]:
        """The ids of the demo's accounts."""
        return frozenset(story.id for story in demo.STORIES)

    def load_demo(self, on_progress: Callable[[str], None] = lambda step: None) -> bool:
        """The demo data of the contract, laid out backwards from now; False when it is there already."""
        with self._database.transaction() as session:
            return demo.load(session, self._now(), on_progress)

    def verify_ledger(self) -> list[Violation]:
        """Every invariant of the ledger, derived again from the entries; empty when all hold."""
        with self._database.snapshot() as session:
            return invariants.verify(session)
