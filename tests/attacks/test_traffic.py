"""Bytes that are no plain requests."""

from __future__ import annotations

import socket
import time

from tests.attacks.hands import raw
from tests.attacks.table import attack


@attack(
    "smuggling: `Content-Length` and `Transfer-Encoding` together, two lengths, a bent chunk",
    "refused, the line is closed",
)
def test_two_lengths_are_refused(server) -> None:
    hidden = b"0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
    for heads in (
        b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 6\r\n",
        b"Content-Length: 6\r\nContent-Length: 40\r\n",
        b"Content-Length: +6\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding : chunked\r\n",
    ):
        said = raw(server.port, b"POST /v1/conversations HTTP/1.1\r\nHost: x\r\n" + heads + b"\r\n" + hidden, within=2)
        assert said.count(b"HTTP/1.1 200") == 0, (heads, said)
        assert b'"status":"ok"' not in said, heads


@attack("a head of 2 MB, in one line and in many", "a head has 64 kB at most (431)")
def test_an_endless_head_is_cut_off(server) -> None:
    for head in (b"X-A: " + b"a" * 2_000_000, b"".join(b"X-%d: a\r\n" % n for n in range(200_000))):
        said = raw(server.port, b"GET /health/live HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n\r\n", within=10)
        assert b"200 OK" not in said


@attack(
    "slowloris: 60 connections that never end their head",
    "a head has ten seconds and a body thirty, then the line is closed (408); others are served meanwhile",
)
def test_slow_clients_are_let_go_and_hold_nobody_up(server, acme) -> None:
    lines = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(60)]
    for line in lines:
        line.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    begun = time.monotonic()
    assert acme.say(acme.open(), "hello")
    assert time.monotonic() - begun < 5
    time.sleep(max(0.0, 11 - (time.monotonic() - begun)))
    assert all(is_closed(line) for line in lines)


def is_closed(line: socket.socket) -> bool:
    line.settimeout(3)
    try:
        while line.recv(4096):
            pass
    except (ConnectionError, TimeoutError) as error:
        return isinstance(error, ConnectionError)
    finally:
        line.close()
    return True
