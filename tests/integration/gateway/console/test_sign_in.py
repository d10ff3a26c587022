"""Signing in: sessions, waits, and what an attacker learns of names."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from argon2 import PasswordHasher, extract_parameters
from click.testing import Result
from typer.testing import CliRunner

from gateway.cli import operators as commands
from gateway.errors import Problem
from gateway.operators import passwords, tries
from gateway.operators.service import IDLE, LONGEST, Operators
from tests.integration.gateway.console.conftest import PASSWORD


def refused(answer) -> str:
    assert answer.status_code == 401
    return answer.text


def test_a_session_begins_with_the_right_password_and_ends_with_signing_out(browser, billing) -> None:
    ann = browser("admin")
    assert ann.get("").status_code == 200
    cookie = ann.http.cookies["console"]
    assert ann.post("sign-out").headers["location"] == "/console/sign-in"

    ann.http.cookies.set("console", cookie)
    assert ann.get("").status_code == 303
    told = [entry.action for entry in billing.audit_trail(subject="operator:admin")]
    assert told == ["operator.sign_out", "operator.sign_in", "operator.add"]


def test_the_cookie_is_kept_from_scripts_other_sites_and_plain_http(app, browser) -> None:
    answer = browser().sign_in("admin")
    said = answer.headers["set-cookie"].lower()
    assert "httponly" in said
    assert "samesite=strict" in said
    assert "secure" not in said, "on plain http it would never come back"

    safe = browser()
    safe.http.base_url = "https://testserver"
    said = safe.sign_in("admin").headers["set-cookie"]
    assert said.startswith("__Host-console=")
    assert "Secure" in said
    assert "Domain" not in said


def test_the_id_of_a_session_is_new_at_each_sign_in_and_a_planted_one_is_nobodys(browser) -> None:
    ann = browser()
    ann.http.cookies.set("console", "planted")
    ann.sign_in("admin")
    first = ann.http.cookies.get("console", domain="testserver.local")
    assert first not in (None, "planted")
    other = browser()
    other.http.cookies.set("console", "planted")
    assert other.get("").status_code == 303

    ann.sign_in("admin")
    again = browser()
    again.http.cookies.set("console", first)
    assert again.get("").status_code == 303, "the session before ended with the new one"


def test_a_session_ends_idle_after_half_an_hour_and_in_use_after_twelve(browser, clock) -> None:
    ann = browser("admin")
    clock.now += IDLE - timedelta(seconds=1)
    assert ann.get("").status_code == 200
    clock.now += IDLE
    assert ann.get("").headers["location"] == "/console/sign-in"

    ann.sign_in("admin")
    begun = clock.now
    while clock.now - begun < LONGEST - timedelta(minutes=20):
        clock.now += timedelta(minutes=20)
        assert ann.get("").status_code == 200
    clock.now += timedelta(minutes=20)
    assert ann.get("").status_code == 303


@pytest.mark.parametrize("change", ["disable", "set_password", "set_role"])
def test_a_change_of_the_operator_ends_every_session(browser, operators, change: str) -> None:
    ann = browser("admin")
    more = {"disable": (), "set_password": ("another password",), "set_role": ("support",)}[change]
    getattr(operators, change)("admin", *more, actor="test")
    assert ann.get("").status_code == 303
    assert ann.sign_in("admin").status_code == (303 if change == "set_role" else 401)


def test_nobody_learns_whether_a_name_is_there(browser, operators, monkeypatch) -> None:
    work: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, kept, password) -> bool:
            work.append(str(extract_parameters(kept)))
            return super().verify(kept, password)

    operators.disable("second", actor="test")
    monkeypatch.setattr(passwords, "_hasher", Counting(time_cost=1, memory_cost=64, parallelism=1))
    texts = set()
    for name in ("admin", "nobody", "second", "no name at all"):
        page = refused(browser().sign_in(name, "not the password"))
        texts.add(re.sub(r"[0-9a-f]{64}", "", page.replace(f'value="{name}"', "")))
    assert len(texts) == 1
    assert len(work) == 4, "a name that is not there costs a hash too"
    assert len(set(work)) == 1, "with the same parameters"
    for _ in range(tries.FREE["name"] - 1):
        browser().sign_in("nobody", "wrong")
    assert browser().sign_in("nobody", "wrong").status_code == 429, "and is locked out as one that is"


def test_waits_grow_and_the_right_password_does_not_help_before_their_end(billing, operators, clock) -> None:
    def sign_in(password: str = "wrong", address: str = "192.0.2.1") -> str:
        try:
            operators.sign_in("admin", password, address)
        except Problem as problem:
            return problem.headers.get("Retry-After", problem.code)
        return "in"

    assert [sign_in() for _ in range(tries.FREE["name"])] == ["sign_in_refused"] * 5
    waits = []
    for _ in range(7):
        assert sign_in(PASSWORD, "198.51.100.7").isdigit(), "from another address too"
        waits.append(int(sign_in()))
        clock.now += timedelta(seconds=waits[-1])
        assert sign_in() == "sign_in_refused"
    assert waits[:4] == [31, 61, 121, 241]
    assert waits[-1] == 901, "fifteen minutes at most"

    clock.now += timedelta(minutes=16)
    assert sign_in(PASSWORD) == "in"
    assert sign_in() == "sign_in_refused", "the name begins anew"


def test_an_address_that_tries_many_names_waits_too(operators) -> None:
    for number in range(tries.FREE["address"]):
        with pytest.raises(Problem, match="not right"):
            operators.sign_in(f"name{number}", "wrong", "192.0.2.1")
    with pytest.raises(Problem, match="wait"):
        operators.sign_in("admin", PASSWORD, "192.0.2.1")
    assert operators.sign_in("admin", PASSWORD, "198.51.100.7")


def test_tries_are_audited_without_what_was_typed_for_an_unknown_name(browser, billing) -> None:
    browser().sign_in("my-secret-password", "x")
    browser().sign_in("admin", "wrong")
    unknown, known = billing.audit_trail(action="operator.sign_in_refused")[::-1]
    assert (known.subject, unknown.subject) == ("operator:admin", "operator:?")
    assert "my-secret-password" not in str(billing.audit_trail())


def test_a_form_of_another_site_signs_nobody_in(browser) -> None:
    ann = browser()
    assert ann.post("sign-in", token="0" * 64, name="admin", password=PASSWORD).status_code == 403
    token = ann.token("sign-in")
    elsewhere = {"origin": "https://evil.example"}
    assert ann.post("sign-in", token=token, name="admin", password=PASSWORD, headers=elsewhere).status_code == 403
    stranger = browser()
    assert stranger.post("sign-in", token=token, name="admin", password=PASSWORD).status_code == 403


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example", "/console//evil.example", "/console/\\evil", "/v1/account", ""],
)
def test_after_signing_in_nobody_is_sent_elsewhere(browser, wanted: str) -> None:
    assert browser().sign_in("admin", next=wanted).headers["location"] == "/console/"
    assert browser().sign_in("admin", next="/console/requests").headers["location"] == "/console/requests"


def test_a_hash_with_former_parameters_is_made_anew(operators: Operators, monkeypatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8192))
    assert operators.sign_in("admin", PASSWORD, "x")
    assert operators.sign_in("admin", PASSWORD, "x"), "and is right afterwards"
    from gateway.operators.models import OperatorRow

    with operators._database.snapshot() as session:
        assert "m=8192" in session.get_one(OperatorRow, "admin").password_hash


@pytest.mark.parametrize(("name", "password"), [("Ann", PASSWORD), ("a b", PASSWORD), ("", PASSWORD), ("ann", "short")])
def test_an_operator_without_a_plain_name_or_a_long_password_is_refused(operators, name, password) -> None:
    with pytest.raises(Problem):
        operators.add(name, password, "admin", "en", actor="test")


def test_the_commands_take_a_password_from_standard_input_only(billing, monkeypatch) -> None:
    monkeypatch.setattr(commands, "default_billing", lambda: billing)

    def operator(*arguments: str, given: str = "") -> Result:
        return CliRunner().invoke(commands.app, [*arguments], input=given)

    added = operator("add", "ann", "--role", "admin", "--json", given=f"{PASSWORD}\n")
    assert (added.exit_code, json.loads(added.stdout)["role"]) == (0, "admin")
    assert PASSWORD not in added.output
    assert operator("add", "ann", "--role", "admin", given=f"{PASSWORD}\n").exit_code == 1
    refused = operator("add", "bob", "--role", "admin", given="short\n")
    assert (refused.exit_code, "password_invalid" in refused.output) == (1, True)
    assert operator("add", "bob", "--role", "owner", given=f"{PASSWORD}\n").exit_code == 2
    assert operator("password", "ann", given="another password\n").exit_code == 0
    assert Operators(billing).sign_in("ann", "another password", "192.0.2.1")
    assert json.loads(operator("role", "ann", "support", "--json").stdout)["role"] == "support"
    assert json.loads(operator("disable", "ann", "--json").stdout)["disabled_at"] is not None
    assert json.loads(operator("disable", "ann", "--undo", "--json").stdout)["disabled_at"] is None
    assert "ann" in [each["name"] for each in json.loads(operator("list", "--json").stdout)]
