"""A real HTTP server that plays the vendors' APIs: keeps what was sent, answers as it is told."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.builders.receivers import served


@dataclass(frozen=True)
class Sent:
    """A call that the vendor was made."""

    method: str
    path: str
    headers: dict[str, str]
    raw: bytes
    query: str = ""

    @property
    def body(self) -> dict[str, Any]:
        if self.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return {name: values[0] for name, values in parse_qs(self.raw.decode()).items()}
        return json.loads(self.raw or b"{}")

    @property
    def call(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


@dataclass
class Answer:
    status: int = 200
    body: Any = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    drops: bool = False
    """The connection is cut after the call was taken, before it is answered."""


class Vendors:
    """Answers each path with the first of its `script`, else with what `answers` says, else with `{"ok": true}`."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.answers: dict[str, Callable[[Sent], Answer]] = {}
        self._script: list[tuple[str, str, Answer]] = []
        self._lock = Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def will(self, path: str, answer: Answer, holding: str = "") -> None:
        """The next call whose path holds that, and whose body holds that text, is answered so."""
        self._script.append((path, holding, answer))

    def to(self, place: str) -> list[Sent]:
        """What was sent that names that place."""
        return [sent for sent in self.sent if place in sent.path or place.encode() in sent.raw]

    def taken(self, sent: Sent) -> Answer:
        with self._lock:
            self.sent.append(sent)
            for scripted in self._script:
                if scripted[0] in sent.path and scripted[1].encode() in sent.raw:
                    self._script.remove(scripted)
                    return scripted[2]
        for path, answer in self.answers.items():
            if path in sent.path:
                return answer(sent)
        return Answer(body={"ok": True})

    @contextmanager
    def running(self) -> Iterator[Vendors]:
        with served(self._server):
            yield self


def _handler(vendors: Vendors) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = vendors.taken(
                Sent(self.command, urlsplit(self.path).path, headers, raw, urlsplit(self.path).query)
            )
            if answer.drops:
                self.close_connection = True
                return
            body = json.dumps(answer.body).encode()
            self.send_response(answer.status)
            for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = _take

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def until(happened: Callable[[], Any], within: float = 20) -> Any:
    """What it gives once it is true."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if found := happened():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")
