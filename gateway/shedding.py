"""What a server does not take on: more turns than it can do soon. Told at once, before anything of the call is read."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp, Receive, Scope, Send

from billing.config import Settings
from gateway.errors import Problem, response

_TURN = re.compile(r"/v1/conversations/[^/]+/messages")
"""Only messages of customers are turned away: never a payment's webhook, a look at the health, a vendor's event (which
is kept first and answered by workers of its own)."""
RETRY_AFTER = 2
"""Seconds: by then what waited was done."""


class Gate:
    """So many turns at once, so many that wait for their place; used on the event loop."""

    def __init__(self, at_once: int, waiting: int, patience: float) -> None:
        self._places, self._most, self._patience = asyncio.Semaphore(at_once), at_once + waiting, patience
        self.inside = 0
        """Turns in hand and turns that wait."""

    @asynccontextmanager
    async def entered(self) -> AsyncIterator[None]:
        """Hold a place.

        Raises:
            Problem: 503 `overloaded`.
        """
        if self.inside >= self._most:
            raise _overloaded()
        self.inside += 1
        try:
            try:
                await asyncio.wait_for(self._places.acquire(), self._patience)
            except TimeoutError:
                raise _overloaded() from None
            try:
                yield
            finally:
                self._places.release()
        finally:
            self.inside -= 1


class Shedding:
    """ASGI middleware: a message of a customer enters by the gate."""

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


def _overloaded() -> Problem:
    detail = "Too much to do: send the message again with the same Idempotency-Key."
    return Problem(503, "overloaded", detail, {"Retry-After": str(RETRY_AFTER)})
