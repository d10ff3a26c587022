"""Running the app: says the address once it is really served, and finishes the turns in hand before it ends."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from billing.config import Settings
from billing.errors import SettingInvalid
from gateway.cli.lines import PatientProtocol

GRACE = 30
"""Seconds that requests in hand have to finish when the server is told to stop."""


KEPT_ALIVE = 75
"""Seconds that a connection may be idle: longer than balancers and clients keep theirs, so that none sends a message
into one that is being closed here."""


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
            self.announce()

    def announce(self) -> None:
        """Say that it serves."""
        say_ready(self.config.host, self.config.port)


def say_ready(host: str, port: int) -> None:
    """Print the address."""
    host = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104  where to look
    sys.stdout.write(f"ready at http://{host}:{port}/   (Ctrl-C ends it)\n")
    sys.stdout.flush()


def config_of(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """How uvicorn serves the app."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=PatientProtocol,
        log_config=None,  # its own would print tracebacks with what exceptions quote
        access_log=False,
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=KEPT_ALIVE,
        server_header=False,
        proxy_headers=False,  # uvicorn would believe anybody on this machine; TRUSTED_PROXIES says whom (gateway.app)
    )


def run(app: FastAPI, settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM. Exit 3 when the app could not start."""
    server = AnnouncingServer(config_of(app, settings), app)
    server.run()
    if not server.started:
        raise SystemExit(3)


def run_workers(settings: Settings, count: int) -> None:
    """The same by so many processes of their own. This one stays small: it loads no model.

    Raises:
        SettingInvalid: the address is not to be had.
    """
    from gateway.telemetry import metrics
    from gateway.workers.supervisor import Supervisor, listen

    try:
        listening = listen(settings.host, settings.port)
    except OSError as error:
        raise SettingInvalid(f"HOST, PORT: {error}") from error
    with TemporaryDirectory(prefix="metrics-") as folder:
        metrics.prepare(Path(folder))
        code = Supervisor(listening, count, lambda: say_ready(settings.host, settings.port)).run()
    raise SystemExit(code)
