"""What an operator does."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.api import verification
from billing.api.door import Door
from billing.audit import service as audit
from billing.demo import service as demo
from billing.schemas import (
    Account,
    SupportTier,
    Violation,
)


class OperationsDoor(Door):
    """Accounts, demo data, verification."""

    def create_account(
        self,
        account_id: str,
        *,
        name: str,
        currency: str,
        time_zone: str = "UTC",
        language: str = "en",
        actor: str = "operator:cli",
    ) -> Account:
        """A new account.

        Raises:
            AccountExists, CurrencyUnknown, TimeZoneUnknown.
        """
        terms = {"name": name, "currency": currency, "time_zone": time_zone, "language": language}

        def change(session: Session) -> Account:
            created = accounts.schema(accounts.create(session, account_id, **terms, at=self._now()))
            audit.record(
                session,
                actor=actor,
                action="account.create",
                subject=account_id,
                at=self._now(),
                after=created.model_dump(mode="json"),
            )
            return created

        return self._database.run(change)

    def accounts(self) -> list[Account]:
        """All accounts by id."""
        with self._database.snapshot() as session:
            return [accounts.schema(row) for row in accounts.everyone(session)]

    def set_support_tier(self, account_id: str, tier: SupportTier, *, actor: str = "operator:cli") -> Account:
        """Move an account's support plan."""
        with self._database.transaction() as session:
            before = accounts.lock(session, account_id).support_tier
            moved = accounts.schema(accounts.set_support_tier(session, account_id, tier))
            audit.record(
                session,
                actor=actor,
                action="support.set",
                subject=account_id,
                at=self._now(),
                before={"support_tier": before},
                after={"support_tier": moved.support_tier},
            )
            return moved

    @staticmethod
    def demo_accounts() -> frozenset[str]:
        """The ids of the demo's accounts."""
        return frozenset(story.id for story in demo.STORIES)

    def load_demo(self, on_progress: Callable[[str], None] = lambda step: None) -> bool:
        """The demo data of the contract, laid out backwards from now; False when it is there already."""
        with self._database.transaction() as session:
            return demo.load(session, self._now(), on_progress)

    def verify_ledger(self) -> list[Violation]:
        """Every invariant of the ledger and of usage, derived again from entries and charges; empty when all hold."""
        with self._database.snapshot() as session:
            return verification.verify(session)
