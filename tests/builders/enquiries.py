"""Conversations as the gateway keeps them, turn by turn, without a model: what was understood is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from assistant.agent import Answered
from assistant.doubts import Doubt, Noticed
from assistant.messages import Message
from billing.api import Billing
from gateway.auth import Identity
from gateway.conversations.ratings import RatingStore
from gateway.conversations.schemas import NewMessage
from gateway.conversations.store import ConversationStore
from gateway.deflection import noting
from tests.builders.clock import SettableClock

_number = count(1)


@dataclass
class Talk:
    """One conversation, of a customer (`acme`, `acme/bo`) or of a visitor (None)."""

    billing: Billing
    clock: SettableClock
    who: str | None = "acme"
    id: str = ""
    visitor: str | None = None
    answers: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = ConversationStore(self.billing.database)
        self.ratings = RatingStore(self.billing.database)
        self.id, self.visitor = self.store.open(self.identity, self.clock.now)

    @property
    def identity(self) -> Identity | None:
        if self.who is None:
            return None
        account, _, user = self.who.partition("/")
        return Identity(account, user or account)

    def say(
        self,
        *topics: str,
        language: str = "en",
        form: str | None = None,
        doubt: str | None = None,
        took: float = 0.2,
    ) -> str:
        """A turn: its topics, the form that it leaves open, the doubt in it, the seconds that it took."""
        claimed = self.store.claim(self.id, f"k-{next(_number)}", NewMessage(text="said"), self.clock.now)
        self.clock.now += timedelta(seconds=took)
        messages = [Message(f"{claimed.message_id}-{n}", "text", language, topic) for n, topic in enumerate(topics, 1)]
        noticed = Noticed(Doubt("said", language, (), doubt) if doubt else None)
        told = Answered(messages, noticed, form)
        noted = noting.keeping(told, self.id, claimed.id, claimed.asked_at, self.clock.now)
        self.store.finish(self.id, claimed.id, [], self.clock.now, noted=noted, form=form)
        self.answers.append(claimed.message_id)
        return claimed.message_id

    def rate(self, helpful: bool, answer: str | None = None) -> None:
        self.ratings.rate(self.id, answer or self.answers[-1], helpful, self.clock.now)

    def ask_sales(self, key: str | None = None) -> None:
        """What the actions do at the end of the form: a request under the id of a message."""
        self.billing.contact_sales(
            account_id=self.who and self.who.partition("/")[0],
            topic="pricing",
            contact="jane@example.com",
            message="More, please",
            language="en",
            key=key or self.answers[-1],
        )

    def sign_in(self, who: str) -> None:
        self.who = who
        assert self.identity is not None
        self.store.sign_in(self.id, self.identity, self.visitor)
