"""The process that holds the socket and keeps so many workers at it. It loads no model and does no turn.

SIGTERM and SIGINT end all after their turns in hand; SIGHUP replaces them one by one, each once its successor serves.
The socket is opened here and handed down, so that a connection that nobody has accepted yet waits for the next worker.
"""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Callable
from types import FrameType

import structlog

from gateway.telemetry import metrics
from gateway.workers.process import Worker

log = structlog.get_logger()

LOOK_AGAIN = 0.1
READY_WITHIN = 180.0
"""Seconds until a worker that does not serve is given up."""
END_WITHIN = 45.0
"""Seconds that a worker has to finish; longer than the server's own grace."""
_LONGEST_PAUSE = 30.0


class Supervisor:
    """Keeps `count` workers serving the socket until it is told to end."""

    def __init__(self, listening: socket.socket, count: int, announce: Callable[[], None]) -> None:
        self._socket, self._count, self._announce = listening, count, announce
        self._workers: list[Worker] = []
        self._leaving: list[Worker] = []
        self._ending = self._renew = False
        self._failed, self._not_before = 0, 0.0

    def run(self) -> int:
        """The exit code: 0 after it was told to end, 3 where no worker could start."""
        for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(sign, self._told)
        self._workers = [Worker(self._socket) for _ in range(self._count)]
        if not all(self._serves(worker) for worker in self._workers):
            self._end()
            return 0 if self._ending else 3
        self._announce()
        while not self._ending:
            self._keep()
            if self._renew:
                self._renew = False
                self._replace_all()
            time.sleep(LOOK_AGAIN)
        self._end()
        return 0

    def _told(self, sign: int, frame: FrameType | None) -> None:
        if sign == signal.SIGHUP:
            self._renew = True
        else:
            self._ending = True

    def _serves(self, worker: Worker) -> bool:
        """Wait until it serves; False where it died, took too long, or all is to end."""
        end = time.monotonic() + READY_WITHIN
        while not worker.serves() and worker.lives() and time.monotonic() < end and not self._ending:
            time.sleep(LOOK_AGAIN)
        return worker.serves() and worker.lives()

    def _keep(self) -> None:
        """Replace who died; whoever dies before serving is tried again after a pause that grows."""
        for gone in [worker for worker in self._leaving if not worker.lives()]:
            self._leaving.remove(gone)
            metrics.worker_ended(gone.pid)
        for worker in [each for each in self._workers if not each.lives()]:
            if worker.noted_dead is False:
                worker.noted_dead = True
                metrics.worker_ended(worker.pid)
                self._failed = 0 if worker.served else self._failed + 1
                pause = 0 if worker.served else min(2.0**self._failed, _LONGEST_PAUSE)
                self._not_before = time.monotonic() + pause
                log.error("a worker died", pid=worker.pid, code=worker.code, again_in=pause)
            if time.monotonic() >= self._not_before:
                self._workers[self._workers.index(worker)] = Worker(self._socket)
        for worker in self._workers:
            worker.serves()

    def _replace_all(self) -> None:
        """One after another: the new one serves before the old one stops; where it cannot, the old ones stay."""
        for number, old in enumerate(list(self._workers)):
            new = Worker(self._socket)
            if not self._serves(new):
                new.end(signal.SIGKILL)
                if not self._ending:
                    log.error("the new worker did not start: those that serve stay", code=new.code)
                return
            self._workers[number] = new
            old.end(signal.SIGHUP)
            self._leaving.append(old)
        log.info("all workers were replaced")

    def _end(self) -> None:
        everybody = [*self._workers, *self._leaving]
        for worker in everybody:
            worker.end(signal.SIGTERM)
        end = time.monotonic() + END_WITHIN
        while any(worker.lives() for worker in everybody) and time.monotonic() < end:
            time.sleep(LOOK_AGAIN)
        for worker in everybody:
            worker.end(signal.SIGKILL)
        self._socket.close()


def listen(host: str, port: int) -> socket.socket:
    """The socket that all workers accept from.

    Raises:
        OSError: the address is taken, or not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=2048)
