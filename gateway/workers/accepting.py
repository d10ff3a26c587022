"""How several workers share the connections that come to one socket."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import structlog

log = structlog.get_logger()

FEW = 16
"""Connections from which on chance shares them well enough."""
STEP = 0.001
"""Seconds that a worker leaves to the others for each connection that it has; the event loop counts in thousandths."""
_FULL = 1.0
"""Seconds until a process that may open no more files looks again."""


class Accepting:
    """Takes connections at a socket, the sooner the fewer it has, so that no worker has most of them.

    They stay for long: a balancer keeps a handful and sends everything through them. asyncio takes all that wait at
    once, and one worker of two had seven of eight while the other was idle.
    """

    def __init__(
        self, listening: socket.socket, protocol: Callable[[], asyncio.Protocol], connections: Callable[[], int]
    ) -> None:
        """To be made on the running event loop. `connections`: how many the worker has."""
        self._listening, self._protocol, self._connections = listening, protocol, connections
        self._loop = asyncio.get_running_loop()
        self._taking: set[asyncio.Task[object]] = set()
        self._timer: asyncio.TimerHandle | None = None
        listening.setblocking(False)
        self._look()

    def close(self) -> None:
        """Take no more."""
        if self._timer is not None:
            self._timer.cancel()
        self._loop.remove_reader(self._listening)

    def _look(self) -> None:
        self._timer = None
        self._loop.add_reader(self._listening, self._somebody_comes)

    def _somebody_comes(self) -> None:
        has = self._connections()
        if 0 < has < FEW:
            self._loop.remove_reader(self._listening)
            self._timer = self._loop.call_later(has * STEP, self._take)
        else:
            self._take()

    def _take(self) -> None:
        if self._timer is not None:
            self._look()
        try:
            connection, _ = self._listening.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return  # another worker was sooner, or nobody is there any more
        except OSError:
            log.exception("no connection can be taken")
            self._loop.remove_reader(self._listening)
            self._timer = self._loop.call_later(_FULL, self._look)
            return
        connection.setblocking(False)
        taking = self._loop.create_task(self._loop.connect_accepted_socket(self._protocol, connection))
        self._taking.add(taking)
        taking.add_done_callback(self._taken)

    def _taken(self, task: asyncio.Task[object]) -> None:
        self._taking.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("a connection was lost while it was taken", error=error)
