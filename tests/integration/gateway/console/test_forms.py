"""Forms: whose they are, what they do once, what is escaped, what is audited."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from decimal import Decimal

import pytest

from billing.api import Billing
from gateway.conversations.models import ConversationRow, TurnRow
from gateway.sheets import safe
from tests.builders.accounts import a_top_up
from tests.builders.money import usd
from tests.integration.gateway.console.conftest import PASSWORD

EVIL = '"><script>alert(1)</script>{{7*7}}'


def a_request(billing: Billing, message: str = "We need more", account: str | None = "acme") -> str:
    made = billing.contact_sales(
        account_id=account,
        topic="contact_sales",
        contact="kim@example.com",
        message=message,
        language="en",
        key=message[:40],
    )
    return made.id


def correct(browser, amount="10", **more):
    fields = {"amount": amount, "direction": "add", "reason": "An apology", "key": "k1"} | more
    return browser.post("accounts/acme/correct", **fields)


def top_up(billing: Billing):
    return billing.balance("acme").top_up


def a_conversation(billing: Billing, text: str) -> str:
    at = billing.now()
    row = ConversationRow(id="talk", account="acme", user="kim@example.com", visitor_hash=None, created_at=at)
    reply = [
        {"id": "m-0", "role": "assistant", "text": "Noted: " + text, "topic": "greet", "created_at": at.isoformat()}
    ]
    turn = TurnRow(
        conversation_id="talk", key="k", message_id="m", fingerprint="f", text=text, state="done", lease_until=at,
        created_at=at, done_at=at, reply=reply,
    )  # fmt: skip
    with billing.database.transaction() as session:
        session.add(row)
        session.flush()
        session.add(turn)
    return "talk"


def test_a_form_without_the_sessions_token_does_nothing(browser, billing) -> None:
    ann, other = browser("finance"), browser("second")
    for token in ("", "0" * 64, other.token()):
        answer = correct(ann, token=token)
        assert answer.status_code == 403
        assert "expired" in answer.text
    assert top_up(billing) == usd(0)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ],
)
def test_a_form_that_another_site_sends_does_nothing_though_its_token_is_right(browser, billing, headers) -> None:
    ann = browser("finance")
    assert correct(ann, token=ann.token(), headers=headers).status_code == 403
    assert top_up(billing) == usd(0)
    assert correct(ann, headers={"origin": "http://testserver", "sec-fetch-site": "same-origin"}).status_code == 303


def test_a_form_sent_twice_counts_once(browser, billing) -> None:
    ann = browser("finance")
    assert [correct(ann).status_code for _ in range(2)] == [303, 303]
    assert top_up(billing) == usd(10)
    again = correct(ann, amount="11")
    assert again.status_code == 409
    assert "sent already" in again.text


def test_money_asks_for_the_password_again_after_ten_minutes(browser, billing, clock) -> None:
    ann = browser("finance")
    clock.now += timedelta(minutes=11)
    asked = correct(ann, reason=EVIL)
    assert "give your password again" in asked.text
    assert top_up(billing) == usd(0)
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', asked.text))
    assert (kept["amount"], kept["key"]) == ("10", "k1")
    assert "<script>" not in asked.text

    assert correct(ann, password="wrong").status_code == 401
    assert top_up(billing) == usd(0)
    assert correct(ann, password=PASSWORD).status_code == 303
    assert correct(ann, key="k2").status_code == 303, "and not again for a while"
    assert top_up(billing) == usd(20)


def test_above_the_limit_a_second_person_approves(browser, billing) -> None:
    ann, second = browser("finance"), browser("second")
    assert correct(ann, "100.01").headers["location"].endswith("done=proposed")
    assert top_up(billing) == usd(0)
    assert "A-000001" in ann.get("corrections").text
    assert "/approve" not in ann.get("corrections").text
    own = ann.post("corrections/A-000001/approve")
    assert (own.status_code, top_up(billing)) == (422, usd(0))

    assert second.post("corrections/A-000001/approve").status_code == 303
    assert second.post("corrections/A-000001/approve").status_code == 303, "once more is nothing more"
    assert top_up(billing) == usd("100.01")
    assert ann.post("corrections/A-000001/reject", note="no").status_code == 409
    made = billing.audit_trail(subject="acme", action="credit.adjust")[0]
    assert (made.actor, made.after["proposed_by"]) == ("operator:second", "operator:finance")


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(browser, billing) -> None:
    ann = browser("finance")
    a_top_up(billing, "acme", 50)
    short = correct(ann, "51", direction="take")
    assert short.status_code == 422
    assert "only $50.00 of top-up credit" in short.text
    assert 'value="51"' in short.text
    for amount in ("", "NaN", "-1", "0", "1e400", "ten"):
        assert correct(ann, amount, key=f"x{amount}").status_code == 422
    assert top_up(billing) == usd(50)


def test_a_request_is_answered_told_and_closed(browser, billing) -> None:
    number, ann = a_request(billing), browser("support")
    empty = ann.post(f"requests/{number}/answer", note=" ")
    assert (empty.status_code, "write a text" in empty.text) == (422, True)
    assert ann.post(f"requests/{number}/answer", note="We call you").status_code == 303
    assert "We call you" in ann.get(f"requests/{number}").text
    assert ann.post(f"requests/{number}/close").status_code == 303
    assert billing.request_entry(number).request.state == "closed"
    assert [row.actor for row in billing.audit_trail(subject=number)] == ["operator:support"] * 2
    assert "/answer" not in ann.get(f"requests/{number}").text


def test_an_offer_is_made_of_what_was_previewed_and_of_nothing_else(browser, billing) -> None:
    ann = browser("finance")
    query = "plan=starter&interval=monthly&payment=full_upfront&method=card&services="
    seen = ann.get(f"accounts/acme/offers/new?{query}").text
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', seen.split("</section>")[0]))
    assert billing.plan_offers("acme") == [], "a preview offers nothing"
    del fields["csrf"]

    other = ann.post("accounts/acme/offers", **(fields | {"interval": "yearly"}))
    assert (other.status_code, billing.plan_offers("acme")) == (409, [])
    made = ann.post("accounts/acme/offers", **fields)
    assert ann.post("accounts/acme/offers", **fields).headers["location"] == made.headers["location"]
    (offer,) = billing.plan_offers("acme")
    assert offer.number in ann.get("offers").text
    assert ann.post(f"accounts/acme/offers/{offer.number}/withdraw").status_code == 303
    assert billing.plan_offers("acme") == []


def test_no_free_text_is_ever_markup(browser, billing) -> None:
    billing.create_account("evil", name=EVIL, currency="USD")
    number, talk = a_request(billing, EVIL), a_conversation(billing, EVIL)
    ann = browser("admin")
    billing.answer_request(number, EVIL)
    billing.propose_credit("evil", Decimal(500), reason=EVIL, key="p", actor="operator:x")
    ann.post(f"conversations/{talk}/reveal", reason=EVIL)
    pages = [
        *("", "requests", f"requests/{number}", "accounts", "accounts/evil", "corrections", "audit"),
        *(
            f"conversations/{talk}",
            f"handoffs/{talk}",
            "accounts/evil/correct",
            f"accounts/evil/offers/new?plan={EVIL}",
        ),
        *(f"requests?account={EVIL}", f"accounts?search={EVIL}", f"audit?actor={EVIL}", f"sign-in?next={EVIL}"),
    ]
    for path in pages:
        answer = ann.get(path)
        assert answer.status_code in {200, 404, 422}, path
        assert "<script>alert" not in answer.text, path
        assert ">49<" not in answer.text, path
    shown = ann.post(f"conversations/{talk}/reveal", reason="a complaint")
    assert "&lt;script&gt;alert(1)" in shown.text


def test_personal_data_is_masked_until_an_administrator_says_why(browser, billing) -> None:
    talk = a_conversation(billing, "I am Kim, call +1 202 555 0143 or write to kim@example.com")
    read = browser("support").get(f"conversations/{talk}")
    assert "&lt;email&gt;" in read.text
    for secret in ("kim@example.com", "555 0143"):
        assert secret not in read.text

    admin = browser("admin")
    assert admin.post(f"conversations/{talk}/reveal", reason=" ").status_code == 422
    assert "kim@example.com" in admin.post(f"conversations/{talk}/reveal", reason="A complaint").text
    (entry,) = billing.audit_trail(action="conversation.reveal")
    assert (entry.actor, entry.after["reason"]) == ("operator:admin", "A complaint")


def test_an_export_is_a_sheet_that_runs_nothing_and_is_audited(browser, billing) -> None:
    a_request(billing, '=HYPERLINK("http://evil.example")')
    answer = browser("finance").post("exports/requests")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    head, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row[head.index("message")] == '\'=HYPERLINK("http://evil.example")'
    assert browser("finance").post("exports/audit").status_code == 403
    assert billing.audit_trail(action="console.export")[0].subject == "export:requests"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "@SUM(A1)", "\t=1", "\r=1", "-2+3", "＝1", "-"])
def test_a_cell_is_no_formula(cell: str) -> None:
    assert safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-12.50", "12.50", "a=b", "", "-5"])
def test_a_number_or_a_text_stays_as_it_is(cell: str) -> None:
    assert safe(cell) == cell


def test_every_page_lets_nothing_else_in_and_is_kept_nowhere(browser) -> None:
    ann = browser("admin")
    for path in ("", "sign-in", "nothing", "accounts/none"):
        headers = ann.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"
        assert "<script>" not in ann.get(path).text
        assert " style=" not in ann.get(path).text


def test_lists_are_paged_by_key_and_every_row_is_on_one_page(browser, billing) -> None:
    for number in range(60):
        a_request(billing, f"Message {number:02}")
    ann, path, found = browser("support"), "requests?state=waiting", []
    while path:
        text = ann.get(path).text
        found += re.findall(r'<th scope="row"><a href="/console/requests/(R-\d+)', text)
        more = re.search(r'rel="next" href="/console/([^"]+)', text)
        path = more[1].replace("&amp;", "&") if more else ""
    assert found == [f"R-{number:06}" for number in range(60, 0, -1)]


def test_a_statement_is_taken_in_and_its_line_assigned(browser, billing) -> None:
    ann = browser("finance")
    statement = b"date,amount,currency,text\n2026-11-02,12.50,USD,thanks\n"
    answer = ann.post("transfers/statements", bank_account="DE1", files={"statement": ("s.csv", statement, "text/csv")})
    assert answer.status_code == 200, answer.text
    (line,) = billing.bank_lines(state="unmatched")
    assert line.id in ann.get("transfers/lines").text
    assert ann.post(f"transfers/lines/{line.id}/assign", kind="account", target="acme").status_code == 303
    assert top_up(billing) == usd("12.50")
    assert ann.post("transfers/statements").status_code == 422
