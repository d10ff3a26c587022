"""Signing in to the console."""

from __future__ import annotations

import statistics
import time

import httpx
import pytest

from tests.attacks.console import PASSWORD, Console
from tests.attacks.table import attack

ELSEWHERE = (
    "https://evil.example",
    "//evil.example",
    "/console//evil.example",
    "/\\evil.example",
    "/console/\\evil.example",
    "javascript:alert(1)",
    "/console/\r\nSet-Cookie: a=b",
    "/v1/account",
)


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


@attack(
    "an open redirect by `next` after signing in: other sites, schemes, backslashes, new lines",
    "only pages of the console",
)
@pytest.mark.parametrize("wanted", ELSEWHERE)
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
