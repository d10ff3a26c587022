"""Stripe, by its own library: payment intents, setup intents, refunds, disputes, signed webhooks.

https://docs.stripe.com/api. Each call has a time limit and is tried once: who asks again is the reconciler.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVar

import stripe

from billing.config import Settings
from billing.errors import WebhookInvalid
from billing.money import Money
from billing.outgoing.http import Session
from billing.payments.providers import stripe_reading as read
from billing.payments.providers.base import AskedBack, Intent, KeptCard, Order, Refusal, SentBack, Told, Unanswered
from billing.schemas import Settles

T = TypeVar("T")
TIME_LIMIT = (5.0, 20.0)
"""Seconds to connect, and to wait for an answer: a card that its bank thinks about takes some."""
TOLERANCE = timedelta(minutes=5)
"""How far a webhook's time may be from ours: what was recorded cannot be sent again later."""
_PAGE = 100


class Stripe:
    """Cards and e-wallets. Only what was verified is read, and only what is needed of it."""

    name = "stripe"
    settles: Settles = "after_payment"

    def __init__(self, settings: Settings, http: stripe.HTTPClient | None = None) -> None:
        self.publishable_key = settings.stripe_publishable_key or ""
        self.js_url = settings.stripe_js_url
        self._webhook_secret = settings.stripe_webhook_secret or ""
        stripe.enable_telemetry = False  # how long calls took is nobody's business
        self._api = stripe.StripeClient(
            settings.stripe_secret_key or "",
            base_addresses={"api": settings.stripe_api_url.rstrip("/")},
            max_network_retries=0,
            http_client=http or stripe.RequestsClient(timeout=TIME_LIMIT, session=Session()),
        ).v1

    def pay(self, amount: Money) -> Literal["completed", "pending"]:
        """Always pending: it is asked for after the transaction, and settled when Stripe tells so."""
        return "pending"

    def customer(self, account_id: str, *, name: str, key: str) -> str:
        """A customer that carries the account's id."""
        made = _asked(
            lambda: self._api.customers.create(
                {"name": name, "metadata": {"account": account_id}}, {"idempotency_key": key}
            )
        )
        return made.id

    def start(self, order: Order, key: str) -> Intent:
        """A payment intent; off session and confirmed where a saved card is charged."""
        terms: Any = {
            "amount": read.coins(order.amount),
            "currency": order.amount.currency.lower(),
            "customer": order.customer,
            "metadata": {"payment": order.token},
        }
        if order.method == "card":  # else what the account offers: wallets are switched on in Stripe's dashboard
            terms["payment_method_types"] = ["card"]
        if order.card is not None:
            terms |= {"payment_method": order.card, "confirm": True, "off_session": True}
        try:
            made = self._api.payment_intents.create(terms, {"idempotency_key": key})
        except stripe.CardError as error:
            return self._declined(error, order)
        except stripe.StripeError as error:
            raise _mapped(error) from error
        return read.intent(made.to_dict())

    def _declined(self, error: stripe.CardError, order: Order) -> Intent:
        """The intent is there all the same; another card may pay it."""
        told = (error.json_body or {}).get("error", {}) if isinstance(error.json_body, dict) else {}
        if isinstance(told.get("payment_intent"), dict):
            return read.intent(told["payment_intent"], error=told)
        found = self._newest(order.token, order.customer, None)
        if found is None:
            raise Refusal(str(error.code)) from error
        return read.intent(found, error=told)

    def look_up(self, reference: str) -> Intent:
        """The payment intent."""
        return read.intent(_asked(lambda: self._api.payment_intents.retrieve(reference)).to_dict())

    def find(self, token: str, customer: str, since: datetime) -> Intent | None:
        """By the customer's list, which is complete at once; Stripe's search is minutes behind."""
        found = self._newest(token, customer, since)
        return read.intent(found) if found else None

    def _newest(self, token: str, customer: str, since: datetime | None) -> dict[str, Any] | None:
        terms: Any = {"customer": customer, "limit": _PAGE}
        if since is not None:
            terms["created"] = {"gte": int(since.timestamp())}
        listed = _asked(lambda: list(self._api.payment_intents.list(terms).auto_paging_iter()))
        ours = [
            each for each in (one.to_dict() for one in listed) if (each.get("metadata") or {}).get("payment") == token
        ]
        return next((each for each in ours if each["status"] == "succeeded"), ours[0] if ours else None)

    def cancel(self, reference: str) -> Intent:
        """What cannot be cancelled is told as it is."""
        try:
            return read.intent(_asked(lambda: self._api.payment_intents.cancel(reference)).to_dict())
        except Refusal:
            return self.look_up(reference)

    def keep_card(self, reference: str, *, key: str) -> None:
        """`setup_future_usage`: Stripe asks the cardholder's bank for what off-session payments need."""
        terms: Any = {"setup_future_usage": "off_session"}
        _asked(lambda: self._api.payment_intents.update(reference, terms, {"idempotency_key": key}))

    def save_card(self, customer: str, key: str) -> str:
        """A setup intent."""
        terms: Any = {"customer": customer, "usage": "off_session", "payment_method_types": ["card"]}
        made = _asked(lambda: self._api.setup_intents.create(terms, {"idempotency_key": key}))
        return str(made.client_secret)

    def cards(self, customer: str) -> list[KeptCard]:
        """The customer's payment methods that are cards, newest first."""
        terms: Any = {"customer": customer, "type": "card", "limit": _PAGE}
        return [read.card(each.to_dict()) for each in _asked(lambda: self._api.payment_methods.list(terms)).data]

    def forget_card(self, reference: str) -> None:
        """Detach the payment method."""
        try:
            _asked(lambda: self._api.payment_methods.detach(reference))
        except Refusal:
            return

    def refund(self, intent: str, amount: Money, token: str, key: str) -> SentBack:
        """A refund of the intent."""
        terms: Any = {"payment_intent": intent, "amount": read.coins(amount), "metadata": {"refund": token}}
        return read.refund(_asked(lambda: self._api.refunds.create(terms, {"idempotency_key": key})).to_dict())

    def refunds_of(self, intent: str) -> list[SentBack]:
        """The intent's refunds."""
        terms: Any = {"payment_intent": intent, "limit": _PAGE}
        listed = _asked(lambda: list(self._api.refunds.list(terms).auto_paging_iter()))
        return [read.refund(each.to_dict()) for each in listed]

    def recent(self, since: datetime) -> Iterator[SentBack | AskedBack]:
        """Whoever made them: in Stripe's dashboard, too."""
        terms: Any = {"created": {"gte": int(since.timestamp())}, "limit": _PAGE}
        for refund in _asked(lambda: list(self._api.refunds.list(terms).auto_paging_iter())):
            if refund.payment_intent:
                yield read.refund(refund.to_dict())
        for dispute in _asked(lambda: list(self._api.disputes.list(terms).auto_paging_iter())):
            if dispute.payment_intent:
                yield read.dispute(dispute.to_dict())

    def told(self, payload: bytes, signature: str, now: datetime) -> Told:
        """The signature first, by the library; then its age, by our clock; then what it says."""
        try:
            stripe.WebhookSignature.verify_header(payload, signature, self._webhook_secret)
            sent = int(dict(part.split("=", 1) for part in signature.split(",") if "=" in part)["t"])
            event = json.loads(payload)
        except (stripe.SignatureVerificationError, ValueError, KeyError, RecursionError) as error:
            raise WebhookInvalid(type(error).__name__) from error
        if abs(now.timestamp() - sent) > TOLERANCE.total_seconds():
            raise WebhookInvalid("too old")
        return read.event(event)


def _asked(call: Callable[[], T]) -> T:
    try:
        return call()
    except stripe.StripeError as error:
        raise _mapped(error) from error


def _mapped(error: stripe.StripeError) -> Unanswered | Refusal:
    """No: nothing was done. Anything else: who knows. What Stripe answered it repeats for the key, errors included."""
    if isinstance(error, (stripe.InvalidRequestError, stripe.CardError)) and error.code != "idempotency_key_in_use":
        return Refusal(error.code or type(error).__name__)
    answered = isinstance(error, stripe.APIError) and (error.http_status or 0) >= 500
    return Unanswered(type(error).__name__, kept=answered or isinstance(error, stripe.IdempotencyError))
