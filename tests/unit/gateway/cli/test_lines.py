"""Connections that do not get on, on a real socket, with less patience."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from gateway.cli import lines

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n"


async def app(scope, receive, send) -> None:
    while scope["type"] == "http":
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        if not message.get("more_body"):
            break
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    monkeypatch.setattr(lines, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(lines, "BODY_SECONDS", 0.6)
    config = uvicorn.Config(app, port=0, http=lines.PatientProtocol, lifespan="off", log_level="critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    with socket.create_connection(server.servers[0].sockets[0].getsockname(), timeout=10) as opened:
        yield opened
    server.should_exit = True
    thread.join(10)


def said(line: socket.socket) -> bytes:
    """Until the server hangs up."""
    told = b""
    while piece := line.recv(4096):
        told += piece
    return told


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nX-Slow: a"])
def test_a_head_that_does_not_end_is_let_go(line, sent: bytes) -> None:
    line.sendall(sent)
    assert said(line).startswith(b"HTTP/1.1 408 ")


def test_a_body_that_does_not_end_is_let_go(line) -> None:
    line.sendall(HEAD + b"ab")
    assert said(line).startswith(b"HTTP/1.1 408 ")


def test_a_head_without_end_is_refused(line) -> None:
    line.sendall(b"GET / HTTP/1.1\r\nX-Long: " + b"a" * lines.LARGEST_HEAD)
    assert said(line).startswith(b"HTTP/1.1 431 ")


def test_who_gets_on_is_answered_again_and_again(line) -> None:
    for _ in range(3):
        line.sendall(HEAD + b"abcde")
        assert line.recv(4096).startswith(b"HTTP/1.1 200 ")
        time.sleep(0.2)
