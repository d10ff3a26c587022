"""Payments through a provider: what a customer pays with, what the provider tells, what an operator sends back."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from billing.api.door import Door
from billing.payments.schemas import CardSession, EventOutcome, PaymentDetail, PaymentSession, Reconciliation, Refund
from billing.schemas import Card, Payment, PaymentState


class PaymentsDoor(Door):
    """`account_id` None: an operator's look at any account's."""

    def payment(self, payment_id: str, account_id: str | None = None) -> Payment:
        """One payment. Raises PaymentNotFound."""
        raise NotImplementedError

    def payments(self, account_id: str, limit: int = 50) -> list[Payment]:
        """The account's payments, newest first."""
        raise NotImplementedError

    def payment_session(self, payment_id: str, *, save_card: bool = False) -> PaymentSession:
        """What the page needs on which it is paid; asks the provider for it, outside any transaction.

        A failed try may be followed by another on the same payment. `save_card`: the card is kept for next time.

        Raises:
            PaymentNotFound, ProviderUnavailable.
        """
        raise NotImplementedError

    def cancel_payment(self, payment_id: str, account_id: str | None) -> Payment:
        """Give a payment up that was not made; one that is over stays as it is.

        Raises:
            PaymentNotFound, PaymentUnderWay, ProviderUnavailable.
        """
        raise NotImplementedError

    def start_saving_card(self, account_id: str, key: str) -> CardSession:
        """What the page needs on which a card is saved, once per key.

        Raises:
            AccountNotFound, PaymentMethodUnknown: cards are not taken here; ProviderUnavailable.
        """
        raise NotImplementedError

    def saved_cards(self, account_id: str) -> list[Card]:
        """The account's cards, the default first."""
        raise NotImplementedError

    def refresh_cards(self, account_id: str) -> list[Card]:
        """The account's cards as the provider has them now; where it cannot be asked, as they are known."""
        raise NotImplementedError

    def make_default_card(self, account_id: str, card_id: str) -> list[Card]:
        """Charge this card from now on. Raises CardNotFound."""
        raise NotImplementedError

    def remove_card(self, account_id: str, card_id: str) -> list[Card]:
        """Never charge this card again, from this moment on; the provider forgets it. Raises CardNotFound."""
        raise NotImplementedError

    def take_provider_event(self, payload: bytes, signature: str) -> EventOutcome:
        """A webhook of the provider, verified before it is read; a redelivery changes nothing.

        Raises:
            WebhookInvalid: nothing was written. Whatever else is raised: nothing was kept, let it come again.
        """
        raise NotImplementedError

    def reconcile_payments(self, stop: Callable[[], bool] = lambda: False) -> Reconciliation:
        """Ask the provider about all that is overdue, and write what became of it. Any number may do so at once."""
        raise NotImplementedError

    def payment_details(
        self, *, account_id: str | None = None, state: PaymentState | None = None, limit: int = 100
    ) -> list[PaymentDetail]:
        """Payments for operators, newest first."""
        raise NotImplementedError

    def payment_detail(self, payment_id: str) -> PaymentDetail:
        """One payment for operators. Raises PaymentNotFound."""
        raise NotImplementedError

    def refund_payment(
        self,
        payment_id: str,
        amount: Decimal | None = None,
        *,
        reason: str,
        key: str,
        force: bool = False,
        actor: str = "operator:cli",
    ) -> Refund:
        """Send money of a payment back (None: all that is left of it), once per key.

        It is taken from the account's top-up credit; with `force`, what is not there any more becomes owed.

        Raises:
            PaymentNotFound, PaymentNotRefundable, AmountInvalid, AmountNotPositive, AmountTooFine, NoteInvalid,
            RefundTooLarge, CreditInsufficient, RefundKeyReused: nothing was written.
        """
        raise NotImplementedError
