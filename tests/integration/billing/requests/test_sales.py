"""A request to sales: what goes with it, what sales say back, and who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing.api import Billing, RequestDetails, SalesEvent
from billing.config import Settings
from billing.errors import RequestClosed, RequestKeyReused, RequestNotFound
from tests.builders.accounts import an_account
from tests.builders.life import confirmed, do

ASKED = {"topic": "quote", "contact": "ann@example.com", "message": "A plan for 40 seats", "language": "en"}


@pytest.fixture
def billing(billing, clock):
    """With somewhere to tell customers."""
    settings = Settings(
        database_url=billing.database.url,
        alert_webhook_url="https://customer.example/hook",
        alert_webhook_secret="s" * 40,
        smtp_host="mail.example",
        smtp_from="billing@example.com",
    )
    return Billing(billing.database, settings, clock)


@pytest.fixture
def account(billing):
    return an_account(billing, language="ja")


@pytest.fixture
def request_made(billing, account):
    return billing.contact_sales(account_id=account, key="r-1", **ASKED)


def told(billing, destination):
    return [event["type"] for event in billing.undelivered() if event["destination"] == destination]


def heard(request, state="in_progress", event_id="crm-1", note=None, at=None):
    return SalesEvent(event_id, request.id, state, note, at)


def bodies(billing, destination):
    from billing.outbox.models import OutboxEvent

    with billing.database.snapshot() as session:
        query = session.query(OutboxEvent).filter_by(destination=destination).order_by(OutboxEvent.id)
        return [event.body for event in query]


def test_plan_and_usage_go_along_where_the_customer_agreed_and_never_a_visitors(billing, account):
    confirmed(billing, account, "starter")

    agreed = billing.contact_sales(account_id=account, key="r-1", attach=True, **ASKED)
    refused = billing.contact_sales(account_id=account, key="r-2", **ASKED)
    visitor = billing.contact_sales(account_id=None, key="r-3", attach=True, **ASKED)

    assert (agreed.attached, refused.attached, visitor.attached) == (True, False, False)
    first, second, third = bodies(billing, "sales_webhook")
    plan, usage = billing.plan(account), billing.service_usage(account)
    assert first["account_state"]["plan"]["price"] == plan.model_dump(mode="json")["price"]
    assert "quotas" not in first["account_state"]["plan"]
    assert first["account_state"]["usage"] == usage.model_dump(mode="json", by_alias=True)
    assert "account_state" not in second | third


def test_what_was_named_goes_along_and_is_part_of_what_the_key_was_spent_on(billing, account):
    details = RequestDetails(services=["inference"], call_at="after three")
    request = billing.contact_sales(account_id=account, key="r-1", details=details, **ASKED)

    assert request.details == details
    with pytest.raises(RequestKeyReused):
        billing.contact_sales(account_id=account, key="r-1", details=RequestDetails(), **ASKED)


def test_a_change_is_told_to_the_customer_once_and_to_sales(billing, account, request_made):
    billing.move_request(request_made.id, "in_progress")
    billing.move_request(request_made.id, "in_progress")

    assert told(billing, "email") == told(billing, "alert_webhook") == ["request.changed"]
    assert told(billing, "sales_webhook") == ["request.sales.opened", "request.sales.in_progress"]
    [mail] = bodies(billing, "email")
    assert (mail["to"], mail["language"]) == ("ann@example.com", "ja")
    assert request_made.id in mail["subject"]
    assert [e.action for e in billing.audit_trail(subject=request_made.id)] == ["request.move"]


def test_a_note_is_in_the_mail_which_goes_to_the_address_for_alerts(billing, account, request_made):
    billing.set_alert_settings(account, low_balance=None, email="alerts@example.com")

    billing.answer_request(request_made.id, "Here is {your} answer")

    [mail] = bodies(billing, "email")
    assert mail["to"] == "alerts@example.com"
    assert "Here is {your} answer" in mail["text"]


def test_a_visitor_is_told_nothing(billing):
    request = billing.contact_sales(account_id=None, key="r-1", **ASKED)

    billing.answer_request(request.id, "Hello")

    assert told(billing, "email") == told(billing, "alert_webhook") == []


def test_what_the_crm_says_is_taken_once_and_not_told_back(billing, account, request_made):
    moved = billing.take_sales_event(heard(request_made))
    assert billing.take_sales_event(heard(request_made)) == moved

    assert billing.requests(account)[0].state == "in_progress"
    assert told(billing, "sales_webhook") == ["request.sales.opened"]
    assert told(billing, "email") == ["request.changed"]
    [entry] = billing.audit_trail(subject=request_made.id)
    assert (entry.actor, entry.action) == ("system:sales", "request.move")


def test_an_event_of_the_crm_that_comes_late_does_not_undo_a_newer_one(billing, request_made, clock):
    billing.take_sales_event(heard(request_made, "won", "crm-2", at=clock.now))

    late = heard(request_made, "in_progress", "crm-1", at=clock.now - timedelta(minutes=1))

    assert billing.take_sales_event(late).state == "won"


def test_an_event_of_the_crm_that_cannot_be_is_refused(billing, request_made):
    billing.take_sales_event(heard(request_made))
    with pytest.raises(RequestKeyReused):
        billing.take_sales_event(heard(request_made, "won"))

    billing.close_request(request_made.id)
    with pytest.raises(RequestClosed):
        billing.take_sales_event(heard(request_made, "won", "crm-2"))
    assert billing.take_sales_event(heard(request_made)).state == "closed"  # the repeat of what was taken


@pytest.mark.parametrize(("answer", "state"), [("confirm", "won"), ("decline", "lost")])
def test_an_offer_from_a_request_moves_it_to_offered_and_then_as_the_customer_decides(
    billing, account, request_made, answer, state
):
    offered = billing.prepare_plan(account, "starter", "monthly", request=request_made.id, key="o-1")
    assert billing.prepare_plan(account, "starter", "monthly", request=request_made.id, key="o-1") == offered

    [request] = billing.requests(account)
    assert (request.state, request.offer, offered.request) == ("offered", offered.number, request.id)
    assert told(billing, "email") == ["request.changed"]

    if answer == "confirm":
        do(billing, account, "confirm", offered.number)
    else:
        billing.decline_plan(account, offered.number, reason="timing")

    assert billing.requests(account)[0].state == state
    assert f"request.sales.{state}" in told(billing, "sales_webhook")
    assert told(billing, "email") == ["request.changed"]  # of what customers did themselves they are told nothing


def test_an_offer_never_answers_a_request_of_somebody_else(billing, account, request_made):
    other = an_account(billing, "other")

    with pytest.raises(RequestNotFound):
        billing.prepare_plan(other, "starter", "monthly", request=request_made.id)

    assert billing.plan_offer(other) is None
    visitors = billing.contact_sales(account_id=None, key="r-2", **ASKED)
    assert billing.prepare_plan(other, "starter", "monthly", request=visitors.id).request == visitors.id


def test_a_confirmation_repeated_does_not_move_the_request_again(billing, account, request_made):
    offered = billing.prepare_plan(account, "starter", "monthly", request=request_made.id)
    do(billing, account, "confirm", offered.number, checksum=offered.checksum, by="k-1")
    billing.move_request(request_made.id, "in_progress")

    do(billing, account, "confirm", offered.number, checksum=offered.checksum, by="k-1")

    assert billing.requests(account)[0].state == "in_progress"
