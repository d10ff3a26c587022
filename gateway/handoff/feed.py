"""What comes unasked into conversations, to whoever listens: read from the database by one task for all listeners.

No process tells another anything: each looks every second, in one query however many listen. What a query could miss
(a transaction that was long, a clock that is behind) is within the span that it looks back on, and is given once.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog

from billing.db import Database
from gateway.conversations.models import TurnRow
from gateway.errors import Problem

log = structlog.get_logger()

LOOK_AGAIN = 1.0
"""Seconds between two looks."""
LOOK_BACK = timedelta(seconds=30)
HEARTBEAT = 15.0
"""Seconds of silence after which a listener is told that nothing came, so that nobody between closes the line."""
LIFE = 300.0
"""Seconds until a listener must come again, and show again who they are."""
MOST_OF_ONE = 8
"""Listeners of one conversation, in this process."""
MOST = 2000
"""Listeners, in this process."""

Pushed = tuple[int, list[dict[str, Any]]]


@dataclass(eq=False)
class _Listener:
    conversation_id: str
    came: asyncio.Queue[Pushed] = field(default_factory=asyncio.Queue)


class Feed:
    """The listeners of this process. Used on the event loop alone; `stop` may be called from anywhere."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now
        self._listeners: set[_Listener] = set()
        self._looking: asyncio.Task[None] | None = None
        self._stopped = False

    def stop(self) -> None:
        """End every line within a second: the server is told to stop, and waits for its lines."""
        self._stopped = True

    async def listen(self, conversation_id: str, after: int = 0) -> AsyncGenerator[Pushed | None, None]:
        """What came after that turn, and what comes: the turn's id and its messages; None for a heartbeat.

        Raises:
            Problem: 429 `too_many_listeners`.
        """
        per = Counter(listener.conversation_id for listener in self._listeners)
        if per[conversation_id] >= MOST_OF_ONE or len(self._listeners) >= MOST:
            raise Problem(429, "too_many_listeners", "Too many listen already: wait a little.", {"Retry-After": "5"})
        listener = _Listener(conversation_id)
        self._listeners.add(listener)  # before what is there is read, so that nothing falls between
        self._look()
        try:
            for pushed in await asyncio.to_thread(self._missed, conversation_id, after):
                after = pushed[0]
                yield pushed
            async for came in self._coming(listener):
                if came is None:
                    yield None
                elif came[0] > after:
                    after = came[0]
                    yield came
        finally:
            self._listeners.discard(listener)

    async def _coming(self, listener: _Listener) -> AsyncGenerator[Pushed | None, None]:
        end, silent = time.monotonic() + LIFE, 0.0
        yield None  # the line stands
        while not self._stopped and time.monotonic() < end:
            try:
                came = await asyncio.wait_for(listener.came.get(), LOOK_AGAIN)
            except TimeoutError:
                silent += LOOK_AGAIN
                if silent < HEARTBEAT:
                    continue
                came = None
            silent = 0.0
            yield came

    def _look(self) -> None:
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_while_listened_to())

    async def _look_while_listened_to(self) -> None:
        while self._listeners and not self._stopped:
            try:
                for conversation_id, pushed in await asyncio.to_thread(self._recent):
                    for listener in [each for each in self._listeners if each.conversation_id == conversation_id]:
                        listener.came.put_nowait(pushed)
            except Exception:
                log.exception("listeners were told nothing")
            await asyncio.sleep(LOOK_AGAIN)

    def _recent(self) -> list[tuple[str, Pushed]]:
        query = sa.select(TurnRow.conversation_id, TurnRow.id, TurnRow.reply).where(
            TurnRow.pushed, TurnRow.done_at > self._now() - LOOK_BACK
        )
        with self._database.snapshot() as session:
            found = session.execute(query.order_by(TurnRow.id)).tuples()
            return [(conversation_id, (turn_id, reply or [])) for conversation_id, turn_id, reply in found]

    def _missed(self, conversation_id: str, after: int) -> list[Pushed]:
        query = sa.select(TurnRow.id, TurnRow.reply).where(
            TurnRow.conversation_id == conversation_id, TurnRow.pushed, TurnRow.id > after
        )
        with self._database.snapshot() as session:
            found = session.execute(query.order_by(TurnRow.id)).tuples()
            return [(turn_id, reply or []) for turn_id, reply in found]
