"""What is Twilio's alone: WhatsApp and SMS."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from gateway.channels.fitting import split
from gateway.channels.models import ChannelConversation
from tests.builders.talkers import Request
from tests.builders.twilio import ACCOUNT, BUSINESS, WEBHOOK, TwilioUser, request, signature
from tests.builders.vendors import Answer
from tests.integration.gateway.conftest import problem


@pytest.fixture
def user() -> TwilioUser:
    return TwilioUser()


def test_twilio_is_answered_with_empty_twiml_and_the_reply_goes_through_its_api(http, user, vendors, quiet) -> None:
    answer = user.writes("hello").made(http)
    assert answer.text == '<?xml version="1.0" encoding="UTF-8"?><Response/>'
    assert answer.headers["content-type"].startswith("text/xml")
    quiet()
    [sent] = user.sent(vendors)
    assert sent.path == f"/twilio/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert (sent.body["From"], sent.body["To"]) == (f"whatsapp:{BUSINESS}", user.address)


@pytest.mark.parametrize("headers", [{"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "Host": "x"}])
def test_the_address_that_is_signed_is_the_setting_whatever_headers_say(http, user, headers) -> None:
    assert request(user.form("hello")).made(http, **headers).status_code == 200
    other = request(user.form("hello"), address="http://evil.example/webhooks/twilio/messages")
    assert problem(other.made(http, **headers), 401, "signature_invalid")


def test_a_query_is_part_of_what_is_signed(http, user) -> None:
    signed = request(user.form("hello"), address=f"{WEBHOOK}?a=1")
    assert Request(f"{signed.path}?a=1", signed.body, signed.headers).made(http).status_code == 200
    assert problem(Request(f"{signed.path}?a=2", signed.body, signed.headers).made(http), 401, "signature_invalid")


def test_another_account_token_signs_nothing(http, user) -> None:
    assert problem(request(user.form("hello"), token="another").made(http), 401, "signature_invalid")


def test_a_replay_whose_values_take_in_the_names_that_follow_is_refused(http, user) -> None:
    """Twilio signs names and values with nothing between them: such a request has a signature that is right."""
    form = user.form("hello")
    shifted = {name: value for name, value in form.items() if name not in {"MessageSid", "MessageType"}}
    shifted["MessageSid"] = form["MessageSid"] + "MessageType" + form["MessageType"]
    assert signature(shifted) == signature(form)
    assert problem(request(shifted).made(http), 400, "event_malformed")


@pytest.mark.parametrize(
    "change", [{"MessageSid": "SMx"}, {"From": "whatsapp:+1415 or so"}, {"AccountSid": "ACother"}, {"To": "me"}]
)
def test_a_form_that_is_not_twilios_is_a_problem_and_no_crash(http, user, change) -> None:
    assert problem(request(user.form("hello", **change)).made(http), 400, "event_malformed")
    form = user.form("hello")
    for name in change:
        del form[name]
    assert problem(request(form).made(http), 400, "event_malformed")


def test_what_became_of_a_message_is_not_answered(http, user, vendors, quiet) -> None:
    assert request(user.form("", MessageStatus="delivered")).made(http).status_code == 200
    quiet()
    assert user.sent(vendors) == []


@pytest.mark.parametrize("number", ["1", "1.", "１", " 1) "])
def test_buttons_are_a_numbered_list_and_a_typed_number_chooses(
    http, user, vendors, quiet, link, billing, number
) -> None:
    link(user, "paused")
    before = billing.balance("paused").top_up
    user.writes("top up 50 dollars by card").made(http)
    quiet()
    terms = user.shown(vendors)[-1].text
    assert terms.endswith("1. Yes, top up\n2. No\n\nTo choose, reply with the number.")
    user.writes(number).made(http)
    quiet()
    assert (billing.balance("paused").top_up - before).plain() == "50.00"


@pytest.mark.parametrize("number", ["0", "3", "12", "1.5", "100"])
def test_a_number_that_is_not_of_the_list_chooses_nothing(http, user, vendors, quiet, link, billing, number) -> None:
    link(user, "paused")
    before = billing.balance("paused").top_up
    for text in ("top up 50 dollars by card", number):
        user.writes(text).made(http)
        quiet()
    assert billing.balance("paused").top_up == before


def test_an_sms_cannot_be_linked_because_its_sender_can_be_forged(http, vendors, quiet) -> None:
    user = TwilioUser(kind="")
    for text in ("link", "show my balance"):
        user.writes(text).made(http)
        quiet()
    refused, visitor = user.shown(vendors)
    assert refused.text.startswith("An account cannot be connected here")
    assert "sign in" in visitor.text
    assert "1." not in visitor.text


def test_an_sms_user_speaks_for_an_account_only_while_the_operator_allows_it(
    http, vendors, quiet, link, monkeypatch, billing
) -> None:
    user = TwilioUser(kind="")
    channel = http.app.state.channels.lines["twilio"].channel
    with monkeypatch.context() as patch:
        patch.setattr(channel, "_sms_links", True)
        link(user, "acme")
        user.writes("show my balance").made(http)
        quiet()
    user.writes("show my balance").made(http)
    quiet()
    allowed, refused = user.shown(vendors)[-2:]
    assert "$150.00" in allowed.text
    assert "sign in" in refused.text
    with billing.database.snapshot() as session:
        [talk] = [each for each in session.scalars(sa.select(ChannelConversation)) if each.user == user.address]
        assert talk.link_id is None  # another conversation than the account's


def test_a_number_by_sms_is_another_user_than_the_same_number_by_whatsapp(http, user, vendors, quiet, link) -> None:
    link(user, "acme")
    sms = TwilioUser(kind="", number=user.number)
    sms.writes("show my balance").made(http)
    quiet()
    assert "sign in" in sms.shown(vendors)[0].text


def test_a_number_that_is_unsubscribed_does_not_hold_up_the_next_message(http, user, vendors, quiet) -> None:
    refusal = {"code": 21610, "message": "Attempt to send to unsubscribed recipient", "status": 400}
    vendors.will("/twilio/", Answer(400, refusal), urlencode({"To": user.address}))
    for _ in range(2):
        user.writes("hello").made(http)
    quiet()
    assert len(user.sent(vendors)) == 2


def test_a_long_reply_is_several_messages_each_within_the_limit() -> None:
    text = "\n\n".join("word " * 100 for _ in range(9))
    parts = split(text, 1600)
    assert all(len(part) <= 1600 for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
