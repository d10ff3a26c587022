"""What holds on every channel, from the vendor's signed request to the calls of its API."""

from __future__ import annotations

import re
import time

import pytest

from gateway.channels.models import ChannelDelivery
from tests.builders.messenger import MessengerUser
from tests.builders.slack import SlackUser
from tests.builders.talkers import Message, Request, Talker
from tests.builders.teams import TeamsUser
from tests.builders.telegram import TelegramUser
from tests.builders.twilio import TwilioUser
from tests.builders.vendors import Answer
from tests.integration.gateway.conftest import problem

TALKERS = {
    "messenger": lambda http: MessengerUser(),
    "slack": SlackUser,
    "teams": lambda http: TeamsUser(f"{http.app.state.settings.slack_api_url.partition('/slack')[0]}/teams/"),
    "telegram": lambda http: TelegramUser(),
    "twilio": lambda http: TwilioUser(),
}
SIGNS_THE_BODY = {"slack", "messenger", "twilio"}
"""The others prove who calls, not what is said."""
_SIGNATURE = re.compile("signature(-256)?$|secret-token$|^authorization$", re.IGNORECASE)
LATER = Answer(429, {"ok": False, "error": "ratelimited", "parameters": {"retry_after": 1}}, {"Retry-After": "1"})


@pytest.fixture(params=TALKERS)
def channel(request) -> str:
    return request.param


@pytest.fixture
def user(channel, http) -> Talker:
    return TALKERS[channel](http)


@pytest.fixture
def tell(http, user, vendors, quiet):
    """A request as often as wanted; what the user is shown then."""

    def tell(*requests: Request) -> list[Message]:
        before = len(user.shown(vendors))
        for each in requests:
            assert each.made(http).status_code == 200
        quiet()
        return user.shown(vendors)[before:]

    return tell


@pytest.fixture
def say(user, tell):
    return lambda text: tell(user.writes(text))


@pytest.fixture
def link(http, say, signed_in, quiet):
    """Links the user to an account; the link's id."""

    def link(account: str) -> str:
        answer = http.post("/v1/channel-links", json={"token": token_in(say("link")[0])}, headers=signed_in(account))
        assert answer.status_code == 201, answer.text
        quiet()
        return answer.json()["id"]

    return link


def token_in(offer: Message) -> str:
    address, _, token = (offer.link or "").partition("#link-channel=")
    assert address == "https://billing.example.com/"
    return token


def test_a_message_is_answered_once_however_often_the_vendor_tells_it(user, tell) -> None:
    told = user.writes("hello")
    assert [said.text[:6] for said in tell(told, told, told)] == ["Hello!"]
    assert tell(told) == []


@pytest.mark.parametrize("given", [None, "x", "é"])
def test_a_request_that_the_vendor_did_not_sign_is_refused_unread(http, user, given) -> None:
    told = user.writes("hello")
    signatures = {name for name in told.headers if _SIGNATURE.search(name)}
    assert signatures
    others = {name: value for name, value in told.headers.items() if name not in signatures}
    forged = others | ({name: given.encode("latin-1") for name in signatures} if given else {})
    for body in (told.body, b"\xff{", b""):
        assert problem(Request(told.path, body, forged).made(http), 401, "signature_invalid")


@pytest.mark.parametrize("channel", sorted(SIGNS_THE_BODY & TALKERS.keys()), indirect=True)
def test_a_signature_of_another_body_is_refused(http, user) -> None:
    told, other = user.writes("hello"), user.writes("show my balance")
    assert problem(Request(told.path, told.body, other.headers).made(http), 401, "signature_invalid")


def test_who_is_not_linked_gets_knowledge_and_no_figures(say) -> None:
    assert say("What is a voucher?")[0].text.startswith("Vouchers are credits")
    [refused] = say("show my balance")
    assert "sign in" in refused.text
    assert "$" not in refused.text


def test_signing_in_is_offered_where_it_is_asked_for(user, say, tell) -> None:
    [refused] = say("残高を教えて")
    assert "サインイン" in refused.text
    choose = user.presses(refused.buttons[-1]) if refused.buttons else user.writes("1")
    [offer] = tell(choose)
    assert offer.text.startswith("このチャットをアカウントに連携するには")
    assert token_in(offer)


def test_a_linked_user_speaks_for_the_account_until_it_is_unlinked(say, link) -> None:
    link("acme")
    assert "Top-up credit: $150.00" in say("show my balance")[0].text
    assert say("unlink")[0].text.startswith("This chat is no longer connected")
    assert "sign in" in say("show my balance")[0].text


def test_unlinking_in_the_web_session_makes_a_visitor(http, say, link, signed_in) -> None:
    link_id = link("acme")
    assert http.delete(f"/v1/channel-links/{link_id}", headers=signed_in("acme")).status_code == 204
    assert "sign in" in say("show my balance")[0].text


def test_linking_begins_a_new_conversation(say, link) -> None:
    """A task that a visitor began goes on nowhere."""
    assert any("What is it about?" in said.text for said in say("I want to talk to sales"))
    link("acme")
    assert "$150.00" in say("show my balance")[-1].text


def test_a_recharge_is_confirmed_once_although_the_vendor_tells_twice_and_the_user_presses_twice(
    user, say, tell, link, billing
) -> None:
    link("paused")
    before = billing.balance("paused").top_up
    terms = say("top up 50 dollars by card")[-1]
    if terms.buttons:
        press, again = user.presses(terms.button("Yes, top up")), user.presses(terms.button("Yes, top up"))
        said = tell(press, press, again, press)
    else:
        press = user.writes("1")
        said = tell(press, press)
    assert (billing.balance("paused").top_up - before).plain() == "50.00"
    assert [message.text.startswith("$50.00 was added") for message in said] == [True]


def test_a_call_that_the_vendor_puts_off_is_made_again_when_it_says(user, tell, vendors, channel) -> None:
    begun = time.monotonic()
    vendors.will(f"/{channel}/", LATER, "Hello")
    assert len(tell(user.writes("hello"))) == 2  # the first was refused
    assert time.monotonic() - begun > 1


def test_a_call_whose_answer_is_lost_is_made_again_and_marked(user, tell, vendors, channel, billing) -> None:
    vendors.will(f"/{channel}/", Answer(drops=True), "Hello")
    assert len(tell(user.writes("hello"))) == 2
    with billing.database.snapshot() as session:
        newest = session.query(ChannelDelivery).order_by(ChannelDelivery.id.desc()).first()
    assert (newest.state, newest.perhaps_twice, newest.attempts) == ("done", True, 2)


@pytest.mark.parametrize("text", ["which plan fits me", "my invoices", "my credit history", "what does each plan cost"])
def test_no_card_is_ever_shown_as_json_and_no_message_is_empty(say, link, text) -> None:
    link("acme")
    shown = say(text)
    assert shown
    for said in shown:
        assert said.text.strip()
        assert not set(said.text) & set("{}[]")


@pytest.mark.parametrize("said", ["/show_balance", '/recharge{"amount": "50"}'])
def test_what_looks_like_a_command_is_text(say, link, said) -> None:
    link("acme")
    assert "$" not in say(said)[0].text


def test_languages_are_those_of_the_user(say) -> None:
    assert "안녕하세요" in say("안녕하세요")[0].text
    assert "こんにちは" in say("こんにちは")[0].text
