"""The operators' console: sessions, forms, roles."""

from __future__ import annotations

import statistics
import time

import httpx
import pytest

from billing.api import Billing
from tests.attacks.console import PASSWORD, Console
from tests.attacks.hands import refused
from tests.attacks.table import attack

FORM = "a form carries its session's token, and the browser's word on where it came from"


def credit(server) -> str:
    billing = Billing.open(server.settings)
    told = str(billing.balance("empty").top_up)
    billing.close()
    return told


@attack("CSRF: a form without a token, with another, with another operator's", FORM)
def test_a_form_needs_its_sessions_token(server, operators) -> None:
    finance, before = operators["finance"], credit(server)
    fields = {"amount": "10", "direction": "add", "reason": "attack", "key": "a"}
    for token in ("", "0" * 64, operators["second"].token()):
        assert finance.post("accounts/empty/correct", token=token, **fields).status_code == 403
    assert credit(server) == before


@attack("CSRF: a form with the right token from another site, as browsers tell of it", FORM)
@pytest.mark.parametrize("told", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
                                  {"Sec-Fetch-Site": "same-site"}])  # fmt: skip
def test_a_form_of_another_site_is_refused(server, operators, told) -> None:
    before = credit(server)
    fields = {"amount": "10", "direction": "add", "reason": "attack", "key": "b"}
    assert operators["finance"].post("accounts/empty/correct", headers=told, **fields).status_code == 403
    assert credit(server) == before


@attack(
    "login CSRF: signing a victim in as the thief by another site's form", "the sign-in form is held against a cookie"
)
def test_nobody_is_signed_in_by_another_sites_form(server) -> None:
    answer = httpx.post(
        f"{server.address}/console/sign-in", data={"name": "support", "password": PASSWORD, "csrf": "0" * 64}
    )
    assert answer.status_code == 403
    assert "console=" not in answer.headers.get("set-cookie", "").replace("console-form", "")


@attack(
    "session fixation: a planted session cookie", "the id is new at each sign-in; ids that were not given are nobody's"
)
def test_a_planted_session_is_nobodys(server) -> None:
    victim, thief = Console(server.address), Console(server.address)
    for browser in (victim, thief):
        browser.http.cookies.set("console", "planted", domain="127.0.0.1", path="/")
    victim.signed_in("support")
    assert thief.get().status_code == 303


@attack(
    "reading the session cookie by a script, by another site, over plain http",
    "HttpOnly, SameSite=Strict, `__Host-`, Secure",
)
def test_the_session_cookie_is_kept_in(server, production) -> None:
    said = Console(server.address).sign_in("support").headers["set-cookie"].lower()
    assert "httponly" in said
    assert "samesite=strict" in said
    said = httpx.get(f"{production.address}/console/sign-in").headers["set-cookie"]
    assert said.startswith("__Host-")
    assert "Secure" in said


@attack("a stolen session used after its operator signed out", "sessions are kept, and ended, on the server")
def test_a_session_ends_with_signing_out(server) -> None:
    victim = Console(server.address).signed_in("support")
    stolen = victim.http.cookies["console"]
    victim.post("sign-out")
    thief = Console(server.address)
    thief.http.cookies.set("console", stolen)
    assert thief.get().status_code == 303


@attack("support calling what is finance's and the administrator's: pages and forms", "one gate, one table of roles")
def test_a_role_does_no_more_than_it_may(server, operators) -> None:
    support, before = operators["support"], credit(server)
    token = support.token()
    for path in ("transfers", "payments", "corrections", "audit", "exports", "accounts/empty/correct"):
        assert support.get(path).status_code == 403, path
    for path in (
        "accounts/empty/correct",
        "corrections/1/approve",
        "exports/audit",
        "outbox/1/retry",
        "transfers/x/confirm",
    ):
        answer = support.post(path, token=token, amount="1", direction="add", reason="x", key="c", password=PASSWORD)
        assert answer.status_code in {403, 404, 405}, path
    assert operators["finance"].post("exports/audit").status_code == 403
    assert credit(server) == before


@attack(
    "approving one's own correction above the limit; ten parts below it",
    "another person approves; a day's parts count together",
)
def test_nobody_approves_their_own_correction(server, operators) -> None:
    finance, before = operators["finance"], credit(server)
    fields = {"amount": "5000", "direction": "add", "reason": "attack", "password": PASSWORD}
    assert finance.post("accounts/empty/correct", key="own", **fields).status_code == 303
    page = finance.get("corrections").text
    number = page.partition("/console/corrections/")[2].partition("/")[0]
    assert number
    assert finance.post(f"corrections/{number}/approve", password=PASSWORD).status_code >= 400
    assert credit(server) == before


@attack(
    "an open redirect by `next` after signing in: other sites, schemes, backslashes, new lines",
    "only pages of the console",
)
@pytest.mark.parametrize("wanted", ["https://evil.example", "//evil.example", "/console//evil.example", "/\\evil.example",
    "/console/\\evil.example", "javascript:alert(1)", "/console/\r\nSet-Cookie: a=b", "/v1/account"])  # fmt: skip
def test_next_leads_to_no_other_site(server, wanted: str) -> None:
    answer = Console(server.address).sign_in("second", next=wanted)
    place = answer.headers["location"]
    assert answer.status_code == 303
    assert place.startswith("/console/")
    assert not place.startswith("/console//")
    assert "\\" not in place
    assert "a=b" not in answer.headers.get("set-cookie", "")


@attack("telling by time which names sign in", "a name that is not there costs the same work")
def test_a_name_is_not_told_by_time(server) -> None:
    took: dict[str, list[float]] = {"admin": [], "nobody-here": []}
    for number in range(4):
        for name, times in took.items():
            browser = Console(server.address)
            told = {"X-Forwarded-For": f"198.51.100.{number}"}
            token = browser.token("sign-in")
            begun = time.perf_counter()
            browser.post("sign-in", token=token, headers=told, name=name, password="wrong, wrong")
            times.append(time.perf_counter() - begun)
    known, unknown = (statistics.median(times) for times in took.values())
    assert 1 / 3 < known / unknown < 3


@attack("guessing a password, again and again", "waits that grow, by name and by address, counted before the try")
def test_passwords_are_not_guessed(server) -> None:
    browser = Console(server.address)
    told = {"X-Forwarded-For": "198.51.100.99"}
    statuses = [browser.sign_in("guessed", f"guess number {n}", told).status_code for n in range(8)]
    assert statuses[-1] == 429
    assert statuses.count(401) <= 5


@attack(
    "the console's calls with a customer's token, and the customer's calls with a console's cookie",
    "two kinds of proof",
)
def test_a_customer_is_no_operator_and_an_operator_no_customer(acme, operators) -> None:
    assert acme.get("/console/accounts").status_code == 303
    assert refused(operators["admin"].http.get("/v1/account"), 401, "token_missing")
