"""A payment provider in this process: its answers get lost, its webhooks too; the rest it does as it should."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from billing.errors import WebhookInvalid
from billing.money import Money
from billing.payments.providers.base import AskedBack, Intent, KeptCard, Order, Refusal, SentBack, Told, Unanswered

SIGNATURE = "signed"


class Wallet:
    """An online provider. `meanwhile` is called in the middle of each call: others act while one waits for it."""

    name, settles = "wallet", "after_payment"
    publishable_key, js_url = "pk", "https://wallet.example/js"

    def __init__(self) -> None:
        self.intents: dict[str, Intent] = {}
        self.sent_back: list[SentBack] = []
        self.inbox: list[bytes] = []
        self.meanwhile: Callable[[], None] = lambda: None
        self.luck: random.Random | None = None
        self._answers: dict[str, Intent | SentBack] = {}
        self._told = 0

    def pay(self, amount: Money) -> str:
        return "pending"

    def paid(self, reference: str) -> bool:
        """The customer pays on the page; whether that was possible."""
        intent = self.intents[reference]
        if intent.state != "waiting":
            return False
        order = self._answers[f"order-{reference}"]
        self.intents[reference] = replace(intent, state="succeeded", received=order.received)
        self._tell(reference)
        return True

    def _tell(self, about: str) -> None:
        self._told += 1
        self.inbox.append(json.dumps({"id": f"evt-{self._told}", "about": about}).encode())

    def _call(self, key: str | None, do: Callable[[], Intent | SentBack]) -> Intent | SentBack:
        lost = self.luck.choices([None, "before", "after"], [90, 5, 5])[0] if self.luck else None
        if lost == "before":
            raise Unanswered(lost)
        self.meanwhile()
        answer = self._answers[key] if key in self._answers else do()
        if key:
            self._answers[key] = answer
        if lost:
            raise Unanswered(lost)
        return answer

    def customer(self, account_id: str, *, name: str, key: str) -> str:
        return f"customer-{account_id}"

    def start(self, order: Order, key: str) -> Intent:
        def make() -> Intent:
            reference = f"intent-{len(self.intents) + 1}"
            intent = Intent(reference, "waiting", None, None, order.token, "secret")
            self.intents[reference] = intent
            self._answers[f"order-{reference}"] = replace(intent, received=order.amount)
            return intent

        return self._call(key, make)

    def look_up(self, reference: str) -> Intent:
        return self._call(None, lambda: self.intents[reference])

    def find(self, token: str, customer: str, since: datetime) -> Intent | None:
        found = [intent for intent in self.intents.values() if intent.token == token]
        return next((intent for intent in found if intent.state == "succeeded"), found[0] if found else None)

    def cancel(self, reference: str) -> Intent:
        def give_up() -> Intent:
            intent = self.intents[reference]
            if intent.state == "waiting":
                self.intents[reference] = intent = replace(intent, state="cancelled")
                self._tell(reference)
            return intent

        return self._call(None, give_up)

    def keep_card(self, reference: str, *, key: str) -> None:
        raise Refusal("no cards")

    def save_card(self, customer: str, key: str) -> str:
        raise Refusal("no cards")

    def cards(self, customer: str) -> list[KeptCard]:
        return []

    def forget_card(self, reference: str) -> None:
        raise Refusal("no cards")

    def refund(self, intent: str, amount: Money, token: str, key: str) -> SentBack:
        def send_back() -> SentBack:
            self.sent_back.append(SentBack(f"refund-{len(self.sent_back) + 1}", intent, amount, "succeeded", token))
            self._tell(self.sent_back[-1].reference)
            return self.sent_back[-1]

        return self._call(key, send_back)

    def refunds_of(self, intent: str) -> list[SentBack]:
        return [each for each in self.sent_back if each.intent == intent]

    def recent(self, since: datetime) -> Iterable[SentBack | AskedBack]:
        return list(self.sent_back)

    def told(self, payload: bytes, signature: str, now: datetime) -> Told:
        if signature != SIGNATURE:
            raise WebhookInvalid("signature")
        told = json.loads(payload)
        found = self.intents.get(told["about"]) or next(r for r in self.sent_back if r.reference == told["about"])
        return Told(told["id"], "changed", found)
