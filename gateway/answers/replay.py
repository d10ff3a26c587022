"""Saying a past answer again: from the ledger as it was, with the texts of then; and the same question today."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict

from assistant.content.weave import Responses, spoken
from assistant.replaying import Replaying
from billing.api import Billing, Reading
from billing.config import Settings
from gateway.answers.traces import Traced, Traces, model
from gateway.conversations.sending import sent
from gateway.errors import Problem


class Replayed(BaseModel):
    """A message as it was said, as it is said again from what was known then, and as it would be said today.

    `identical`: byte for byte. `unchanged`: today's is the same, too. `model_is_present`: the model that understood the
    question is the one that is here.
    """

    model_config = ConfigDict(frozen=True)

    message_id: str
    as_of: datetime
    then: dict[str, Any]
    again: dict[str, Any]
    today: dict[str, Any]
    identical: bool
    unchanged: bool
    model_is_present: bool


class Replays:
    """Blocks: call it off the event loop. The first one imports Rasa, which takes a second or two."""

    def __init__(self, billing: Billing, settings: Settings) -> None:
        self._billing, self._settings = billing, settings
        self._traces = Traces(billing.database)
        self._texts: dict[str, Responses] = {}

    @cached_property
    def _replaying(self) -> Replaying:
        """Made by the first who asks: a server's start does without."""
        return Replaying()

    def of(self, answer_id: str, owner: tuple[str, str] | None = None) -> list[Replayed]:
        """The answer's messages that say figures; `owner`: the account and user whose it must be.

        Raises:
            Problem: 404 `answer_not_found`; 410 `texts_gone`: its texts are no longer here.
        """
        return [self.replay(traced) for traced in self._traces.of(answer_id, owner)]

    def replay(self, traced: Traced) -> Replayed:
        """One message."""
        trace = traced.trace
        with self._billing.past_reading(trace) as reading:
            again = self._say(reading, traced, self._responses(traced.texts))
        with self._billing.reading(trace.account) as reading:
            today = self._say(reading, traced, spoken())
        return Replayed(
            message_id=traced.message["id"],
            as_of=trace.as_of,
            then=traced.message,
            again=again,
            today=today,
            identical=_bytes(again) == _bytes(traced.message),
            unchanged=_bytes(_told(today)) == _bytes(_told(traced.message)),
            model_is_present=traced.model == model(),
        )

    def _say(self, reading: Reading, traced: Traced, responses: Responses) -> dict[str, Any]:
        said = traced.message
        [message] = self._replaying.say(
            reading,
            action=traced.trace.action,
            topic=said["topic"],
            language=traced.trace.language,
            asked=traced.trace.asked,
            responses=responses,
        )
        told = sent(message, traced.answer_id, datetime.fromisoformat(said["created_at"]), self._settings)
        return _in_its_place(told, said)

    def _responses(self, fingerprint: str) -> Responses:
        if fingerprint not in self._texts:
            found = self._traces.responses(fingerprint)
            if found is None:
                raise Problem(410, "texts_gone", "The texts that this answer was said with are no longer here.")
            self._texts[fingerprint] = found
        return self._texts[fingerprint]


def _in_its_place(told: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """With the id and the tokens of buttons that the message had: they say where it stood in its turn."""
    tokens = [button["choice"] for button in said["buttons"]]
    buttons = [{**button, "choice": token} for button, token in zip(told["buttons"], tokens, strict=False)]
    return told | {"id": said["id"], "buttons": buttons + told["buttons"][len(tokens) :]}


def _told(message: dict[str, Any]) -> dict[str, Any]:
    """What a reader sees: a card's instant and position always differ."""
    return {"text": message["text"], "links": message["links"]}


def _bytes(message: dict[str, Any]) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode()
