"""What a server does not take on: more turns than it can do soon. Told at once, before anything of the call is read."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.types import ASGIApp, Receive, Scope, Send

from billing.config import Settings
from gateway.errors import Problem, response

_TURN = re.compile(r"/v1/conversations(?:/[^/]+/messages)?")
"""Only what customers begin is turned away: never a payment's webhook, a look at the health, a vendor's event (which is
kept first and answered by workers of its own)."""
_WEIGHT = 0.1
"""Of the newest turn in the mean of what a turn takes: some ten turns back are remembered."""
LONGEST_RETRY = 30


class Gate:
    """So many turns at once; others wait, as many as come to their place soon. Used on the event loop.

    How soon is `expected`: turns before it × the mean seconds between two ends of turns while some are in hand, which
    is what one costs this process, whether they compute or wait for the database.
    """

    def __init__(self, at_once: int, waiting: int, patience: float, now: Callable[[], float] | None = None) -> None:
        self._places, self._at_once, self._most = asyncio.Semaphore(at_once), at_once, at_once + waiting
        self._patience, self._now = patience, now or (lambda: asyncio.get_running_loop().time())
        self._mean, self._since = 0.0, 0.0
        self.inside = 0
        """Turns in hand and turns that wait."""

    @property
    def expected(self) -> float:
        """Seconds until a turn that came now would have its place; 0 where one is free."""
        before = self.inside - self._at_once + 1
        if before <= 0:
            return 0.0
        return before * max(self._mean, (self._now() - self._since) / self._at_once)

    @asynccontextmanager
    async def entered(self) -> AsyncIterator[None]:
        """Hold a place.

        Raises:
            Problem: 503 `overloaded`.
        """
        if self.inside >= self._most or self.expected > self._patience:
            raise self._overloaded()
        if not self.inside:
            self._since = self._now()
        self.inside += 1
        try:
            try:
                await asyncio.wait_for(self._places.acquire(), self._patience)
            except TimeoutError:
                raise self._overloaded() from None
            try:
                yield
            finally:
                self._places.release()
                self._ended()
        finally:
            self.inside -= 1

    def _ended(self) -> None:
        taken, self._since = self._now() - self._since, self._now()
        self._mean += _WEIGHT * (taken - self._mean) if self._mean else taken

    def _overloaded(self) -> Problem:
        """By the time told, half of those who are inside are done."""
        wait = min(LONGEST_RETRY, max(1, math.ceil(self.expected / 2)))
        detail = "Too much to do: send the message again with the same Idempotency-Key."
        return Problem(503, "overloaded", detail, {"Retry-After": str(wait)})


class Shedding:
    """ASGI middleware: a message of a customer, and a new conversation, enter by the gate."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._gate = Gate(settings.turns_at_once, settings.turns_waiting, settings.turn_patience_seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 503."""
        if scope["type"] != "http" or scope["method"] != "POST" or not _TURN.fullmatch(scope["path"]):
            return await self._app(scope, receive, send)
        try:
            async with self._gate.entered():
                return await self._app(scope, receive, send)
        except Problem as problem:  # the app's own are answered within it
            return await response(problem)(scope, receive, send)
