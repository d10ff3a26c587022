"""Customers' words where they are shown, exported, mailed and logged."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from billing.api import Billing
from gateway.sheets import safe
from tests.attacks.hands import a_token, as_
from tests.attacks.table import attack
from tests.builders.server import Client

SCRIPTS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "{{ 7*191 }}{% include 'x' %}",
    "javascript:alert(1)",
    "<svg/onload=alert(1)>",
)

PLACES = {"href", "src", "action", "formaction", "srcdoc", "data", "content"}


class Read(HTMLParser):
    """What a browser would run of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.run: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        told = dict(attrs)
        if tag == "script" and not (told.get("src") or "").startswith("/console/static/"):
            self.run.append(tag)
        self.run += [
            name
            for name, value in attrs
            if name.startswith("on") or (name in PLACES and "javascript:" in (value or ""))
        ]
        self.run += [tag] if tag in {"iframe", "object"} or (tag == "img" and told.get("src") == "x") else []


def is_harmless(page: str) -> bool:
    assert Read(page).run == []
    assert "1337" not in page, "a template was run"
    return True


@attack(
    "stored XSS and templates in what a customer says, read in the console", "escaped by default, `script-src 'self'`"
)
def test_words_run_nothing_in_a_transcript(server, operators, acme) -> None:
    conversation = acme.open()
    for text in SCRIPTS:
        acme.say(conversation, text)
    page = operators["support"].get(f"conversations/{conversation}")
    assert page.status_code == 200
    assert is_harmless(page.text)
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert is_harmless(operators["support"].get(f"handoffs/{conversation}").text)
    revealed = operators["admin"].post(f"conversations/{conversation}/reveal", reason="<script>x</script>")
    assert "&lt;script&gt;" in revealed.text
    assert is_harmless(revealed.text)


@attack("stored XSS in names, e-mail addresses, requests and reasons, on every page of lists", "escaped by default")
def test_names_and_requests_run_nothing(server, operators) -> None:
    billing = Billing.open(server.settings)
    billing.create_account("xss", name=SCRIPTS[0], currency="USD")
    for number, text in enumerate(SCRIPTS):
        billing.contact_sales(
            account_id="xss", topic="quote", contact="x@example.com", message=text, language="en", key=f"xss-{number}"
        )
    billing.close()
    for path in ("", "accounts", "accounts/xss", "requests", "audit", "outbox", "conversations", "unsure"):
        page = operators["admin"].get(path)
        assert page.status_code == 200, path
        assert is_harmless(page.text), path


@attack("reflected XSS in the console's filters, `next`, names tried and paths", "escaped by default")
@pytest.mark.parametrize("text", SCRIPTS)
def test_what_is_asked_for_runs_nothing(operators, text: str) -> None:
    admin = operators["admin"]
    for path in ("sign-in", "accounts", "requests", "conversations", "audit", "transfers"):
        for name in ("next", "find", "account", "done", "state", "actor", "before"):
            if path in {"sign-in", "accounts"} or name in {"account", "done", "state"}:
                assert is_harmless(admin.http.get(f"/console/{path}", params={name: text}).text)


@attack(
    "formulas in exported sheets: `=cmd`, `+`, `-`, `@`, tabs, full-width signs",
    "an apostrophe before what a sheet may run",
)
def test_no_cell_is_a_formula(server, operators) -> None:
    billing = Billing.open(server.settings)
    for number, text in enumerate(("=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "\t=1+1", "＝1+1", "-2+3")):
        billing.contact_sales(
            account_id="acme", topic="quote", contact="x@example.com", message=text, language="en", key=f"csv-{number}"
        )
    billing.close()
    sheet = operators["finance"].post("exports/requests").text
    assert "cmd|" in sheet
    assert not re.search(r'(^|,)"?[=+@\t＝]', sheet, re.MULTILINE)
    assert safe("-2+3") == "'-2+3"


@attack(
    "new lines and colours in names, keys, agents and paths, to forge lines of the log",
    "logged as one escaped line, or not at all",
)
def test_no_line_of_the_log_is_forged(server, acme) -> None:
    forged = "x\nERROR forged by-an-attacker\x1b[31m"
    conversation = acme.open()
    acme.say(conversation, forged)
    as_(server.address, a_token(account=forged))
    as_(server.address, a_token(account="acme", sub=forged))
    Client(server.address, {}).http.post("/console/sign-in", data={"name": forged})
    acme.get("/v1/%0aERROR%20forged%20by-an-attacker%1b[31m")
    lines = server.log.splitlines()
    assert not any(line.startswith("ERROR forged by-an-attacker") for line in lines)
    assert "\x1b[31m" not in server.log


@attack(
    "new lines in contacts and requests, to add headers to e-mail",
    "an address is one line; headers are made by `email`",
)
def test_a_contact_adds_no_header(server) -> None:
    visitor = server.visitor()
    conversation = visitor.open()
    visitor.say(conversation, "I want to talk to sales")
    said = visitor.say(conversation, "a@example.com\r\nBcc: everybody@example.com")
    assert "Bcc" not in str([message["card"] for message in said])
