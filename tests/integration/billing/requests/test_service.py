from __future__ import annotations

from datetime import timedelta

import pytest

from billing.errors import AccountNotFound, ContactInvalid, RequestKeyReused
from tests.builders.accounts import an_account

ASKED = {"topic": "pricing", "message": "How much for 10,000 sessions?", "language": "en"}


@pytest.fixture
def account(billing):
    return an_account(billing)


def ask_sales(billing, account=None, *, key="r-1", contact="ann@example.com", **changes):
    return billing.contact_sales(account_id=account, contact=contact, key=key, **(ASKED | changes))


def test_a_request_is_stored_and_told(billing, account, clock):
    request = billing.open_request(account, key="r-1", **ASKED)

    assert (request.kind, request.state, request.topic, request.contact) == ("support", "open", "pricing", None)
    assert request.created_at == clock.now
    assert billing.requests(account) == [request]


def test_a_retried_request_is_one_request(billing, account):
    first = billing.open_request(account, key="r-1", **ASKED)

    assert billing.open_request(account, key="r-1", **ASKED) == first
    assert len(billing.requests(account)) == len(billing.undelivered()) == 1


@pytest.mark.parametrize(
    "change",
    [{"topic": "features"}, {"message": "Something else"}, {"contact": "bob@example.com"}, {"account": "other"}],
    ids=lambda change: next(iter(change)),
)
def test_a_key_spent_on_another_request_is_refused(billing, account, change):
    an_account(billing, "other")
    ask_sales(billing, account)

    with pytest.raises(RequestKeyReused):
        ask_sales(billing, **({"account": account} | change))

    assert len(billing.all_requests()) == 1


def test_a_key_spent_on_a_request_to_sales_is_refused_for_support(billing, account):
    ask_sales(billing, account)

    with pytest.raises(RequestKeyReused):
        billing.open_request(account, key="r-1", contact="ann@example.com", **ASKED)


def test_an_anonymous_visitor_can_contact_sales(billing, account):
    request = ask_sales(billing)

    assert (request.kind, request.contact) == ("sales", "ann@example.com")
    assert billing.all_requests() == [request]
    assert billing.requests(account) == []


def test_requests_are_told_newest_first_and_to_their_account_only(billing, account):
    other = an_account(billing, "other")
    first = billing.open_request(account, key="r-1", **ASKED)
    billing.open_request(other, key="r-2", **ASKED)
    last = billing.open_request(account, key="r-3", **ASKED)

    assert billing.requests(account) == [last, first]
    assert len(billing.all_requests()) == 3


def test_a_request_is_told_at_the_time_of_the_accounts_zone(billing, clock):
    account = an_account(billing, "sakura", currency="JPY", time_zone="Asia/Tokyo")
    billing.open_request(account, key="r-1", **ASKED)

    (request,) = billing.requests(account)

    assert request.created_at == clock.now
    assert request.created_at.utcoffset() == timedelta(hours=9)


def test_a_contact_is_kept_in_its_normal_form(billing):
    for contact, language, normal in (
        (" Ann@Example.COM ", "en", "Ann@example.com"),
        ("+1 415 555 2671", "en", "+14155552671"),
        ("(415) 555-2671", "en", "+14155552671"),
        ("03-1234-5678", "ja", "+81312345678"),
        ("02-312-3456", "ko", "+8223123456"),
        ("+81 3-1234-5678", "en", "+81312345678"),
    ):
        assert billing.normalise_contact(contact, language) == normal
        assert ask_sales(billing, key=contact, contact=contact, language=language).contact == normal


def test_what_nobody_can_be_reached_by_is_refused_and_nothing_stored(billing):
    for contact in ("", " ", "ann", "@", "ann@", "a@b@c.com", "12", "+1 555", "ann@localhost", "call me", "\x00@\x00"):
        with pytest.raises(ContactInvalid):
            ask_sales(billing, contact=contact, key=f"r-{contact}")

    assert billing.all_requests() == billing.undelivered() == []


def test_a_request_for_an_account_that_is_not_there_is_refused(billing):
    with pytest.raises(AccountNotFound):
        billing.open_request("nobody", key="r-1", **ASKED)
    assert billing.all_requests() == []


@pytest.mark.parametrize("text", ["a\x00b", "😀 <b>' \" \\ ; --", "가" * 5000])
def test_any_text_that_a_person_types_is_kept(billing, account, text):
    request = billing.open_request(account, key="r-1", topic="other", message=text, language="ko")

    assert request.message.replace("\x00", "") == text.replace("\x00", "")
    assert billing.requests(account) == [request]
