"""Chatters who top up by `yes` with an Idempotency-Key, and send again until they have an answer."""

from __future__ import annotations

import time
from itertools import count
from threading import Event, Thread

import httpx

from billing.api import Billing
from billing.config import Settings
from tests.builders.server import Server

ACCOUNTS = ("acme", "expired", "paused", "empty")
PATIENCE = 150
"""Seconds in which an answer must come, restarts included."""


class Chatter(Thread):
    """Asks, confirms, and counts what was acknowledged; `answers` are instants, `refused` what was no answer."""

    def __init__(self, server: Server, account: str) -> None:
        super().__init__(daemon=True)
        self.account, self.acknowledged, self.odd = account, 0, []
        self.refused: list[str] = []
        self.answers: list[float] = []
        self.failed: str | None = None
        self._client, self._over, self._keys = server.customer(account), Event(), count(1)
        self._client.http.timeout = httpx.Timeout(10)

    def run(self) -> None:
        try:
            conversation = self._client.open()
            while not self._over.is_set():
                self._top_up(conversation)
        except Exception as error:
            self.failed = repr(error)

    def _top_up(self, conversation: str) -> None:
        self._say(conversation, "top up 50 dollars by card")
        said = self._say(conversation, "yes")
        if "$50.00 was added" in said:
            self.acknowledged += 1
        else:
            self.odd.append(said)

    def _say(self, conversation: str, text: str) -> str:
        key, end = f"{self.account}-{next(self._keys)}", time.monotonic() + PATIENCE
        while True:
            try:
                answer = self._client.post(conversation, {"text": text}, key)
            except httpx.TransportError as error:
                told = repr(error)
            else:
                if answer.status_code == 200:
                    self.answers.append(time.monotonic())
                    return answer.json()["messages"][0]["text"]
                told = f"{answer.status_code} {answer.text}"
            self.refused.append(told)
            assert time.monotonic() < end, f"no answer: {told}"
            time.sleep(0.2)

    def stop(self) -> None:
        self._over.set()


class Asker(Thread):
    """Opens requests to people at the door of billing, by a process that is not killed: each is to be delivered."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(daemon=True)
        self.acknowledged: set[str] = set()
        self._settings, self._over = settings, Event()

    def run(self) -> None:
        billing, terms = Billing.open(self._settings), {"topic": "technical", "message": "Help", "language": "en"}
        for number in count():
            if self._over.is_set():
                break
            while not self._over.is_set():
                try:
                    made = billing.open_request("acme", key=f"ask-{number}", **terms)
                except Exception:
                    time.sleep(0.2)
                else:
                    self.acknowledged.add(made.id)
                    break
            time.sleep(0.15)
        billing.close()

    def stop(self) -> None:
        self._over.set()
