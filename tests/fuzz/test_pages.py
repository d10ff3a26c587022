"""The pages for people, asked for by whatever address, query and form: no failure of ours, never without headers."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from billing.api import Billing
from billing.pay_links import CARD_LIVES, PayLinks, _signed
from gateway.console.pages import PREFIX, SUBJECTS
from gateway.console.rendering import FOLDER
from gateway.routes import pay
from tests.attacks.console import Console
from tests.builders import payments
from tests.builders.localstripe import LocalStripe
from tests.builders.server import Server
from tests.fuzz.strategies import nasty

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "3"))
CONSOLE = [(PREFIX, route) for each in SUBJECTS for route in each.router.routes if isinstance(route, APIRoute)]
PAY = [("", route) for route in pay.router.routes if isinstance(route, APIRoute)]
FIELDS = sorted({name for path in FOLDER.glob("*.html") for name in re.findall(r'name="(\w+)"', path.read_text())})
VALUES = [
    *("acme", "R-000001", "A-000001", "EP-000001", "P-000001", "1", "0", "-1", "9" * 30, "R-" + "9" * 30, "admin"),
    *("2026-03-01", "9999-12-31", "0000-00-00", "USD", "1e999", "NaN", "-0", "add", "all", "en", "ja", "T-1"),
    *("", ".", "..", "%", "%00", "\x00", "a\x00b", "../../etc/passwd", "a/b", "//evil.example", "\ufeff", "\ud800"),
    *("'; DROP TABLE account; --", "<script>", "{{7*7}}", "x" * 5000),
]
BASIC = {"x-content-type-options": "nosniff", "cross-origin-resource-policy": "same-origin"}
JSON = {"Content-Type": "application/json"}
_hosts = itertools.count(1)
ESCAPED = re.compile(r"\{(\w+)(?::path)?\}")

values = st.sampled_from(VALUES) | nasty
fields = st.dictionaries(st.sampled_from(FIELDS) | nasty, values, max_size=8)
files = st.dictionaries(st.sampled_from(["file", "other"]), st.binary(max_size=300), max_size=2)


def from_anywhere() -> dict[str, str]:
    """As from another address each time: pages to pay on are counted by it, at a rate that is no setting."""
    return {"X-Forwarded-For": f"2001:db8::{next(_hosts):x}"}


def written(text: str) -> str:
    """As bytes of an address, halves of characters too."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def query(pairs: dict[str, str]) -> str:
    return "&".join(f"{written(name)}={written(value)}" for name, value in pairs.items())


def holds(answer: httpx.Response) -> None:
    """No failure of ours, and what every answer carries; pages also what lets nothing else in."""
    assert answer.status_code < 500, answer.text[:300]
    assert {name: answer.headers.get(name) for name in BASIC} == BASIC
    assert answer.headers.get("referrer-policy") in {"no-referrer", "same-origin"}
    if answer.headers.get("content-type", "").startswith("text/html"):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


def ask(http: httpx.Client, method: str, path: str, form: dict[str, str], sent: dict[str, bytes]) -> httpx.Response:
    if method == "GET":
        return http.get(path, headers=from_anywhere())
    if sent:
        clean = {name: value.encode("utf-8", "replace").decode() for name, value in form.items() if name.isprintable()}
        return http.post(
            path, data=clean, files={name: (name, body) for name, body in sent.items()}, headers=from_anywhere()
        )
    kind = {"Content-Type": "application/x-www-form-urlencoded"} | from_anywhere()
    return http.post(path, content=query(form), headers=kind)


def fuzz(http: httpx.Client, prefix: str, route: APIRoute, known: dict[str, list[str]], fixed: dict[str, str]) -> None:
    [method] = route.methods or {"GET"}
    names = ESCAPED.findall(route.path)

    @settings(
        max_examples=EXAMPLES,
        derandomize="FUZZ_EXAMPLES" not in os.environ,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def one(data: Any) -> None:
        picked = {name: data.draw(st.sampled_from(known[name]) | values if name in known else values) for name in names}
        path = ESCAPED.sub(lambda found: written(picked[found[1]]), route.path)
        asked = query(data.draw(fields))
        form = data.draw(fields) | (fixed if data.draw(st.integers(0, 3)) else {})
        answer = ask(http, method, f"{prefix}{path}?{asked}", form, data.draw(files))
        holds(answer)

    one()


def all_of(
    http: httpx.Client, routes: list[tuple[str, APIRoute]], known: dict[str, list[str]], fixed: dict[str, str]
) -> list[str]:
    failures = []
    for prefix, route in routes:
        try:
            fuzz(http, prefix, route, known, fixed)
        except Exception as failure:
            failures.append(f"{route.methods} {prefix}{route.path}: {failure!r:.600}")
    return failures


KNOWN = {
    "account_id": ["acme"],
    "number": ["R-000001", "P-000001", "EP-000001", "A-000001"],
    "name": ["requests", "audit"],
}


def test_every_page_of_the_console_with_a_session(server: Server, console: Console) -> None:
    routes = [each for each in CONSOLE if not each[1].path.endswith("sign-out")]
    talk = server.customer("acme").open()
    known = KNOWN | {"conversation": [talk], "conversation_id": [talk]}

    failures = all_of(console.http, routes, known, {"csrf": console.token()})

    assert not failures, "\n\n".join(failures)
    assert console.get("accounts/acme").status_code == 200, "still signed in"


def test_every_page_of_the_console_without_a_session(server: Server) -> None:
    with httpx.Client(base_url=server.address, timeout=30) as http:
        failures = all_of(http, CONSOLE, KNOWN, {"csrf": "0" * 64})

    assert not failures, "\n\n".join(failures)


def test_every_page_to_pay_on(paying: tuple[str, list[str]]) -> None:
    address, tokens = paying
    with httpx.Client(base_url=address, timeout=30) as http:
        failures = all_of(http, PAY, {"token": tokens}, {})

    assert not failures, "\n\n".join(failures)


@pytest.fixture(scope="module")
def paying(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """The address of a server that takes payments, and tokens of a payment that there is, of one that is not, of cards
    to save for an account that there is and one that is not; and one that was changed.
    """
    folder = tmp_path_factory.mktemp("paying")
    with LocalStripe(folder) as stripe:
        server = Server(folder, **stripe.environment, TRUSTED_PROXIES="127.0.0.1").with_demo_data().start()
        billing, links = Billing.open(payments.settings(stripe, server.database_url)), PayLinks(server.settings)
        payment, at = payments.asked(billing, "acme").payment, billing.now()
        assert payment is not None
        made = [
            links.of_payment(payment, "en"),
            _signed(links._payments, at + CARD_LIVES, "P-999999", "en"),
            links.of_card("acme", "en", key="fuzz", at=at),
            links.of_card("nobody", "en", key="fuzz", at=at),
        ]
        tokens = [each.rpartition("/")[2] for each in (*made, f"{made[0]}x")]
        yield server.address, tokens
        assert server.stop() == 0, server.log
        assert billing.verify_ledger() == []
        billing.close()


@settings(
    max_examples=EXAMPLES * 20,
    derandomize="FUZZ_EXAMPLES" not in os.environ,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "TRACE", "PATCH"]),
    st.sampled_from(["/console", "/console/", "/pay", "/pay/", "/pay/files/", "/console/static/"]),
    st.lists(values, max_size=4),
    st.booleans(),
)
def test_odd_paths_below_them(server: Server, console: Console, method, below, parts, signed_in) -> None:
    http = console.http if signed_in else httpx.Client(base_url=server.address, timeout=30)
    path = below + "/".join(map(written, parts))
    if path.endswith("sign-out"):
        return
    holds(http.request(method, path))


@pytest.mark.parametrize("route", [each for _, each in PAY if "POST" in each.methods], ids=lambda route: route.path)
@pytest.mark.parametrize("number", range(3))
def test_whatever_a_page_to_pay_on_sends(paying: tuple[str, list[str]], route: APIRoute, number: int) -> None:
    address, tokens = paying
    path = ESCAPED.sub(tokens[number], route.path)
    for body in (b"", b"{", b"[]", b"null", b'{"save_card": "x"}', b'{"save_card": true}', b"\xff", b"[" * 50_000):
        answer = httpx.post(f"{address}{path}", content=body, headers=JSON | from_anywhere(), timeout=30)
        holds(answer)
