"""Answering messages: claim the key, ask the assistant, keep the reply, whatever becomes of the caller's connection."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache, partial
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import structlog

from assistant.agent import Answered, Assistant, Turn
from assistant.asides import CONCEALED
from assistant.errors import AssistantError
from assistant.masking.cards import conceal
from billing import tracing
from billing.api import Billing
from billing.caller import Caller, seal
from billing.config import Settings
from billing.errors import AccountNotFound
from gateway.analytics import events
from gateway.answers import traces
from gateway.at_once import done
from gateway.auth import Identity
from gateway.conversations.ratings import RatingStore
from gateway.conversations.schemas import NewMessage, Opened
from gateway.conversations.sending import sent
from gateway.conversations.store import Claimed, ConversationStore, Owner
from gateway.deflection import noting
from gateway.handoff.store import ask
from gateway.handoff.ticketing import handing_over
from gateway.telemetry.turns import timed
from gateway.unsure.service import Unsure

log = structlog.get_logger()

Reply = list[dict[str, Any]]
_ZONES = 10_000
"""Accounts whose time zones are remembered."""
_LOCALE = 35
"""Characters of the longest language tag (RFC 5646)."""


class Conversations:
    """What the routes and the terminal talk to. A turn that has begun is finished, also at shutdown."""

    def __init__(self, billing: Billing, assistant: Assistant, settings: Settings) -> None:
        self._billing, self._assistant, self._settings = billing, assistant, settings
        self._store = ConversationStore(billing.database)
        self._unsure = Unsure(billing, settings)
        self._ratings = RatingStore(billing.database)
        self._zone_of = lru_cache(_ZONES)(self._zone)  # an account keeps its zone for good
        self._last = time.monotonic()
        self._running: set[asyncio.Task[Reply]] = set()

    async def open(self, identity: Identity | None) -> Opened:
        """A conversation, bound to its caller.

        Raises:
            AccountNotFound: the token names an account that is not here.
        """
        if identity is not None:
            await asyncio.to_thread(self._billing.account, identity.account)
        conversation_id, visitor = await asyncio.to_thread(self._store.open, identity, self._billing.now())
        return Opened(id=conversation_id, visitor_token=visitor)

    async def check(self, conversation_id: str, identity: Identity | None, visitor: str | None) -> None:
        """Raises a 404 problem unless the conversation is the caller's."""
        await asyncio.to_thread(self._store.check, conversation_id, identity, visitor)

    async def sign_in(self, conversation_id: str, identity: Identity, visitor: str | None) -> None:
        """Give the visitor's conversation to the customer that the visitor turned out to be.

        Raises:
            AccountNotFound: the token names an account that is not here.
            Problem: 404, it is not this visitor's, nor the customer's already.
        """
        await asyncio.to_thread(self._billing.account, identity.account)
        await asyncio.to_thread(self._store.sign_in, conversation_id, identity, visitor)

    async def history(self, conversation_id: str, cursor: str | None) -> tuple[Reply, str | None]:
        """A page of the history, oldest first."""
        return await asyncio.to_thread(self._store.history, conversation_id, cursor)

    async def rate(self, conversation_id: str, answer_id: str, helpful: bool) -> None:
        """Keep whether the answer helped; the latest word counts.

        Raises:
            Problem: 404, the conversation has no such answer.
        """
        await asyncio.to_thread(self._ratings.rate, conversation_id, answer_id, helpful, self._billing.now())

    async def ratings(self, messages: Reply) -> dict[str, bool]:
        """The ratings of the answers among these messages, by `answer_id`."""
        answers = sorted({message["answer_id"] for message in messages if message["role"] == "assistant"})
        return await asyncio.to_thread(self._ratings.of, answers)

    async def reply(self, conversation_id: str, message_id: str | None = None) -> Reply:
        """The reply that was kept to that message, else to the newest; empty where there is none."""
        return await asyncio.to_thread(self._store.reply, conversation_id, self._billing.now(), message_id)

    async def said(self, message_id: str) -> dict[str, Any] | None:
        """A message of the assistant by its id; None where there is none. Whoever asks must have the right to it."""
        return await asyncio.to_thread(self._store.said, message_id)

    async def answer(
        self,
        conversation_id: str,
        identity: Identity | None,
        message: NewMessage,
        *,
        key: str | None = None,
        locale: str | None = None,
        had_card_number: bool = False,
        owner: Owner | None = None,
    ) -> AsyncIterator[dict[str, Any]]:
        """The messages of the reply, once it is kept; a repeat of the key gives the first reply again.

        None while a person answers: what they write comes by itself (`gateway.handoff`). Numbers of cards are concealed
        before anything is kept, and the customer is told; `had_card_number`: they were already, where the message came
        in. `owner`: who must own the conversation, where that was not checked.

        Raises:
            Problem: the key is being answered or was spent on another message, the conversation is not the owner's.
            StaleChoice: the button is not of the newest reply.
            TurnFailed: nothing was kept; the same message may be sent again with the same key.
        """
        at = self._billing.now()
        text, found = conceal(message.text or "")
        message = message.model_copy(update={"text": text}) if found else message
        claimed, metadata = await done(
            self._billing.database, self._claim, conversation_id, key or str(uuid4()), message, at, owner, identity
        )
        if claimed.reply is not None:
            for said in claimed.reply:
                yield said
            return
        turn = Turn(
            conversation_id,
            claimed.message_id,
            text=message.text,
            choice=message.choice,
            locale=locale and locale[:_LOCALE],
            metadata={**metadata, CONCEALED: found or had_card_number},
            retried=claimed.retried,
        )
        task = asyncio.create_task(self._run(turn, claimed, identity))
        self._running.add(task)
        task.add_done_callback(self._done)
        for said in await asyncio.shield(task):
            yield said

    def _done(self, task: asyncio.Task[Reply]) -> None:
        self._running.discard(task)
        self._last = time.monotonic()

    def _claim(
        self,
        conversation_id: str,
        key: str,
        message: NewMessage,
        at: datetime,
        owner: Owner | None,
        identity: Identity | None,
    ) -> tuple[Claimed, dict[str, Any]]:
        """All that a turn reads before it begins, on one thread: going to one costs more than the reading."""
        claimed = self._store.claim(conversation_id, key, message, at, owner)
        if claimed.reply is not None:
            return claimed, {}
        return claimed, self._metadata(identity, conversation_id, claimed)

    def quiet_for(self) -> float:
        """Seconds since the last turn ended; none while one runs."""
        return 0.0 if self._running else time.monotonic() - self._last

    async def close(self) -> None:
        """Wait for the turns in hand."""
        if self._running:
            await asyncio.wait(self._running)
        await self._assistant.close()

    async def _run(self, turn: Turn, claimed: Claimed, identity: Identity | None) -> Reply:
        with timed() as measured:
            answered = await self._tried(turn, claimed, identity)
            measured.topic = answered[-1]["topic"] if answered else "none"
        return answered

    async def _tried(self, turn: Turn, claimed: Claimed, identity: Identity | None) -> Reply:
        try:
            answered = await self._assistant.handle(turn)
            at = self._billing.now()
            reply = [sent(message, turn.message_id, at, self._settings) for message in answered.messages]
            return await done(self._billing.database, self._finish, turn, claimed, reply, at, answered, identity)
        except BaseException as error:
            if not isinstance(error, AssistantError):  # the assistant has logged its own
                log.exception("turn failed", conversation=turn.conversation, message=turn.message_id)
            await asyncio.to_thread(self._store.fail, claimed.id)
            raise

    def _finish(
        self, turn: Turn, claimed: Claimed, reply: Reply, at: datetime, answered: Answered, identity: Identity | None
    ) -> Reply:
        learnt = self._unsure.keeping(answered.noticed, identity, at)
        asked = next((message for message in answered.messages if message.handoff), None)
        waits = ticket = None
        if asked is not None and asked.handoff is not None:
            waits = partial(
                ask, conversation_id=turn.conversation, request=asked.handoff, language=asked.language, at=at
            )
            if identity is not None:
                account = identity.account
                ticket = handing_over(self._billing, account, turn.conversation, claimed.id, asked.handoff, reply)
        noted = noting.keeping(answered, turn.conversation, claimed.id, claimed.asked_at, at)
        told = None
        if self._settings.amqp_url:
            secret = self._settings.secret("internal_secret")
            told = events.keeping(answered, turn.conversation, turn.message_id, secret, at)
        also = (learnt, waits, ticket, told, traces.keeping(answered.messages, claimed.id, at))
        return self._store.finish(turn.conversation, claimed.id, reply, at, *also, noted=noted, form=answered.form)

    def _metadata(self, identity: Identity | None, conversation_id: str, claimed: Claimed) -> dict[str, Any]:
        account, user = (identity.account, identity.user) if identity else (None, None)
        sealed = seal(
            Caller(account, user, conversation_id, claimed.message_id), self._settings.secret("internal_secret")
        )
        trace = tracing.current()
        return {
            "caller": sealed,
            "trace_id": trace.trace_id if trace else None,
            "today": self._today(account).isoformat(),
            "seen": claimed.seen,
        }

    def _today(self, account: str | None) -> date:
        try:
            zone = self._zone_of(account)
        except AccountNotFound:
            zone = UTC  # the action will say so
        return self._billing.now().astimezone(zone).date()

    def _zone(self, account: str | None) -> tzinfo:
        return ZoneInfo(self._billing.account(account).time_zone) if account else UTC
