"""Payments through a provider: what a customer pays with, what the provider tells, what an operator sends back."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from uuid import uuid4

import structlog
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.api.reconciling import Reconciling
from billing.audit import service as audit
from billing.errors import PaymentUnderWay, ProviderUnavailable, WebhookInvalid
from billing.invoices import collection
from billing.invoices import service as invoices
from billing.payments import cards
from billing.payments import service as payments
from billing.payments.models import PaymentRow, RefundRow, SavedCardRow
from billing.payments.providers.base import Intent, Refusal, Unanswered
from billing.payments.schemas import CardSession, EventOutcome, PaymentDetail, PaymentSession, Refund
from billing.schemas import Card, Method, Payment, PaymentState
from billing.settlement import disputes, events, refunds

log = structlog.get_logger()


class PaymentsDoor(Reconciling):
    """`account_id` None: an operator's look at any account's."""

    def takes_online_payments(self) -> bool:
        """Whether a payment provider is set up here."""
        return self._ways.online is not None

    def payment(self, payment_id: str, account_id: str | None = None) -> Payment:
        """One payment.

        Raises:
            PaymentNotFound: none of that id is the account's.
        """
        with self._database.snapshot() as session:
            return payments.schema(session, payments.find(session, payment_id, account_id))

    def payments(self, account_id: str, limit: int = 50) -> list[Payment]:
        """The account's payments, newest first."""
        with self._database.snapshot() as session:
            owner = accounts.find(session, account_id).id
            return [payments.schema(session, row) for row in payments.listed(session, account_id=owner, limit=limit)]

    def request_payment(
        self, account_id: str, invoice: str, method: Method, *, key: str, actor: str | None = None
    ) -> Payment:
        """Ask for a payment of what is open on an invoice, once per key; one that is waited for already is given.

        A saved card is charged at once; without one the customer pays on the payment's page.

        Raises:
            InvoiceNotFound; PaymentMethodUnknown: not paid by a provider here; PaymentClosed: nothing is open.
        """

        def work(session: Session) -> PaymentRow:
            accounts.lock(session, account_id)
            row = collection.request(session, invoices.find(session, account_id, invoice), method, key, self._now())
            audit.record(
                session,
                actor=actor or f"customer:{account_id}",
                action="payment.request",
                subject=row.number,
                at=self._now(),
                after={"invoice": row.subject, "method": method},
            )
            return row

        row = self._database.run(work)
        self._start_payments(account_id)
        return self.payment(row.number)

    def payment_session(self, payment_id: str, *, save_card: bool = False) -> PaymentSession:
        """What the page needs on which it is paid; asks the provider for it, outside any transaction.

        A failed try may be followed by another on the same payment. `save_card`: the card is kept for next time.

        Raises:
            PaymentNotFound, ProviderUnavailable.
        """
        with self._database.snapshot() as session:
            row = payments.find(session, payment_id)
        secret = None
        if row.state in payments.OPEN and row.expires_at > self._now():
            intent = self._asked(row)
            if intent is not None and intent.state in {"waiting", "failed"}:
                secret = intent.client_secret
                if save_card:
                    self._keep_card(row, intent)
        return self._session(row.id, secret)

    def _asked(self, row: PaymentRow) -> Intent | None:
        """The intent as it is now; a new one where there is none."""
        try:
            if row.reference is not None:
                return self._written(row.id, self._online.look_up(row.reference), vouched=True)
            return self._start(row.id)
        except (Unanswered, Refusal) as error:
            raise ProviderUnavailable(str(error)) from error

    def _keep_card(self, row: PaymentRow, intent: Intent) -> None:
        try:
            self._online.keep_card(intent.reference, key=f"keep-{row.token}")
        except (Unanswered, Refusal) as error:
            raise ProviderUnavailable(str(error)) from error

    def _session(self, number: int, secret: str | None) -> PaymentSession:
        with self._database.snapshot() as session:
            row = session.get_one(PaymentRow, number)
            late = row.state in payments.OPEN and row.expires_at <= self._now()
            return PaymentSession.model_validate(
                {
                    "payment": row.number,
                    "client_secret": secret if row.state in payments.OPEN else None,
                    "publishable_key": self._online.publishable_key,
                    "js_url": self._online.js_url,
                    "state": "expired" if late else row.state,
                    "failure": row.failure,
                }
            )

    def cancel_payment(self, payment_id: str, account_id: str | None) -> Payment:
        """Give a payment up that was not made; one that is over stays as it is.

        Raises:
            PaymentNotFound, PaymentUnderWay, ProviderUnavailable.
        """
        with self._database.snapshot() as session:
            row = payments.find(session, payment_id, account_id)
        try:
            self._give_up(row.id, "cancelled")
        except Unanswered as error:
            raise ProviderUnavailable(str(error)) from error
        payment = self.payment(payment_id)
        if payment.state not in payments.OVER:
            raise PaymentUnderWay(payment_id)
        return payment

    def start_saving_card(self, account_id: str, key: str) -> CardSession:
        """What the page needs on which a card is saved, once per key.

        Raises:
            AccountNotFound, PaymentMethodUnknown: cards are not taken here; ProviderUnavailable.
        """
        online = self._online
        try:
            customer = self._customer_of(account_id, uuid4().hex)
            secret = online.save_card(customer, f"card-{customer}-{key}")
        except (Unanswered, Refusal) as error:
            raise ProviderUnavailable(str(error)) from error
        return CardSession(client_secret=secret, publishable_key=online.publishable_key, js_url=online.js_url)

    def saved_cards(self, account_id: str) -> list[Card]:
        """The account's cards, the default first."""
        with self._database.snapshot() as session:
            return cards.listed(session, account_id)

    def refresh_cards(self, account_id: str) -> list[Card]:
        """The account's cards as the provider has them now; where it cannot be asked, as they are known."""
        with self._database.snapshot() as session:
            found = cards.of_account(session, accounts.find(session, account_id).id)
        if self._ways.online is not None:
            with suppress(Unanswered, Refusal):
                for owner, customer in found:
                    self._refresh_cards(owner, customer)
        return self.saved_cards(account_id)

    def make_default_card(self, account_id: str, card_id: str, *, actor: str | None = None) -> list[Card]:
        """Charge this card from now on. Raises CardNotFound."""
        with self._database.transaction() as session:
            if cards.make_default(session, account_id, card_id):
                self._audit_card(session, account_id, card_id, "card.make_default", actor)
        return self.saved_cards(account_id)

    def remove_card(self, account_id: str, card_id: str, *, actor: str | None = None) -> list[Card]:
        """Never charge this card again, from this moment on; the provider forgets it. Raises CardNotFound."""
        with self._database.transaction() as session:
            row: SavedCardRow = cards.remove(session, account_id, card_id, self._now())
            self._audit_card(session, account_id, card_id, "card.remove", actor)
        if self._ways.online is not None:
            with suppress(Unanswered, Refusal):  # the reconciler tries again
                self._forget_card(row.id, row.reference)
        return self.saved_cards(account_id)

    def _audit_card(self, session: Session, account_id: str, card_id: str, action: str, actor: str | None) -> None:
        audit.record(
            session,
            actor=actor or f"customer:{account_id}",
            action=action,
            subject=account_id,
            at=self._now(),
            after={"card": card_id},
        )

    def take_provider_event(self, payload: bytes, signature: str) -> EventOutcome:
        """A webhook of the provider, verified before it is read; a redelivery changes nothing.

        Raises:
            WebhookInvalid: nothing was written. Whatever else is raised: nothing was kept, let it come again.
        """
        online = self._ways.online
        if online is None:
            raise WebhookInvalid("no provider")
        told = online.told(payload, signature, self._now())
        taken = self._database.run(lambda session: events.take(session, online.name, told, self._now()))
        if taken.outcome == "review":
            log.error("a payment needs a person", provider_event=told.id, kind=told.kind)
        if taken.cards_of is not None:
            self.refresh_cards(taken.cards_of)
        return taken.outcome

    def payment_details(
        self, *, account_id: str | None = None, state: PaymentState | None = None, limit: int = 100
    ) -> list[PaymentDetail]:
        """Payments for operators, newest first."""
        with self._database.snapshot() as session:
            found = payments.listed(session, account_id=account_id, state=state, limit=limit)
            return [_detail(session, row) for row in found]

    def payment_detail(self, payment_id: str) -> PaymentDetail:
        """One payment for operators. Raises PaymentNotFound."""
        with self._database.snapshot() as session:
            return _detail(session, payments.find(session, payment_id))

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
        row = self._database.run(
            lambda session: refunds.ask(
                session, payment_id, amount, reason=reason, key=key, force=force, actor=actor, at=self._now()
            )
        )
        try:
            self._send_back(row.id)
        except Unanswered as error:
            log.warning("payment provider did not answer", refund=row.number, reason=str(error))
        with self._database.snapshot() as session:
            kept = session.get_one(RefundRow, row.id)
            return refunds.schema(session, session.get_one(PaymentRow, kept.payment_id), kept)


def _detail(session: Session, row: PaymentRow) -> PaymentDetail:
    return PaymentDetail(
        payment=payments.schema(session, row),
        provider=row.provider,
        reference=row.reference,
        refunds=refunds.of_payment(session, row),
        disputes=disputes.of_payment(session, row),
        notes=events.notes_of(session, row),
    )
