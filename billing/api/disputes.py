"""Charges that a customer may mean when they say that one is wrong."""

from __future__ import annotations

from decimal import Decimal

from billing.accounts import service as accounts
from billing.api.door import Door
from billing.disputes import service as disputes
from billing.schemas import Charge, Period


class DisputesDoor(Door):
    """What may be disputed."""

    def charges_like(
        self,
        account_id: str,
        *,
        period: Period | None = None,
        service: str | None = None,
        amount: Decimal | None = None,
        limit: int = 5,
    ) -> list[Charge]:
        """The account's newest charges and invoice lines that fit what is named best, `limit` at most."""
        with self._database.snapshot() as session:
            account = accounts.find(session, account_id)
            return disputes.charges(
                session, account, self._now(), period=period, service=service, amount=amount, limit=limit
            )
