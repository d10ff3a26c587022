"""Many chatters at once on a real server: what they wait for, what goes wrong, whether memory stays.

`MINUTES` (10), `CHATTERS` (200) and `THINK` (25) may be set. Afterwards four times as many come, and then more than any
server of this size can answer: it may turn them away, at once, and answers as before once they have gone.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from assistant import train
from benchmarks.load_server import LoadServer
from benchmarks.report import publish
from benchmarks.stock.figures import percentile

MINUTES = float(os.environ.get("MINUTES", "10"))
CHATTERS = int(os.environ.get("CHATTERS", "200"))
THINK = float(os.environ.get("THINK", "25"))
"""Seconds between an answer and the next message, on average: 200 chatters are about 8 messages a second."""
TIMES_TOO_MANY, TOO_MANY_FOR, AFTERWARDS = 4, 20.0, 20.0
NO_PAUSE = 1.0
"""Seconds to think of those who are beyond any capacity: 800 chatters are some 800 messages a second."""
AS_BEFORE = 3.0
"""Times the median of before: what is answered within that is answered as before."""
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
    turned_away: list[float] = field(default_factory=list)
    codes: dict[int, int] = field(default_factory=dict)

    def add(self, code: int, seconds: float) -> None:
        """An answer, or 0 where none came."""
        self.codes[code] = self.codes.get(code, 0) + 1
        if code == 200:
            self.taken.append(seconds * 1000)
        elif code in TURNED_AWAY:
            self.turned_away.append(seconds * 1000)

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
            "turned away": len(self.turned_away),
            "after (p99)": _rounded(self.turned_away, 0.99),
            "errors": self.errors,
            "RSS (MB)": round(rss, 1),
        }


def _rounded(taken: list[float], share: float) -> float:
    return round(percentile(taken, share), 1) if taken else 0.0


class Crowd:
    """Chatters who come and go; `seen` is the stretch that answers are counted in."""

    def __init__(self, server: LoadServer, http: aiohttp.ClientSession, think: float | None = None) -> None:
        self._http, self.seen, self._think = http, Seen(), THINK if think is None else think
        self._tokens = {account: server.token(account) for account in SAID}

    async def chat(self, number: int, until: float) -> None:
        """Talks with pauses until then."""
        luck, account = random.Random(number), list(SAID)[number % len(SAID)]
        headers = {"Authorization": f"Bearer {self._tokens[account]}"}
        await asyncio.sleep(luck.uniform(0, min(self._think, until - time.monotonic())))
        conversation = None
        while time.monotonic() < until:
            if conversation is None:
                code, opened = await self._post("/v1/conversations", headers, None)
                conversation = opened["id"] if code == 201 else None
            for text in luck.choice(SAID[account]) if conversation else ():
                await self._say(conversation, text, headers)
                await asyncio.sleep(max(0.0, min(luck.expovariate(1 / self._think), until - time.monotonic())))
            if conversation is None:
                await asyncio.sleep(1)

    async def once(self) -> None:
        """One message in a conversation of its own."""
        headers = {"Authorization": f"Bearer {self._tokens['acme']}"}
        code, opened = await self._post("/v1/conversations", headers, None)
        if code == 201:
            await self._say(opened["id"], SAID["acme"][0][0], headers)
        else:
            await asyncio.sleep(0.2)

    async def _say(self, conversation: str | None, text: str, headers: dict[str, str]) -> None:
        begun = time.monotonic()
        code, _ = await self._post(f"/v1/conversations/{conversation}/messages", headers, {"text": text})
        self.seen.add(code, time.monotonic() - begun)

    async def _post(self, path: str, headers: dict[str, str], body: Any) -> tuple[int, Any]:
        """The status, 0 where there was no answer, and what was answered."""
        try:
            async with self._http.post(path, headers=headers, json=body) as answer:
                return answer.status, await answer.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError):
            return 0, None


async def measure(server: LoadServer, minutes: float, chatters: int) -> list[dict[str, Any]]:
    """A row a minute; one with too many, one with far too many; one afterwards, and when it was as before."""
    connector, timeout = aiohttp.TCPConnector(limit=0), aiohttp.ClientTimeout(60)
    async with aiohttp.ClientSession(server.address, connector=connector, timeout=timeout) as http:
        crowd = Crowd(server, http)
        rows = await _steady(crowd, server, minutes, chatters)
        usual = rows[-1]["p50"]
        for name, think in ((f"{TIMES_TOO_MANY} times as many", THINK), ("beyond capacity", NO_PAUSE)):
            crowd = Crowd(server, http, think)
            await _for(crowd, chatters * TIMES_TOO_MANY, TOO_MANY_FOR)
            rows.append(crowd.seen.row(name, server.rss()))
        recovered = await _as_before(Crowd(server, http), AS_BEFORE * usual)
        after = Crowd(server, http)
        await _for(after, chatters, AFTERWARDS)
        rows.append(after.seen.row("afterwards", server.rss()))
        return [row | {"recovered": round(recovered, 1) if row is rows[-1] else ""} for row in rows]


async def _as_before(crowd: Crowd, milliseconds: float) -> float:
    """Seconds until one who speaks again and again is answered within so long, three times running."""
    begun, running = time.monotonic(), 0
    while running < 3:
        crowd.seen = seen = Seen()
        await crowd.once()
        running = running + 1 if seen.taken and seen.taken[0] <= milliseconds else 0
    return time.monotonic() - begun


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
