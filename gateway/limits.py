"""Limits that hold before anything is read: the size of a request's body; and headers that every answer carries."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.errors import Problem, response

LARGEST_BODY = 64 * 1024
_LARGER = {
    "/v1/operator/transfers/statements": 10_000_000,
    "/console/transfers/statements": 10_000_000,
    "/v1/usage-events": 1024 * 1024,
    "/webhooks/messenger/events": 1024 * 1024,
    "/webhooks/slack/interactions": 256 * 1024,
}
"""Where a body may be larger: a bank statement; a batch of events; a pressed button, which comes with the message that
holds it."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_PRIVATE = ("/v1", "/demo")
"""Below these, answers are of one caller: no cache may keep them."""


class Limits:
    """ASGI middleware: a larger body is refused by its declared length, or as soon as it is too long."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 413; 404 for an address with a NUL in it."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        if "\x00" in scope["path"] or b"%00" in scope["query_string"]:  # PostgreSQL keeps no such text
            nothing = Problem(404, "not_found", "There is nothing at such an address.")
            return await response(nothing)(scope, receive, _headed(send, scope["path"]))
        most = _LARGER.get(scope["path"], LARGEST_BODY)
        body = _Body(receive, most)
        headed = _headed(send, scope["path"])

        async def unless_too_large(message: Message) -> None:
            if not body.too_large:  # the app's own answer to a body cut short is not the caller's
                await headed(message)

        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdecimal() and int(declared) <= most:
            await self._app(scope, body.receive, unless_too_large)
            if not body.too_large:
                return None
        problem = Problem(413, "body_too_large", f"A body has at most {most} bytes.")
        return await response(problem)(scope, receive, headed)


class _Body:
    def __init__(self, receive: Receive, most: int) -> None:
        self._receive, self._most, self._read, self.too_large = receive, most, 0, False

    async def receive(self) -> Message:
        message = await self._receive()
        self._read += len(message.get("body", b""))
        if self._read > self._most:
            self.too_large = True
            return {"type": "http.disconnect"}
        return message


def _headed(send: Send, path: str) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            if path.startswith(_PRIVATE):
                headers["Cache-Control"] = "no-store"
        await send(message)

    return with_headers
