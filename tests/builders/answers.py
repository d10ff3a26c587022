"""Answers that are asked for without a model: the action, its trace and its reply, kept as a turn keeps them."""

from __future__ import annotations

from itertools import count
from random import Random
from typing import Any

from assistant.content.weave import spoken
from assistant.replaying import Replaying
from billing.api import Billing
from billing.config import Settings
from gateway.answers import traces
from gateway.auth import Identity
from gateway.conversations.schemas import NewMessage
from gateway.conversations.sending import sent
from gateway.conversations.store import ConversationStore

TOPICS = (
    "show_balance",
    "show_allowed_sessions",
    "show_usage",
    "show_service_usage",
    "show_plan",
    "show_credit_history",
    "show_forecast",
    "show_invoices",
)
LANGUAGES = ("en", "ja", "ko")
_number = count(1)


class Asking:
    """Asks for answers about accounts, each in a turn of its own."""

    def __init__(self, billing: Billing, settings: Settings) -> None:
        self._billing, self._settings = billing, settings
        self._replaying, self._store = Replaying(), ConversationStore(billing.database)
        self._conversations: dict[str, str] = {}

    def ask(
        self, account: str, topic: str, language: str = "en", asked: dict[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """The reply that was kept."""
        at = self._billing.now()
        if account not in self._conversations:
            self._conversations[account], _ = self._store.open(Identity(account, f"user-of-{account}"), at)
        key = f"asked-{next(_number)}"
        claimed = self._store.claim(self._conversations[account], key, NewMessage(text=topic), at)
        with self._billing.reading(account) as reading:
            messages = self._replaying.say(
                reading,
                action=f"action_{topic}",
                topic=topic,
                language=language,
                asked=asked or {},
                responses=spoken(),
                message_id=claimed.message_id,
            )
        reply = [sent(message, claimed.message_id, at, self._settings) for message in messages]
        self._store.finish(
            self._conversations[account], claimed.id, reply, at, traces.keeping(messages, claimed.id, at)
        )
        return reply

    def at_random(self, rng: Random, accounts: list[str]) -> list[dict[str, Any]]:
        """Some question about some account, over some period where it is of use."""
        topic = rng.choice(TOPICS)
        asked: dict[str, Any] = {}
        if topic in {"show_usage", "show_service_usage"} and rng.random() < 0.5:
            asked["period"] = {"from": f"2026-03-{rng.randint(1, 15):02}", "to": f"2026-03-{rng.randint(16, 31)}"}
        if topic == "show_service_usage" and rng.random() < 0.4:
            asked["service"] = rng.choice(("bot_session", "inference", "fine_tuning"))
        return self.ask(rng.choice(accounts), topic, rng.choice(LANGUAGES), asked)
