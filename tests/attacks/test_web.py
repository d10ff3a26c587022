"""Browsers, proxies and other sites."""

from __future__ import annotations

import socket
import time

import httpx
import pytest

from tests.attacks.hands import a_token, raw
from tests.attacks.table import attack

TRAVERSALS = (
    "../../billing/config.py",
    "..%2f..%2fbilling%2fconfig.py",
    "%2e%2e/%2e%2e/pyproject.toml",
    "..\\..\\x",
    "/etc/passwd",
)


@attack(
    "CORS: calls from `evil.example`, `null`, a subdomain, a look-alike",
    "origins are compared whole; never `*` with data",
)
def test_other_sites_are_not_let_in(server, production) -> None:
    for address in (server.address, production.address):
        for origin in (
            "https://evil.example",
            "null",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example:80",
        ):
            asked = {
                "Origin": origin,
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization",
            }
            for answer in (
                httpx.options(f"{address}/v1/conversations", headers=asked),
                httpx.get(f"{address}/v1/account", headers={"Origin": origin}),
                httpx.get(f"{address}/v1/operator/accounts", headers={"Origin": origin}),
            ):
                assert "access-control-allow-origin" not in answer.headers, origin
                assert "access-control-allow-credentials" not in answer.headers


@attack("a poisoned `Host` or `X-Forwarded-Host`, to get it into links and redirects", "addresses come from PUBLIC_URL")
def test_a_poisoned_host_gets_into_no_link(server) -> None:
    poisoned = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    token = {"Authorization": f"Bearer {a_token()}", "Idempotency-Key": "host"}
    with httpx.Client(base_url=server.address, headers=poisoned) as http:
        for path in (
            "/",
            "/console",
            "/console/",
            "/console/sign-in",
            "/v1/conversations/",
            "/v1/account/",
            "/page",
            "/pay/x",
        ):
            answer = http.get(path, headers=token)
            assert "evil.example" not in answer.text + answer.headers.get("location", ""), path
        made = http.post("/v1/account/cards", json={}, headers=token)
        assert made.json()["url"].startswith("https://billing.example.com/")


@attack("path traversal on files of the page, the console, payment pages and pictures", "files are looked up by name")
@pytest.mark.parametrize("path", TRAVERSALS)
def test_no_other_file_is_served(server, path: str) -> None:
    port = server.port
    for place in ("/page/", "/console/static/", "/pay/files/", "/media/charts/", "/"):
        said = raw(port, f"GET {place}{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        assert said.split(b" ")[1] in {b"404", b"400", b"401", b"303", b"422"}, said[:200]
        assert b"root:" not in said
        assert b"class Settings" not in said


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


@attack("slowloris: 60 connections that send a header a second, and 20 with a body that never comes",
        "a head has ten seconds and a body thirty, then the line is closed (408); others are served meanwhile")  # fmt: skip
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


@attack("framing the page, the console or a payment page", "`frame-ancestors 'none'` on every page")
def test_no_page_is_framed(server) -> None:
    for path in ("/", "/console/sign-in", "/pay/x"):
        policy = httpx.get(f"{server.address}{path}").headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy
        assert "script-src *" not in policy


@attack("guessing a content type, leaking addresses to other sites", "`nosniff`, no referrer, nothing cached")
def test_answers_carry_what_browsers_obey(server, acme) -> None:
    for path in ("/", "/v1/account", "/nowhere", "/console/sign-in"):
        told = acme.get(path).headers
        assert told["x-content-type-options"] == "nosniff"
        assert told["referrer-policy"] in {"no-referrer", "same-origin"}
    assert acme.get("/v1/account").headers["cache-control"] == "no-store"


@attack("demo tokens, `/docs` and Rasa's own calls in production", "they are not there", "rasa_api")
def test_nothing_of_the_demo_is_in_production(production, server) -> None:
    assert httpx.post(f"{production.address}/demo/token", json={"account": "acme"}).status_code in {404, 405}
    for path in ("/docs", "/redoc", "/demo/token"):
        assert httpx.get(f"{production.address}{path}").status_code == 404
    rasa = (
        "/webhooks/rest/webhook",
        "/conversations/x/tracker",
        "/model",
        "/domain",
        "/status",
        "/socket.io/",
        "/webhook",
    )
    for address in (production.address, server.address):
        for path in rasa:
            assert httpx.get(f"{address}{path}").status_code in {404, 405}
            assert httpx.post(f"{address}{path}", json={"sender": "x", "message": "hi"}).status_code in {404, 405}


@attack(
    "methods that are not meant: TRACE, CONNECT, PUT, DEBUG, an override header", "405 or 404; overrides are not read"
)
def test_other_methods_do_nothing(server, acme) -> None:
    for method in ("TRACE", "PUT", "PATCH", "DEBUG", "DELETE"):
        assert acme.http.request(method, "/v1/account").status_code in {400, 405}
    assert acme.http.get("/v1/channel-links", headers={"X-HTTP-Method-Override": "DELETE"}).status_code == 200
