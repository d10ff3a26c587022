"""The channels of a server: what comes in is kept at once, answered and sent by workers of their own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import structlog

from billing.api import Billing
from billing.config import Settings
from billing.signing import Signer
from gateway.channels import charts, links
from gateway.channels.adapter import Channel, EventMalformed, KeysUnreachable, SignatureInvalid
from gateway.channels.answering import Answering
from gateway.channels.inbox import Inbox
from gateway.channels.outbox import Outbox
from gateway.channels.registry import configured
from gateway.channels.schemas import Incoming, Received
from gateway.conversations.service import Conversations
from gateway.errors import Problem

log = structlog.get_logger()

ANSWERERS = 4
"""Events of one channel that are answered at the same time, in a process; those of one place never are."""
SENDERS = 4
"""Calls to one vendor at the same time, in a process."""
LOOK_AGAIN = 1.0
"""Seconds after which a worker looks for what is due without being woken: a retry, or another process's remains."""
CHART_LIVES = timedelta(minutes=15)


class Line:
    """One channel: its webhook, its inbox and its outbox."""

    def __init__(self, channel: Channel, inbox: Inbox, outbox: Outbox) -> None:
        self.channel, self._inbox, self._outbox = channel, inbox, outbox
        self._heard, self._queued = asyncio.Event(), asyncio.Event()

    async def receive(self, request: Incoming) -> Received:
        """Verify the request, then read it, and keep its events before the vendor is told that they came.

        Raises:
            Problem: 401 `signature_invalid`, nothing was read; 400 `event_malformed`; 503 `keys_unreachable`.
        """
        try:
            proof = await asyncio.to_thread(self.channel.verify, request)
            received = self.channel.read(request, proof)
        except SignatureInvalid:
            raise Problem(
                401, "signature_invalid", "The request is not signed as the channel's vendor signs."
            ) from None
        except KeysUnreachable:
            raise Problem(503, "keys_unreachable", "The keys of the channel's vendor cannot be fetched.") from None
        except (EventMalformed, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
            log.warning("channel request malformed", channel=self.channel.name, error=repr(error))
            raise Problem(400, "event_malformed", "The request is not what the channel's vendor documents.") from None
        if await asyncio.to_thread(self._inbox.keep, received):
            self._heard.set()
        return received

    def workers(self, stopping: asyncio.Event) -> list[asyncio.Task[None]]:
        """The tasks that answer and send until they are told to stop."""
        answering = [_work(self._answer_next, self._heard, stopping) for _ in range(ANSWERERS)]
        sending = [_work(self._send_next, self._queued, stopping) for _ in range(SENDERS)]
        return [asyncio.create_task(each) for each in (*answering, *sending)]

    def wake(self) -> None:
        """Something was queued, or the workers are to end."""
        self._heard.set()
        self._queued.set()

    async def _answer_next(self) -> bool:
        did = await self._inbox.answer_next()
        if did:
            self._queued.set()
        return did

    async def _send_next(self) -> bool:
        return await asyncio.to_thread(self._outbox.send_next)


class Channels:
    """The lines of all channels that are on."""

    def __init__(self, billing: Billing, talk: Conversations, settings: Settings) -> None:
        self._billing, self._settings = billing, settings
        secret = settings.secret("internal_secret")
        self.link_signer, self.chart_signer = Signer(secret, "channels:link"), Signer(secret, "channels:chart")
        self.lines = {name: self._line(channel, talk) for name, channel in configured(settings).items()}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """With their workers; at the end each finishes what it has in hand."""
        stopping = asyncio.Event()
        tasks = [task for line in self.lines.values() for task in line.workers(stopping)]
        try:
            yield
        finally:
            stopping.set()
            for line in self.lines.values():
                line.wake()
            await asyncio.gather(*tasks)

    def wake(self, channel: str) -> None:
        """Something was queued for that channel. Called on the event loop."""
        if channel in self.lines:
            self.lines[channel].wake()

    def _line(self, channel: Channel, talk: Conversations) -> Line:
        answering = Answering(self._billing, talk, channel, self.link_signer, charts=charts.are_installed())
        outbox = Outbox(self._billing, channel, self._address)
        return Line(channel, Inbox(self._billing, channel, answering), outbox)

    def _address(self, kind: str, value: str) -> str:
        """What a mark in a call stands for, as of now."""
        public = (self._settings.public_url or "").rstrip("/")
        if kind == "chart":
            token = self.chart_signer.sign(value, self._billing.now() + CHART_LIVES)
            return f"{public}/media/charts/{token}.png"
        page = self._settings.link_page_url or f"{public}/"
        return f"{page}#link-channel={links.token_of(self.link_signer, value)}"


async def _work(next_one: Callable[[], Awaitable[bool]], woken: asyncio.Event, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        woken.clear()
        try:
            while await next_one() and not stopping.is_set():
                pass
        except Exception:
            log.exception("channel worker failed")
        with suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), LOOK_AGAIN)
