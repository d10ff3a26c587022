"""A world in which payments are made and everything goes wrong: what the provider did is compared with the ledger.

Customers pay, try other cards, walk away; operators and the dashboard send money back; banks dispute. Webhooks are
lost, doubled, reordered and late; the provider does not answer, or its answer is lost, or it fails for good under a
key; our process dies at a statement or around a commit. All by one seed: a failure can be had again.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import stripe as library

from billing.api import Billing
from billing.db import Database
from billing.errors import BillingError
from billing.money import Money
from billing.payments import service as payments
from billing.payments.models import PaymentRow
from billing.payments.providers.offline import BankTransfer
from billing.payments.providers.stripe import Stripe
from billing.payments.providers.ways import Ways
from tests.builders.clock import SettableClock
from tests.builders.faults import Fault, Faults
from tests.builders.localstripe import ASKS, DECLINED, GOOD, LocalStripe
from tests.builders.payments import settings

CURRENCIES = {"USD": (25, 400), "JPY": (3000, 40000), "KRW": (30000, 400000)}
KINDS = ("before", "after", "before_commit", "after_commit")
OVER = {"succeeded", "cancelled", "expired"}


class Unreliable(library.RequestsClient):
    """The way to the provider: calls and answers get lost, and it forgets idempotency keys after a day."""

    def __init__(self, luck: random.Random) -> None:
        super().__init__(timeout=20)
        self._luck, self.days, self.working = luck, 0, False
        self._broken: dict[str, bytes] = {}
        self.failed: Counter[str] = Counter()

    def request(self, method: str, url: str, headers: Any, post_data: Any = None) -> Any:
        headers = dict(headers or {})
        if key := headers.get("Idempotency-Key"):
            headers["Idempotency-Key"] = key = f"{key}-{self.days}"
        if key in self._broken:
            return self._broken[key], 500, {}
        fault = None if self.working else self._luck.choices([None, "lost", "unheard", "broken"], [86, 5, 6, 3])[0]
        if fault == "lost":
            raise self._unreachable(fault)
        done = super().request(method, url, headers, post_data)
        if fault == "unheard":
            raise self._unreachable(fault)
        if fault == "broken" and key:
            self.failed[fault] += 1
            self._broken[key] = b'{"error": {"type": "api_error", "message": "broken"}}'
            return self._broken[key], 500, {}
        return done

    def _unreachable(self, fault: str) -> library.APIConnectionError:
        self.failed[fault] += 1
        return library.APIConnectionError(fault)


@dataclass
class World:
    """One database, one seed, some dozens of payments."""

    stripe: LocalStripe
    database_url: str
    seed: int
    payments: int
    clock: SettableClock = field(default_factory=SettableClock)
    happened: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.luck = random.Random(self.seed)
        self.told = settings(self.stripe, self.database_url)
        self.http = Unreliable(self.luck)
        self.database = Database(self.told.database_url)
        self.faults = Faults(self.database.engine)
        self.inbox: list[bytes] = []
        self.paid_otherwise: dict[str, Money] = {}
        self._seen: dict[str, str] = {}
        self._cards: dict[str, list[str]] = {}
        self._begin()

    def _begin(self) -> None:
        """A process, the first or after another died."""
        provider = Stripe(self.told, self.http)
        ways = Ways({"card": provider, "e_wallet": provider, "bank_transfer": BankTransfer()}, provider)
        self.billing = Billing(self.database, self.told, self.clock, ways)

    def run(self) -> None:
        """Everything that happens, and then a quiet end in which what is overdue is asked about."""
        self._accounts()
        for number in range(self.payments):
            self._pay(number)
            for _ in range(self.luck.randrange(6)):
                self._something()
        self._settle_down()

    def _accounts(self) -> None:
        self.http.working = True
        for currency in CURRENCIES:
            self.billing.create_account(currency.lower(), name=currency, currency=currency)
            self.billing.start_saving_card(currency.lower(), f"{self.seed}-{currency}")
            customer = [call for call in self.stripe.calls if call.path == "/v1/setup_intents"][-1].form["customer"]
            for number in (GOOD, DECLINED, ASKS):
                self.stripe.post(f"payment_methods/{self.stripe.card(number)['id']}/attach", {"customer": customer})
            self._cards[currency] = [card.id for card in self.billing.refresh_cards(currency.lower())]
        self.http.working = False

    def _pay(self, number: int) -> None:
        """A customer asks for a top-up or for a plan, and does the same again where it failed."""
        if self.luck.random() < 0.15:
            return self._plan(number)
        currency = self.luck.choice(list(CURRENCIES))
        low, high = CURRENCIES[currency]
        amount = (
            Decimal(self.luck.randint(low * 100, high * 100)) / 100
            if currency == "USD"
            else Decimal(self.luck.randint(low, high))
        )
        terms: dict[str, Any] = {"amount": amount, "currency": None, "key": f"top-up-{number}"}
        terms["method"] = self.luck.choice(["card", "card", "e_wallet"])
        if terms["method"] == "card" and self.luck.random() < 0.4:
            terms["card"] = self.luck.choice(self._cards[currency])
        self._do("recharge", lambda: self.billing.recharge(currency.lower(), **terms))
        if self.luck.random() < 0.8:
            self._do("recharge again", lambda: self.billing.recharge(currency.lower(), **terms))
        return None

    def _plan(self, number: int) -> None:
        account = f"plan-{number}"
        self.billing.create_account(account, name=account, currency="USD")
        option = self.luck.choice(["full_upfront", "partial_upfront"])
        offered = self.billing.prepare_plan(account, "starter", "monthly", payment_method="card", payment_option=option)
        terms = {"terms_checksum": offered.checksum, "key": "confirm"}
        for _ in range(2):
            self._do("confirm", lambda: self.billing.confirm_plan(account, offered.number, **terms))
        if self.luck.random() < 0.3 and (invoices := self.billing.invoices(account)):
            invoice = self.luck.choice(invoices)
            part = Decimal(self.luck.randint(1, 9))
            self._do("pay otherwise", lambda: self.billing.pay_invoice(account, invoice.number, part, key="other"))
            self.billing.pay_invoice(account, invoice.number, part, key="other")
            self.paid_otherwise[account] = self.billing.invoice(account, invoice.number).paid - invoice.paid

    def _something(self) -> None:
        weights = {
            self._visit: 40,
            self._deliver: 30,
            self._wait: 8,
            self._reconcile: 6,
            self._cancel: 5,
            self._refund: 6,
            self._refund_in_the_dashboard: 3,
            self._dispute: 4,
        }
        self.luck.choices(list(weights), list(weights.values()))[0]()

    def _visit(self) -> None:
        """A customer opens the page of a payment and pays with some card, or not."""
        open_ones = [row for row in self._rows(limit=8) if row.state not in OVER]
        if not open_ones:
            return
        payment = self.luck.choice(open_ones)
        self._do("open", lambda: self.billing.payment_session(payment.number))
        reference = next(row.reference for row in self._rows(limit=8) if row.id == payment.id)
        if reference is None:
            return
        for card in self.luck.choice([[], [GOOD], [GOOD], [DECLINED], [DECLINED, GOOD], [ASKS]]):
            self.stripe.pays(reference, card, authenticated=self.luck.random() < 0.7)
            self.happened["tried a card"] += 1
            self._look_around()

    def _cancel(self) -> None:
        if found := self._rows(limit=10):
            payment = self.luck.choice(found)
            self._do("cancel", lambda: self.billing.cancel_payment(payment.number, payment.account_id))

    def _rows(self, **which: Any) -> Sequence[PaymentRow]:
        """The newest payments: read past the door, whose answer takes several queries for each."""
        with self.database.snapshot() as session:
            return payments.listed(session, **which)

    def _refund(self) -> None:
        if paid := self._rows(state="succeeded", limit=10):
            payment = self.luck.choice(paid)
            part = self.luck.choice([None, Money(payment.amount // 3, payment.currency).rounded().amount])
            terms = {"reason": "asked for", "key": f"r-{self.luck.random()}", "force": self.luck.random() < 0.5}
            for _ in range(2):
                self._do("refund", lambda: self.billing.refund_payment(payment.number, part, **terms))

    def _refund_in_the_dashboard(self) -> None:
        """Of what the provider has as left: it refuses more, which localstripe would not."""
        for intent in self._intents("succeeded"):
            sent_back = sum(each["amount"] for each in self._refunds() if each["payment_intent"] == intent["id"])
            left = intent["amount"] - sent_back - sum(self._held(intent["id"]))
            if left > 0 and self.luck.random() < 0.2:
                amount = self.luck.randint(1, left)
                self.stripe.post("refunds", {"payment_intent": intent["id"], "amount": amount})
                self.happened["refund in the dashboard"] += 1
                return self._look_around(acted=True)
        return None

    def _dispute(self) -> None:
        """A new one, or the end of one; never beyond what is left of the payment."""
        still = [each for each in self.stripe.disputes if each["status"] == "needs_response"]
        if still and self.luck.random() < 0.6:
            self.luck.choice(still)["status"] = self.luck.choice(["won", "lost"])
        elif intents := self._intents("succeeded"):
            intent = self.luck.choice(intents)
            left = intent["amount"] - sum(
                each["amount"] for each in self._refunds() if each["payment_intent"] == intent["id"]
            )
            if left <= 0 or self._held(intent["id"]):
                return
            self.stripe.disputes.append(
                {
                    "id": f"dp_{self.seed}_{len(self.stripe.disputes)}",
                    "status": "needs_response",
                    "amount": left,
                    "currency": intent["currency"],
                    "reason": "fraudulent",
                    "payment_intent": intent["id"],
                    "created": intent["created"],
                }
            )
        self.happened["dispute"] += 1
        self._look_around(acted=True)

    def _held(self, intent: str) -> list[int]:
        return [
            each["amount"]
            for each in self.stripe.disputes
            if each["payment_intent"] == intent and each["status"] != "won"
        ]

    def _wait(self) -> None:
        hours = self.luck.choices([0.1, 0.3, 1, 5, 25], [6, 6, 4, 2, 1])[0]
        self.clock.forward(hours=hours)
        self.http.days += hours > 24

    def _reconcile(self) -> None:
        self._do("reconcile", self.billing.reconcile_payments)

    def _deliver(self) -> None:
        """A webhook, any of those that wait: lost, once, or more than once."""
        if not self.inbox:
            return
        body = self.inbox.pop(self.luck.randrange(len(self.inbox)))
        for _ in range(self.luck.choices([0, 1, 2], [20, 65, 15])[0]):
            self._take(body)

    def _take(self, body: bytes) -> None:
        signature = self.stripe.signed(body, at=self.billing.now().timestamp())["Stripe-Signature"]
        self._do("webhook", lambda: self.billing.take_provider_event(body, signature))

    def _do(self, what: str, call: Callable[[], object]) -> None:
        """In about every third case our process dies in it."""
        self.happened[what] += 1
        fault = None
        if self.luck.random() < 0.35 and not self.http.working:
            fault = Fault(self.luck.choice(KINDS), self.luck.randint(1, 25))
        try:
            self.faults.strike(fault, call) if fault else call()
        except BillingError as error:
            self.happened[error.code] += 1
        if fault and self.faults.fired:
            self.happened["died"] += 1
            self._begin()
        self._look_around()

    def _look_around(self, *, acted: bool = False) -> None:
        """The provider sends a webhook for whatever is otherwise than it was; without a call nothing is."""
        calls, self.stripe.calls[:] = [call.method for call in self.stripe.calls], []
        if not (acted or "POST" in calls):
            return
        for intent in self._intents():
            kinds = {"succeeded": "succeeded", "canceled": "canceled"}
            failed = intent["last_payment_error"] and intent["status"] == "requires_payment_method"
            self._tell(f"payment_intent.{kinds.get(intent['status'], 'payment_failed' if failed else '')}", intent)
        for refund in self._refunds():
            self._tell("refund.created", refund)
        for dispute in self.stripe.disputes:
            kind = "created" if dispute["status"] == "needs_response" else "closed"
            self._tell(f"charge.dispute.{kind}", dispute)

    def _tell(self, kind: str, thing: dict[str, Any]) -> None:
        if self._seen.get(thing["id"]) != kind and not kind.endswith("."):
            self._seen[thing["id"]] = kind
            self.inbox.append(self.stripe.event(kind, json.loads(json.dumps(thing))))

    def _intents(self, status: str | None = None) -> list[dict[str, Any]]:
        found = self.stripe.get("payment_intents", limit="100")["data"]
        return [each for each in found if status in (None, each["status"])]

    def _refunds(self) -> list[dict[str, Any]]:
        return self.stripe.get("refunds", limit="100")["data"]

    def _settle_down(self) -> None:
        """A third of what waits is heard, a day later; what is overdue is asked about until nothing is."""
        self.http.working = True
        for _ in range(4):
            self.clock.forward(hours=25)
            self.http.days += 1
            self.billing.reconcile_payments()
        for body in self.luck.sample(self.inbox, len(self.inbox) // 3):
            self._take(body)
        self.billing.reconcile_payments()

    def close(self) -> None:
        self.database.close()
