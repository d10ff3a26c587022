"""Running the app: says the address once it is really served, and finishes the turns in hand before it ends."""

from __future__ import annotations

import socket
import sys
from types import FrameType

import uvicorn
from fastapi import FastAPI

from billing.config import Settings
from gateway.cli.lines import PatientProtocol

GRACE = 30
"""Seconds that requests in hand have to finish when the server is told to stop."""


class AnnouncingServer(uvicorn.Server):
    """uvicorn, saying the address when it listens, and ending with exit 0 when it was asked to end."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self.app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End gracefully; the signal is not raised again afterwards. Who only listens is let go at once."""
        if (feed := getattr(self.app.state, "feed", None)) is not None:
            feed.stop()
        super().handle_exit(sig, frame)
        self._captured_signals.clear()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            host = "127.0.0.1" if self.config.host == "0.0.0.0" else self.config.host  # noqa: S104  where to look
            sys.stdout.write(f"ready at http://{host}:{self.config.port}/   (Ctrl-C ends it)\n")
            sys.stdout.flush()


def run(app: FastAPI, settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM. Exit 3 when the app could not start."""
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=PatientProtocol,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE,
        server_header=False,
    )
    server = AnnouncingServer(config, app)
    server.run()
    if not server.started:
        raise SystemExit(3)
