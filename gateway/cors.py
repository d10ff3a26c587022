"""Which other sites' pages may call: those named in `WIDGET_ORIGINS`, and only what the widget needs.

Who calls is told by headers that a page must set itself, never by cookies; so an origin that is let in can do no more
than its own customers' tokens allow. Operators' calls, usage events and the demo's tokens are for no other site.
"""

from __future__ import annotations

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from billing.config import Settings

_OPEN = ("/v1/conversations", "/v1/account", "/v1/channel-links")
_LOOPBACK = r"http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?"
"""In demo mode, pages of the developer's own machine, where no origin is named."""
_SENT = ("Authorization", "Content-Type", "Idempotency-Key", "X-Visitor-Token")
_READ = ("Content-Disposition", "Retry-After", "X-Request-ID")
_REMEMBERED = 600
"""Seconds that a browser need not ask again."""


class Cors:
    """ASGI middleware: answers preflights and names the origin, below the paths that the widget calls."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        named = settings.widget_origins
        self._shared = CORSMiddleware(
            app,
            allow_origins=named,
            allow_origin_regex=_LOOPBACK if settings.mode == "demo" and not named else None,
            allow_methods=("GET", "POST", "DELETE"),
            allow_headers=_SENT,
            expose_headers=_READ,
            max_age=_REMEMBERED,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with the browser's permission where it has one."""
        shared = scope["type"] == "http" and scope["path"].startswith(_OPEN)
        await (self._shared if shared else self._app)(scope, receive, send)
