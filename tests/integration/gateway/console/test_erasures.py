"""What is kept of a customer, on pages: seen, taken away, and erased by two administrators."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from billing.api import Billing
from billing.config import Settings
from gateway.auth import Identity
from gateway.conversations.store import ConversationStore
from gateway.operators.service import Operators
from gateway.privacy.finding import Whose
from gateway.privacy.models import ErasureProposalRow
from gateway.privacy.retention import Retention
from gateway.privacy.service import Privacy
from tests.integration.gateway.console.conftest import PASSWORD


@pytest.fixture
def two(browser, operators: Operators, billing: Billing):
    """Two administrators, and a conversation of each of two users."""
    operators.add("other", PASSWORD, "admin", "en", actor="test")
    for user in ("bo@example.com", "cy@example.com"):
        ConversationStore(billing.database).open(Identity("acme", user), billing.now())
    return browser("admin"), browser("other")


def kept(billing: Billing, user: str | None = None) -> int:
    counts = Privacy(billing, billing_settings(billing)).plan(Whose("acme", user)).counts
    return counts["conversations"]


def billing_settings(billing: Billing) -> Settings:
    return Settings(database_url=billing.database.url)


def proposed(browser, user: str = "", reference: str = "T-17") -> str:
    answer = browser.post("accounts/acme/privacy/erasure", user=user, reference=reference)
    assert answer.status_code == 303, answer.text
    return re.search(r"erasures/(EP-\d+)", answer.headers["location"])[1]


def approve(browser, number: str, **more: str):
    found = re.search(r'name="confirm" value="(\w+)"', browser.get(f"erasures/{number}").text)
    return browser.post(f"erasures/{number}/approve", confirm=found[1] if found else "0", **more)


def test_the_effect_is_told_before(two, billing) -> None:
    page = two[0].get("accounts/acme/privacy").text
    assert "Conversations: 2" in page
    assert "a balance must be derivable" in page
    assert "Conversations: 1" in two[0].get("accounts/acme/privacy?user=bo@example.com").text
    assert kept(billing) == 2


def test_another_administrator_erases_what_they_were_shown(two, billing) -> None:
    number = proposed(two[0])
    assert kept(billing) == 2
    assert "/approve" not in two[0].get(f"erasures/{number}").text
    own = approve(two[0], number)
    assert (own.status_code, kept(billing)) == (422, 2)
    assert "Conversations: 2" in two[1].get(f"erasures/{number}").text

    assert approve(two[1], number).status_code == 303
    assert kept(billing) == 0
    assert approve(two[1], number).status_code == 303, "once more is nothing more"
    [erased] = billing.audit_trail(subject="acme", action="privacy.erase")
    [approved] = billing.audit_trail(subject="acme", action="privacy.approve")
    assert erased.actor == approved.actor == "operator:other"
    assert approved.after["proposed_by"] == "operator:admin"
    assert (approved.after["reference"], approved.after["proposal"]) == ("T-17", number)


def test_one_user_is_erased_and_named_nowhere_afterwards(two, billing) -> None:
    number = proposed(two[0], user="bo@example.com")
    assert approve(two[1], number).status_code == 303
    assert (kept(billing, "bo@example.com"), kept(billing)) == (0, 1)
    with billing.database.snapshot() as session:
        held = session.execute(sa.text("SELECT * FROM erasure_proposal")).all()
        assert session.scalars(sa.select(ErasureProposalRow.user)).all() == [None]
    assert "bo@example.com" not in str(held) + two[1].get("erasures?state=all").text
    assert "bo@example.com" not in json.dumps([entry.after for entry in billing.audit_trail(subject="acme")])


def test_a_waiting_proposal_holds_the_user_encrypted(two, billing) -> None:
    number = proposed(two[0], user="bo@example.com")
    with billing.database.snapshot() as session:
        assert "bo@example.com" not in str(session.execute(sa.text("SELECT * FROM erasure_proposal")).all())
    assert "bo@example.com" in two[1].get(f"erasures/{number}").text


def test_what_is_another_amount_by_then_is_looked_at_again(two, billing) -> None:
    number = proposed(two[0])
    confirm = re.search(r'name="confirm" value="(\w+)"', two[1].get(f"erasures/{number}").text)[1]
    ConversationStore(billing.database).open(Identity("acme", "new"), billing.now())
    refused = two[1].post(f"erasures/{number}/approve", confirm=confirm)
    assert (refused.status_code, kept(billing)) == (409, 3)
    assert "another amount" in refused.text
    assert approve(two[1], number).status_code == 303
    assert kept(billing) == 0


def test_asked_for_twice_it_waits_once(two) -> None:
    assert proposed(two[0]) == proposed(two[1], reference="T-18")
    assert proposed(two[0], user="bo@example.com") != proposed(two[0])


def test_a_rejected_or_late_one_erases_nothing(two, billing, clock) -> None:
    rejected = proposed(two[0])
    assert two[0].post(f"erasures/{rejected}/reject").status_code == 303
    assert approve(two[1], rejected).status_code == 409
    late = proposed(two[0])
    assert late != rejected
    clock.now += timedelta(days=7)
    two[1].sign_in("other")
    assert approve(two[1], late).status_code == 409
    assert kept(billing) == 2


def test_who_was_named_is_forgotten_when_nobody_decided_in_time(two, billing, clock) -> None:
    proposed(two[0], user="bo@example.com")
    clock.now += timedelta(days=7)

    Retention(billing, billing_settings(billing)).forget()

    with billing.database.snapshot() as session:
        [row] = session.scalars(sa.select(ErasureProposalRow))
    assert (row.state, row.user) == ("expired", None)


def test_an_erasure_by_another_way_ends_what_waits_for_it(two, billing) -> None:
    number = proposed(two[0], user="bo@example.com")
    privacy = Privacy(billing, billing_settings(billing))
    privacy.erase(Whose("acme"), confirm=privacy.plan(Whose("acme")).confirm, actor="operator:cli")
    assert "Done otherwise" in two[1].get(f"erasures/{number}").text
    assert approve(two[1], number).status_code == 409


def test_both_ask_for_the_password_again(two, billing, clock) -> None:
    number = proposed(two[0])
    clock.now += timedelta(minutes=11)
    assert "give your password again" in approve(two[1], number).text
    assert "give your password again" in two[0].post("accounts/acme/privacy/export").text
    assert kept(billing) == 2
    assert approve(two[1], number, password=PASSWORD).status_code == 303
    assert kept(billing) == 0


def test_the_document_is_taken_away_and_audited(two, billing) -> None:
    answer = two[0].post("accounts/acme/privacy/export", user="bo@example.com")
    assert "attachment" in answer.headers["content-disposition"]
    told = answer.json()
    assert (told["user"], [each["user"] for each in told["conversations"]]) == ("bo@example.com", ["bo@example.com"])
    [entry] = billing.audit_trail(subject="acme", action="privacy.export")
    assert entry.actor == "operator:admin"


@pytest.mark.parametrize("reference", ["", "bo@example.com", "<b>", "x" * 65])
def test_a_reference_is_no_address(two, reference) -> None:
    answer = two[0].post("accounts/acme/privacy/erasure", reference=reference)
    assert answer.status_code == 422
    assert "reference of up to 64" in answer.text


@pytest.mark.parametrize("role", ["support", "finance"])
def test_nobody_but_an_administrator_sees_or_does_it(browser, billing, role) -> None:
    other = browser(role)
    assert "privacy" not in other.get("accounts/acme").text
    for path in ("accounts/acme/privacy", "erasures", "erasures/EP-000001"):
        assert other.get(path).status_code == 403
    for path in ("accounts/acme/privacy/export", "accounts/acme/privacy/erasure", "erasures/EP-000001/approve"):
        assert other.post(path, reference="T-1").status_code == 403
