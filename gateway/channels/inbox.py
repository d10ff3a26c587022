"""The events of a channel: kept before the vendor is answered, then answered in the order of their place."""

from __future__ import annotations

import asyncio

import structlog

from assistant.errors import AssistantError
from assistant.masking.cards import conceal
from billing.api import Billing
from billing.errors import BillingError
from gateway.channels import queue, store
from gateway.channels.adapter import Channel
from gateway.channels.answering import Answering
from gateway.channels.models import ChannelEvent
from gateway.channels.schemas import Heard, Received
from gateway.channels.store import Queueing
from gateway.errors import Problem

log = structlog.get_logger()

MOST_ATTEMPTS = 5
"""Tries to answer, within about half a minute; then the user is told to send it again."""


class Inbox:
    """The events of one channel."""

    def __init__(self, billing: Billing, channel: Channel, answering: Answering) -> None:
        self._billing, self._channel, self._answering = billing, channel, answering

    def keep(self, received: Received) -> int:
        """Keep what is new of it, durably; how many that is. A redelivered event is none."""
        if not received.events:
            return 0
        events = [_without_card_numbers(heard) for heard in received.events]
        with self._billing.database.transaction() as session:
            return store.keep(session, self._channel.name, events, self._billing.now())

    async def answer_next(self) -> bool:
        """Answer the next event that is due; False when there is none."""
        row = await asyncio.to_thread(self._take)
        if row is None:
            return False
        heard = Heard.model_validate(row.heard)
        try:
            queueing = await self._answering.answer(heard, row.stream)
        except (Problem, AssistantError, BillingError) as error:
            await asyncio.to_thread(self._failed, row, heard, error)
        except Exception as error:
            log.exception("channel event failed", channel=self._channel.name, row=row.id)
            await asyncio.to_thread(self._failed, row, heard, error)
        else:
            await asyncio.to_thread(self._done, row, queueing)
        return True

    def _take(self) -> ChannelEvent | None:
        at = self._billing.now()
        with self._billing.database.snapshot() as session:
            if not queue.is_due(session, ChannelEvent, self._channel.name, at):
                return None
        with self._billing.database.transaction() as session:
            return queue.take(session, ChannelEvent, self._channel.name, at)

    def _done(self, row: ChannelEvent, queueing: list[Queueing], state: str = "done") -> None:
        """The event's end and its calls, together or not at all."""
        at = self._billing.now()
        with self._billing.database.transaction() as session:
            store.queue(session, self._channel.name, row.stream, queueing, at)
            queue.finish(session.get_one(ChannelEvent, row.id), at, state)

    def _failed(self, row: ChannelEvent, heard: Heard, error: Exception) -> None:
        log.warning("channel event not answered", channel=self._channel.name, row=row.id, error=error)
        if row.attempts >= MOST_ATTEMPTS:
            self._done(row, self._answering.apologise(heard), "dead")
            return
        with self._billing.database.transaction() as session:
            queue.put_off(session.get_one(ChannelEvent, row.id), repr(error), self._billing.now())


def _without_card_numbers(heard: Heard) -> Heard:
    text, found = conceal(heard.text or "")
    return heard.model_copy(update={"text": text, "card_number": True}) if found else heard
