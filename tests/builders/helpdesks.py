"""Zendesk and Chatwoot as a real HTTP server that speaks their documented formats, keeps state and can go wrong.

`trouble` says what happens to the next calls, one each: `refuse` (nothing is done, 503), `lose` (done, and the answer
is an error), `stall` (done, and no answer comes in time), `garble` (done, and the answer is no JSON).
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.builders.receivers import served

ZENDESK_TOKEN, CHATWOOT_TOKEN = "zendesk-token", "chatwoot-token"
STALL = 0.6  # seconds
INBOX = 7


class Helpdesks:
    def __init__(self) -> None:
        self.trouble: list[str] = []
        self.calls: list[str] = []
        self.tickets: list[dict[str, Any]] = []
        self.contacts: list[dict[str, Any]] = []
        self.conversations: list[dict[str, Any]] = []
        self.messages: list[dict[str, Any]] = []
        helpdesks = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                self._answer()

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                trouble = helpdesks.trouble.pop(0) if helpdesks.trouble else ""
                headers = {name.lower(): value for name, value in self.headers.items()}
                status, told = 503, {}
                if trouble != "refuse":
                    status, told = helpdesks.handle(self.command, self.path, headers, json.loads(body or "{}"))
                if trouble == "stall":
                    time.sleep(STALL)
                if trouble == "lose":
                    status, told = 502, {}
                sent = b"<html>" if trouble == "garble" else json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    @contextmanager
    def running(self) -> Iterator[Helpdesks]:
        with served(self._server):
            yield self

    def handle(self, method: str, address: str, headers: dict[str, str], body: Any) -> tuple[int, dict[str, Any]]:
        path, query = urlsplit(address).path, parse_qs(urlsplit(address).query)
        self.calls.append(f"{method} {path}")
        if path == "/api/v2/tickets.json":
            return self._zendesk(method, query, headers, body)
        found = re.fullmatch(r"/api/v1/accounts/3(/.*)", path)
        if found is None:
            return 404, {}
        if headers.get("api_access_token") != CHATWOOT_TOKEN:
            return 401, {"errors": ["Invalid Access Token"]}
        return self._chatwoot(method, found[1], query, body)

    def _zendesk(
        self, method: str, query: dict[str, list[str]], headers: dict[str, str], body: Any
    ) -> tuple[int, dict[str, Any]]:
        expected = base64.b64encode(f"bot@example.com/token:{ZENDESK_TOKEN}".encode()).decode()
        if headers.get("authorization") != f"Basic {expected}":
            return 401, {"error": "Couldn't authenticate you"}
        if method == "GET":
            found = [each for each in self.tickets if each["external_id"] == query["external_id"][0]]
            return 200, {"tickets": found, "count": len(found), "next_page": None}
        self.tickets.append({"id": len(self.tickets) + 35436, **body["ticket"], "key": headers["idempotency-key"]})
        return 201, {"ticket": self.tickets[-1]}

    def _chatwoot(  # noqa: PLR0911  one for each call
        self, method: str, path: str, query: dict[str, list[str]], body: Any
    ) -> tuple[int, dict[str, Any]]:
        match (method, *path.strip("/").split("/")):
            case ("GET", "contacts", "search"):
                found = [each for each in self.contacts if query["q"][0] in each["identifier"]]
                return 200, {"meta": {"count": len(found), "current_page": 1}, "payload": found}
            case ("POST", "contacts"):
                if any(each["identifier"] == body["identifier"] for each in self.contacts):
                    return 422, {"message": "Identifier has already been taken"}
                number = len(self.contacts) + 11
                place = {"source_id": f"source-{number}", "inbox": {"id": body["inbox_id"]}}
                self.contacts.append(
                    {"id": number, "name": body["name"], "identifier": body["identifier"], "contact_inboxes": [place]}
                )
                return 200, {"payload": {"contact": self.contacts[-1], "contact_inbox": place}}
            case ("GET", "contacts", number, "conversations"):
                return 200, {"payload": [each for each in self.conversations if each["contact_id"] == int(number)]}
            case ("POST", "conversations"):
                assert body["source_id"] == f"source-{body['contact_id']}"
                self.conversations.append({"id": len(self.conversations) + 101, **body})
                return 200, {"id": self.conversations[-1]["id"], "inbox_id": body["inbox_id"], "status": "open"}
            case ("GET", "conversations", number, "messages"):
                found = [each for each in self.messages if each["conversation_id"] == int(number)]
                return 200, {"meta": {}, "payload": found}
            case ("POST", "conversations", number, "messages"):
                self.messages.append({"id": len(self.messages) + 1, "conversation_id": int(number), **body})
                return 200, self.messages[-1]
        return 404, {}
