"""`python -m gateway.workers.serving SOCKET SAY LIFELINE`: one worker, at the descriptors that its supervisor gave."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import threading
import time
from types import FrameType

import uvicorn
from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import garbage
from gateway.cli.server import AnnouncingServer, config_of
from gateway.workers.accepting import Accepting

DRAIN = 6.0
"""Seconds in which open connections are let go when a worker is replaced: one that is used meanwhile ends
with an answer that says so. One that stays idle is closed under its client, which sends again on another."""


class LettingGo:
    """ASGI middleware: while the worker is being replaced, each answer is its connection's last."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self.now = app, False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def last(message: Message) -> None:
            if self.now and message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        return await self._app(scope, receive, last)


class WorkerServer(AnnouncingServer):
    """uvicorn at the supervisor's socket: says that it serves, and lets connections go when it is replaced."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, letting_go: LettingGo, say: int) -> None:
        super().__init__(config, app)
        self._letting_go, self._say, self._replaced = letting_go, say, False
        signal.signal(signal.SIGHUP, self._on_replaced)

    def _on_replaced(self, sign: int, frame: FrameType | None) -> None:
        self._replaced = True
        self.handle_exit(sign, frame)

    def announce(self) -> None:
        os.write(self._say, b"1")

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, take connections at the supervisor's socket, and say so."""
        await uvicorn.Server.startup(self, [])
        self.servers = [Accepting(each, self._protocol, self._connections) for each in sockets or ()]  # type: ignore[misc]
        self.announce()

    def _protocol(self) -> asyncio.Protocol:
        made: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return made

    def _connections(self) -> int:
        return len(self.server_state.connections)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept nothing more, finish what is in hand."""
        for server in self.servers:
            server.close()
        end = time.monotonic() + (DRAIN if self._replaced else 0)
        self._letting_go.now = True
        await asyncio.sleep(0.1)  # what was just accepted becomes a connection
        while self.server_state.connections and time.monotonic() < end:  # noqa: ASYNC110  uvicorn's own set
            await asyncio.sleep(0.05)
        await super().shutdown(sockets)


def _end_with(lifeline: int) -> None:
    """Nobody but the supervisor holds the other end: it is at its end when the supervisor is."""
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def main(listening: int, say: int, lifeline: int) -> None:
    """Serve until told to end."""
    garbage.pause()
    from assistant import logs
    from billing.config import settings
    from gateway.app import create_app

    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()
    logs.configure(settings().log_level, settings().log_format)
    app = create_app(settings())
    letting_go = LettingGo(app)
    server = WorkerServer(config_of(letting_go, settings()), app, letting_go, say)
    server.run(sockets=[socket.socket(fileno=listening)])
    if not server.started:
        raise SystemExit(3)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
