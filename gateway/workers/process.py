"""A worker as its supervisor sees it: a process, whether it serves, whether it lives."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress


class Worker:
    """A new process at the socket. By one pipe it says that it serves, by another it learns that we are gone."""

    def __init__(self, listening: socket.socket) -> None:
        self._said, say = os.pipe()
        lifeline, self._lifeline = os.pipe()
        os.set_blocking(self._said, False)
        passed = (listening.fileno(), say, lifeline)
        self._process = subprocess.Popen(  # noqa: S603  this program
            [sys.executable, "-m", "gateway.workers.serving", *map(str, passed)],
            pass_fds=passed,
            process_group=0,  # Ctrl-C is for the supervisor, which tells the workers
        )
        os.close(say)
        os.close(lifeline)
        self.served = self.noted_dead = False

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def code(self) -> int | None:
        """How it ended."""
        return self._process.poll()

    def serves(self) -> bool:
        """Whether it has said that it accepts connections."""
        if not self.served:
            with suppress(BlockingIOError):
                self.served = os.read(self._said, 1) == b"1"
        return self.served

    def lives(self) -> bool:
        """Whether it runs; what it held here is given back once it does not."""
        if self._process.poll() is None:
            return True
        if self._lifeline >= 0:
            os.close(self._said)
            os.close(self._lifeline)
            self._said = self._lifeline = -1
        return False

    def end(self, sign: signal.Signals) -> None:
        """SIGTERM: finish and end. SIGHUP: the same, letting go of customers' open connections without a failure."""
        if self.lives():
            self._process.send_signal(sign)
