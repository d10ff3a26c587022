"""Browsers, proxies and other sites."""

from __future__ import annotations

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
