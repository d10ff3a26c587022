"""Top-ups: limits, terms, receipts."""

from __future__ import annotations

from decimal import Decimal

from billing.accounts import service as accounts
from billing.api.door import Door
from billing.recharge import service as recharges
from billing.schemas import (
    Receipt,
    TopUpLimits,
    TopUpTerms,
)


class TopUpsDoor(Door):
    """Money that comes in."""

    def top_up_limits(self, account_id: str) -> TopUpLimits:
        """The smallest and largest top-up and the ways to pay."""
        with self._database.snapshot() as session:
            return recharges.limits(session, accounts.find(session, account_id))

    def top_up_terms(self, account_id: str, amount: Decimal, currency: str | None, method: str) -> TopUpTerms:
        """The exact terms to be confirmed. Raises what `recharge` would."""
        with self._database.snapshot() as session:
            return recharges.terms(session, accounts.find(session, account_id), amount, currency, method)

    def recharge(self, account_id: str, *, amount: Decimal, currency: str | None, method: str, key: str) -> Receipt:
        """Top up once per key.

        Raises:
            AmountInvalid, AmountNotPositive, AmountTooFine, AmountTooSmall, AmountTooLarge, CurrencyMismatch,
            PaymentMethodUnknown, PaymentDeclined, RechargeKeyReused: nothing was written.
        """
        return self._database.run(
            lambda session: recharges.recharge(
                session, account_id, amount=amount, currency=currency, method=method, key=key, at=self._now()
            )
        )

    def receipt_of(self, account_id: str, key: str) -> Receipt | None:
        """The receipt of the top-up that this key was spent on by the account; None when there is none."""
        with self._database.snapshot() as session:
            return recharges.of_key(session, accounts.find(session, account_id), key)
