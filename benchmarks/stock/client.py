"""The load: one asyncio process that speaks to either server in the same way; each reply is held against the answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from benchmarks.stock.servers import ACCOUNT, Server

START_WITHIN = 300
REPLY_WITHIN = 60


class WrongReply(AssertionError):
    """A server answered something else than what was asked: its time would count for nothing."""


@dataclass(frozen=True)
class Kind:
    """A kind of turn: sentences that mean the same, and a text that each reply has."""

    name: str
    sentences: Sequence[str]
    answer: str


@dataclass
class Talk:
    """Conversations with one server."""

    http: aiohttp.ClientSession
    server: Server
    headers: dict[str, str] = field(default_factory=dict)

    async def open(self, sender: str) -> str:
        """A conversation's place: stock takes any name that a sender gives itself."""
        return sender

    async def say(self, place: str, text: str) -> str:
        """One turn: what was answered."""
        body = {"sender": place, "message": text}
        return _texts(await self._post("/webhooks/rest/webhook", body))

    async def sign_in(self) -> None:
        """Nothing to do: stock asks nobody."""

    async def _post(self, path: str, body: dict[str, str] | None = None) -> Any:
        async with self.http.post(self.server.address + path, json=body, headers=self.headers) as reply:
            reply.raise_for_status()
            return await reply.json()


class OurTalk(Talk):
    """With the product: signed in, each conversation opened and bound to its customer."""

    async def sign_in(self) -> None:
        """As the demo page does."""
        token = (await self._post("/demo/token", {"account": ACCOUNT}))["token"]
        self.headers = {"Authorization": f"Bearer {token}"}

    async def open(self, sender: str) -> str:
        """The conversation's address."""
        return f"/v1/conversations/{(await self._post('/v1/conversations'))['id']}/messages"

    async def say(self, place: str, text: str) -> str:
        """One turn."""
        return _texts((await self._post(place, {"text": text}))["messages"])


def _texts(messages: list[dict]) -> str:
    return "\n".join(each.get("text") or "" for each in messages)


def session() -> aiohttp.ClientSession:
    """As many connections as there are senders."""
    timeout = aiohttp.ClientTimeout(total=REPLY_WITHIN)
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout)


async def first_answer(talk: Talk, text: str, since: float) -> float:
    """Seconds from `since` until the server answers at all."""
    while time.perf_counter() - since < START_WITHIN:
        talk.server.check()
        try:
            await talk.sign_in()
            await talk.say(await talk.open("first"), text)
        except (aiohttp.ClientError, TimeoutError):
            await asyncio.sleep(0.05)
        else:
            return time.perf_counter() - since
    raise RuntimeError(f"no answer within {START_WITHIN} s: {talk.server.log.read_text()[-2000:]}")


async def turn(talk: Talk, place: str, kind: Kind, number: int) -> float:
    """Milliseconds of a turn.

    Raises:
        WrongReply: the answer is another.
    """
    text, begun = kind.sentences[number % len(kind.sentences)], time.perf_counter()
    said = await talk.say(place, text)
    taken = (time.perf_counter() - begun) * 1000
    if kind.answer not in said:
        raise WrongReply(f"{text!r} was answered {said!r}, not {kind.answer!r}")
    return taken


async def sequence(talk: Talk, kind: Kind, turns: int, *, at_most: float = 300) -> list[float]:
    """Milliseconds of each turn of one new conversation; fewer turns once so many seconds are over."""
    place, taken, end = await talk.open(f"one-{time.time_ns()}"), [], time.perf_counter() + at_most
    while len(taken) < turns and time.perf_counter() < end:
        taken.append(await turn(talk, place, kind, len(taken)))
    return taken


async def throughput(talk: Talk, kind: Kind, senders: int, *, warm: float, seconds: float) -> float:
    """Turns a second of so many senders, each of whom speaks again once it is answered."""
    places = [await talk.open(f"{n}-{time.time_ns()}") for n in range(senders)]
    begin = time.perf_counter() + warm
    end, done = begin + seconds, 0

    async def speak(place: str, number: int) -> None:
        nonlocal done
        while time.perf_counter() < end:
            await turn(talk, place, kind, number)
            number += 1
            done += begin <= time.perf_counter() < end

    await asyncio.gather(*(speak(place, number) for number, place in enumerate(places)))
    return done / seconds
