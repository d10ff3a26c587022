"""Connections that come together are shared by the workers at a socket."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.workers.accepting import FEW, Accepting


class Connected(asyncio.Protocol):
    """Counts itself, greets, and stays."""

    def __init__(self, all_of_them: set[asyncio.Protocol]) -> None:
        self._all = all_of_them

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._all.add(self)
        transport.write(b"hello")  # type: ignore[attr-defined]

    def connection_lost(self, exc: Exception | None) -> None:
        self._all.discard(self)


class Worker:
    """An event loop of its own, as a process has one."""

    def __init__(self, listening: socket.socket) -> None:
        self.connections: set[asyncio.Protocol] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._accepting = self._here(lambda: self._begun(listening))

    def _begun(self, listening: socket.socket) -> Accepting:
        return Accepting(listening, lambda: Connected(self.connections), lambda: len(self.connections))

    def _here(self, work):
        async def run():
            return work()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result()

    def stop_taking(self) -> None:
        self._here(self._accepting.close)

    def end(self) -> None:
        self.stop_taking()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0), backlog=512) as made:
        yield made


@pytest.fixture
def workers(listening: socket.socket) -> Iterator[list[Worker]]:
    made = [Worker(listening) for _ in range(2)]
    yield made
    for worker in made:
        worker.end()


def connect(listening: socket.socket) -> socket.socket:
    """A client that was greeted."""
    client = socket.create_connection(listening.getsockname(), timeout=10)
    assert client.recv(5) == b"hello"
    return client


def together(listening: socket.socket, count: int) -> list[socket.socket]:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda _: connect(listening), range(count)))


def test_handfuls_are_shared_about_evenly(listening, workers) -> None:
    """asyncio gives nearly all of each to whoever is there first."""
    taken = [0, 0]
    for _ in range(12):
        clients = together(listening, 8)
        for at, worker in enumerate(workers):
            taken[at] += len(worker.connections)
        for client in clients:
            client.close()
        while any(worker.connections for worker in workers):
            time.sleep(0.001)
    assert sum(taken) == 12 * 8
    assert max(taken) <= 0.75 * sum(taken), taken


def test_many_are_all_taken(listening, workers) -> None:
    clients = together(listening, 20 * FEW)
    assert sum(len(worker.connections) for worker in workers) == len(clients)
    assert min(len(worker.connections) for worker in workers) >= FEW / 2
    for client in clients:
        client.close()


def test_who_takes_no_more_leaves_them_to_the_other(listening, workers) -> None:
    first, second = workers
    first.stop_taking()
    clients = together(listening, 6)
    assert (len(first.connections), len(second.connections)) == (0, 6)
    for client in clients:
        client.close()
