"""Many chatters at once on a real server: what they wait for, what goes wrong, whether memory stays.

`MINUTES` (10), `CHATTERS` (200) and `THINK` (25) may be set. Afterwards four times as many come: the server may turn
them away, and answers as before once they have gone.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from assistant import train
from benchmarks.load_server import LoadServer
from benchmarks.report import publish
from benchmarks.stock.figures import percentile

MINUTES = float(os.environ.get("MINUTES", "10"))
CHATTERS = int(os.environ.get("CHATTERS", "200"))
THINK = float(os.environ.get("THINK", "25"))
"""Seconds between an answer and the next message, on average: 200 chatters are about 8 messages a second."""
TIMES_TOO_MANY, TOO_MANY_FOR, AFTERWARDS = 4, 20.0, 20.0
TURNED_AWAY = {429, 503}
SAID = {
    "acme": (("What is a billing plan?",), ("What is my balance?",), ("How many sessions did I use?",)),
    "sakura": (("請求プランとは何ですか？",), ("残高を教えてください",), ("先月の利用状況を見せて",)),
    "hangang": (("요금제가 뭐예요?",), ("잔액이 얼마예요?",), ("이번 달 사용량 보여줘",)),
    "expired": (("How do vouchers work?",), ("top up 50 dollars by card", "no"), ("Show my plan",)),
    "empty": (("What is a bot session?",), ("I want to top up", "cancel"), ("Show my invoices",)),
}
"""A talk of each account is one of these: knowledge, a live figure, a form."""


@dataclass
class Seen:
    """What chatters saw in a stretch of time."""

    taken: list[float] = field(default_factory=list)
    codes: dict[int, int] = field(default_factory=dict)

    def add(self, code: int, seconds: float) -> None:
        """An answer, or 0 where none came."""
        self.codes[code] = self.codes.get(code, 0) + 1
        if code == 200:
            self.taken.append(seconds * 1000)

    @property
    def errors(self) -> int:
        """Neither answered nor turned away."""
        return sum(count for code, count in self.codes.items() if code != 200 and code not in TURNED_AWAY)

    def row(self, when: str, rss: float) -> dict[str, Any]:
        """As it is published."""
        return {
            "when": when,
            "turns": len(self.taken),
            "p50": _rounded(self.taken, 0.5),
            "p99": _rounded(self.taken, 0.99),
            "turned away": sum(self.codes.get(code, 0) for code in TURNED_AWAY),
            "errors": self.errors,
            "RSS (MB)": round(rss, 1),
        }


def _rounded(taken: list[float], share: float) -> float:
    return round(percentile(taken, share), 1) if taken else 0.0


class Crowd:
    """Chatters who come and go; `seen` is the stretch that answers are counted in."""

    def __init__(self, server: LoadServer, http: httpx.AsyncClient) -> None:
        self._server, self._http, self.seen = server, http, Seen()
        self._tokens = {account: server.token(account) for account in SAID}

    async def chat(self, number: int, until: float) -> None:
        """Talks with pauses until then."""
        luck, account = random.Random(number), list(SAID)[number % len(SAID)]
        headers = {"Authorization": f"Bearer {self._tokens[account]}"}
        await asyncio.sleep(luck.uniform(0, min(THINK, until - time.monotonic())))
        conversation = None
        while time.monotonic() < until:
            if conversation is None:
                opened = await self._post("/v1/conversations", headers, None)
                conversation = opened.json()["id"] if opened is not None and opened.status_code == 201 else None
            for text in luck.choice(SAID[account]) if conversation else ():
                await self._say(conversation, text, headers)
                await asyncio.sleep(max(0.0, min(luck.expovariate(1 / THINK), until - time.monotonic())))
            if conversation is None:
                await asyncio.sleep(1)

    async def _say(self, conversation: str | None, text: str, headers: dict[str, str]) -> None:
        begun = time.monotonic()
        answer = await self._post(f"/v1/conversations/{conversation}/messages", headers, {"text": text})
        self.seen.add(answer.status_code if answer is not None else 0, time.monotonic() - begun)

    async def _post(self, path: str, headers: dict[str, str], body: Any) -> httpx.Response | None:
        try:
            return await self._http.post(path, headers=headers, json=body)
        except httpx.TransportError:
            return None


async def measure(server: LoadServer, minutes: float, chatters: int) -> list[dict[str, Any]]:
    """A row a minute; one with too many; one afterwards."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=chatters)
    async with httpx.AsyncClient(base_url=server.address, timeout=60, limits=limits) as http:
        crowd = Crowd(server, http)
        rows = await _steady(crowd, server, minutes, chatters)
        quick = Crowd(server, http)
        await _for(quick, chatters * TIMES_TOO_MANY, TOO_MANY_FOR)
        rows.append(quick.seen.row(f"{TIMES_TOO_MANY} times as many", server.rss()))
        after = Crowd(server, http)
        await _for(after, chatters, AFTERWARDS)
        rows.append(after.seen.row("afterwards", server.rss()))
        return rows


async def _steady(crowd: Crowd, server: LoadServer, minutes: float, chatters: int) -> list[dict[str, Any]]:
    stretch = min(60.0, minutes * 60)
    everybody = asyncio.gather(*(crowd.chat(n, time.monotonic() + minutes * 60) for n in range(chatters)))
    rows = []
    for number in range(round(minutes * 60 / stretch)):
        crowd.seen = seen = Seen()
        await asyncio.sleep(stretch)
        rows.append(seen.row(f"minute {number + 1}", server.rss()))
    await everybody
    return rows


async def _for(crowd: Crowd, chatters: int, seconds: float) -> None:
    """So many for so long, and each has its answer."""
    until = time.monotonic() + seconds
    await asyncio.gather(*(crowd.chat(n, until) for n in range(chatters)))


def run() -> None:
    """Measure and publish."""
    train.main([])
    with LoadServer() as server:
        rows = asyncio.run(measure(server, MINUTES, CHATTERS))
    publish("load", f"{CHATTERS} chatters, {THINK:.0f} s to think, SQLite (ms)", rows)
