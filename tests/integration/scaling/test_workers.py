"""Several workers behind one socket, as real processes: replaced, killed, ended, while messages come."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from assistant import train
from tests.builders.server import COMMAND, Server

WITHIN = 280
"""Seconds: two starts one after the other, on a machine that is busy with other tests."""
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    train.main([])
    folder = tmp_path_factory.mktemp("workers")
    started = Server(folder, WORKERS="2")
    yield started.with_demo_data().start()
    assert started.stop() == 0, started.log


def _workers(server: Server) -> set[int]:
    assert server.process is not None
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    return {int(child) for child in children}


def _until(holds, what: str) -> None:
    end = time.monotonic() + WITHIN
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.1)


class Stream:
    """A customer who sends message after message, on one connection that is kept or on a new one each time."""

    def __init__(self, server: Server, *, keep: bool) -> None:
        self._server, self._keep = server, keep
        self.answers: list[int | str] = []
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._talk)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _talk(self) -> None:
        client = self._server.customer("acme")
        conversation = client.open()
        while not self._end.wait(0.02):
            try:
                self.answers.append(client.post(conversation, {"text": "What is my balance?"}).status_code)
            except httpx.HTTPError as error:
                self.answers.append(repr(error))
            if not self._keep:
                headers = dict(client.http.headers)
                client.http.close()
                client.http = httpx.Client(base_url=self._server.address, headers=headers, timeout=60)


def test_no_message_fails_while_all_workers_are_replaced(server) -> None:
    before = _workers(server)
    assert len(before) == 2
    with Stream(server, keep=True) as kept, Stream(server, keep=False) as fresh:
        time.sleep(0.5)
        server.process.send_signal(signal.SIGHUP)
        _until(lambda: len(_workers(server)) == 2 and not _workers(server) & before, "workers were not replaced")
        time.sleep(0.5)
    assert set(kept.answers) == {200}, kept.answers
    assert set(fresh.answers) == {200}, fresh.answers
    assert min(len(kept.answers), len(fresh.answers)) > 10


def test_a_worker_that_is_killed_is_replaced_and_the_other_serves_on(server) -> None:
    before = _workers(server)
    killed = min(before)
    os.kill(killed, signal.SIGKILL)
    _until(lambda: len(_workers(server) - before) == 1 and killed not in _workers(server), "no new worker came")
    client = server.customer("acme")
    assert client.say(client.open(), "What is my balance?")
    assert "a worker died" in server.log


def test_workers_without_their_supervisor_end(tmp_path) -> None:
    alone = Server(tmp_path, WORKERS="1").with_demo_data().start()
    (worker,) = _workers(alone)
    alone.process.kill()
    alone.process.wait()
    _until(lambda: not Path(f"/proc/{worker}/cmdline").exists() or _is_zombie(worker), "the worker lives on")


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_several_workers_on_a_database_server_without_a_redis_are_refused_with_a_sentence(tmp_path) -> None:
    server = Server(tmp_path, DATABASE_URL="postgresql://127.0.0.1/nobody")
    told = subprocess.run(
        [COMMAND, "serve", "--workers", "2"],
        check=False,
        env=server.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert told.returncode == 1
    assert "REDIS_URL" in told.stderr
