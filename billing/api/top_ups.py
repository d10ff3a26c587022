"""Top-ups: limits, terms, receipts."""

from __future__ import annotations

from decimal import Decimal

from billing.accounts import service as accounts
from billing.api.provider_calls import ProviderCalls
from billing.recharge import service as recharges
from billing.schemas import (
    Receipt,
    TopUpLimits,
    TopUpTerms,
)


class TopUpsDoor(ProviderCalls):
    """Money that comes in."""

    def top_up_limits(self, account_id: str) -> TopUpLimits:
        """The smallest and largest top-up and the ways to pay."""
        with self._database.snapshot() as session:
            return recharges.limits(session, accounts.find(session, account_id))

    def top_up_terms(self, account_id: str, amount: Decimal, currency: str | None, method: str) -> TopUpTerms:
        """The exact terms to be confirmed. Raises what `recharge` would."""
        with self._database.snapshot() as session:
            return recharges.terms(session, accounts.find(session, account_id), amount, currency, method, self._now())

    def recharge(
        self,
        account_id: str,
        *,
        amount: Decimal,
        currency: str | None,
        method: str,
        key: str,
        card: str | None = None,
    ) -> Receipt:
        """Top up once per key. `card`: the saved card that the terms named, which is charged now.

        Through an online provider the receipt is `pending` on its `payment` until the provider says that it came.

        Raises:
            AmountInvalid, AmountNotPositive, AmountTooFine, AmountTooSmall, AmountTooLarge, CurrencyMismatch,
            PaymentMethodUnknown, PaymentDeclined, CardNotFound, RechargeKeyReused: nothing was written.
        """
        receipt = self._database.run(
            lambda session: recharges.recharge(
                session, account_id, amount=amount, currency=currency, method=method, key=key, card=card, at=self._now()
            )
        )
        if receipt.payment is None or receipt.payment.state != "created":
            return receipt
        self._start_payments(account_id)
        return self.receipt_of(account_id, key) or receipt

    def receipt_of(self, account_id: str, key: str) -> Receipt | None:
        """The receipt of the top-up that this key was spent on by the account; None when there is none."""
        with self._database.snapshot() as session:
            return recharges.of_key(session, accounts.find(session, account_id), key)
