"""ASGI middleware around everything: the trace, the figures, the line in the log, and the last answer to a failure."""

from __future__ import annotations

import time

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from billing.tracing import Trace, within
from gateway.errors import Problem, response
from gateway.telemetry import spans
from gateway.telemetry.metrics import REQUEST_SECONDS, REQUESTS

log = structlog.get_logger()

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET = frozenset({"/health/live", "/health/ready", "/metrics"})
"""What machines ask all day: no line unless it went wrong."""
GONE = 499
"""The caller went away before there was an answer."""


class Observed:
    """Every request has a trace, is counted and timed, and is logged by its route: never by its path or query."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; what escapes the app is logged and answered as `internal_error`."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        with spans.of_request(scope["method"], Headers(scope=scope).get("traceparent")) as (trace, span), within(trace):
            answer = _Answer(send, trace)
            started = time.perf_counter()
            try:
                await self._answered(scope, receive, answer)
            finally:
                route = route_of(scope)
                _count(scope, route, answer.status, time.perf_counter() - started)
                span.named(scope["method"], route, answer.status)

    async def _answered(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        try:
            await self._app(scope, receive, answer.send)
        except Exception:
            log.exception("request failed", method=scope["method"], route=route_of(scope))
            if answer.status != GONE:
                raise  # the answer has begun: the server cuts the connection
            failed = Problem(500, "internal_error", "Something broke on our side. It was logged.")
            await response(failed)(scope, receive, answer.send)


class _Answer:
    """The way to the caller: takes note of the status and names the trace."""

    def __init__(self, send: Send, trace: Trace) -> None:
        self._send, self._trace, self.status = send, trace, GONE

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self._trace.trace_id
            headers["traceparent"] = self._trace.header
        await self._send(message)


def route_of(scope: Scope) -> str:
    """The route's template; `other` for what no route has, files among it."""
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else "other"


def _count(scope: Scope, route: str, status: int, seconds: float) -> None:
    method = scope["method"] if scope["method"] in _METHODS else "OTHER"
    REQUESTS.labels(method, route, status).inc()
    REQUEST_SECONDS.labels(method, route).observe(seconds)
    if route not in _QUIET or status >= 400:
        log.info("request", method=method, route=route, status=status, ms=round(1000 * seconds, 1))
