"""RabbitMQ: the one given or installed as a service, or a node of a test's own that it may kill."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import aio_pika
import pytest

from tests.builders.ports import free_port

DEFAULT = "amqp://guest:guest@127.0.0.1:5672/"
STARTS_WITHIN = 90
"""Seconds: Erlang and the node's own database, on a machine that is busy."""
_INSTALLED = ("/usr/lib/rabbitmq/bin/rabbitmq-server", "/opt/rabbitmq/sbin/rabbitmq-server")
"""Where packages keep the script itself: the one in the path changes to the service's user and folders."""


def a_broker() -> str:
    """The address of TEST_AMQP_URL, or of the service on this machine; without either the test is skipped."""
    url = os.environ.get("TEST_AMQP_URL", DEFAULT)
    parts = urlsplit(url)
    try:
        with closing(socket.create_connection((parts.hostname, parts.port or 5672), timeout=2)):
            return url
    except OSError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("no RabbitMQ: set TEST_AMQP_URL")


@contextmanager
def dropped(url: str, queue: str) -> Iterator[None]:
    """The queue is gone afterwards."""
    yield
    asyncio.run(drop(url, queue))


async def drop(url: str, queue: str) -> None:
    async with await aio_pika.connect(url) as connection:
        await (await connection.channel()).queue_delete(queue)


class RabbitMQ:
    """A node in a folder of its own; `kill` is SIGKILL to all of it, what it has on disk stays."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="rabbitmq-"))
        self._port, between_nodes = free_port(), free_port()
        self.url = f"amqp://guest:guest@127.0.0.1:{self._port}/"
        self._environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self._folder),  # the cookie of this node and no other
            "RABBITMQ_NODENAME": f"{self._folder.name.replace('_', '-')}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self._port),
            "RABBITMQ_DIST_PORT": str(between_nodes),
            "RABBITMQ_MNESIA_BASE": str(self._folder / "data"),
            "RABBITMQ_LOG_BASE": str(self._folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._folder / "plugins"),
            "RABBITMQ_CONF_ENV_FILE": str(self._folder / "none"),
            "RABBITMQ_CONFIG_FILE": str(self._folder / "none"),
            "RABBITMQ_PID_FILE": str(self._folder / "pid"),
        }
        self.start()

    @staticmethod
    def installed() -> str | None:
        """The script that starts a node; None where there is none."""
        return next((found for found in map(shutil.which, _INSTALLED) if found), None)

    def start(self) -> None:
        script = self.installed()
        assert script, "no rabbitmq-server"
        with (self._folder / "out").open("ab") as out:
            self._process = subprocess.Popen(
                [script], env=self._environment, cwd=self._folder, stdout=out, stderr=out, start_new_session=True
            )
        end = time.monotonic() + STARTS_WITHIN
        while not self._answers():
            assert time.monotonic() < end, (self._folder / "out").read_text()[-3000:]
            time.sleep(0.1)

    def _answers(self) -> bool:
        """Whether it speaks AMQP: the port is open before the node takes connections."""
        with suppress(OSError), closing(socket.create_connection(("127.0.0.1", self._port), timeout=2)) as there:
            there.sendall(b"AMQP\x00\x00\x09\x01")
            return bool(there.recv(1))
        return False

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)
