"""What is Teams' alone."""

from __future__ import annotations

import time

import pytest

from gateway.channels.adapter import KeysUnreachable
from gateway.channels.teams.tokens import Incoming
from tests.builders.talkers import Request
from tests.builders.teams import APP, TENANT, TeamsUser, actions_of, sent_to, token
from tests.builders.vendors import Answer
from tests.integration.gateway.conftest import problem


@pytest.fixture
def user(vendors) -> TeamsUser:
    return TeamsUser(f"{vendors.url}/teams/")


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-app"},
        {"iss": "https://sts.windows.net/72f988bf/"},
        {"exp": int(time.time()) - 301},
        {"key": "unknown"},
        {"kid": "unknown"},
        {"kid": "webchat"},
        {"serviceurl": "https://evil.example/"},
    ],
)
def test_only_a_token_of_the_bot_framework_for_this_app_and_for_teams_is_taken(http, user, claims) -> None:
    told = {"service": user.service, **claims}
    signed = token(told.pop("service"), **told)
    assert problem(user.request(user.activity("hello"), signed).made(http), 401, "signature_invalid")


def test_an_activity_that_asks_to_be_answered_elsewhere_is_refused(http, user, vendors) -> None:
    """The app's token would go there."""
    activity = user.activity("hello") | {"serviceUrl": f"{vendors.url}/elsewhere/"}
    assert problem(user.request(activity).made(http), 401, "signature_invalid")
    assert not any("/elsewhere/" in sent.path for sent in vendors.sent)


def test_a_reply_carries_the_apps_token_which_is_got_once(http, user, vendors, quiet) -> None:
    for _ in range(2):
        user.writes("hello").made(http)
    quiet()
    sent = sent_to(vendors, user.conversation["id"])
    assert [each.headers["authorization"] for each in sent] == ["Bearer an-app-token"] * 2
    assert sum("/oauth2/v2.0/token" in each.path for each in vendors.sent) == 1


def test_a_button_is_heard_although_its_text_is_empty(http, user, vendors, quiet) -> None:
    user.writes("show my balance").made(http)
    quiet()
    [refused] = user.shown(vendors)
    for text in (None, ""):
        user.request(user.press(refused.button("Sign in").token) | ({"text": text} if text is not None else {})).made(
            http
        )
        quiet()
    assert [said.text[:15] for said in user.shown(vendors)[1:]] == ["To connect this"] * 2


def test_a_value_that_is_no_button_of_ours_is_not_taken_for_one(http, user, vendors, quiet) -> None:
    for value in ({}, {"choice": ["x"]}, "x", {"choice": ""}):
        user.request(user.activity("What is a voucher?", value=value)).made(http)
    quiet()
    assert [said.text[:8] for said in user.shown(vendors)] == ["Vouchers"] * 4


def test_a_card_has_facts_and_the_text_says_it_all(http, user, vendors, quiet, link) -> None:
    link(user, "acme")
    user.writes("show my balance").made(http)
    quiet()
    sent = sent_to(vendors, user.conversation["id"])[-1]
    assert "Top-up credit: $150.00" in sent.body["text"]
    [card] = [attachment["content"] for attachment in sent.body["attachments"]]
    assert {"title": "Top-up credit", "value": "$150.00"} in card["body"][0]["facts"]


def test_after_a_press_the_choice_stands_in_the_card_and_the_buttons_are_gone(http, user, vendors, quiet, link) -> None:
    link(user, "paused")
    user.writes("top up 40 dollars by card").made(http)
    quiet()
    terms = user.shown(vendors)[-1]
    user.request(user.press(terms.button("No").token, "1:terms")).made(http)
    quiet()
    [update] = sent_to(vendors, user.conversation["id"], "PUT")
    assert update.path.endswith("/activities/1%3Aterms")
    assert actions_of(update) == []
    assert update.body["text"] == terms.text
    assert update.body["attachments"][0]["content"]["body"][-1]["text"] == "✓ No"


@pytest.mark.parametrize("kind", ["conversationUpdate", "messageReaction", "typing", "installationUpdate", "invoke"])
def test_what_is_no_message_is_not_answered(http, user, vendors, quiet, kind) -> None:
    assert user.request(user.activity("hello") | {"type": kind}).made(http).status_code == 200
    quiet()
    assert user.shown(vendors) == []


def test_in_a_channel_only_who_names_the_bot_is_answered(http, user, vendors, quiet) -> None:
    channel = f"19:abc{user.number}@thread.tacv2;messageid=1700000000000"
    user.request(user.in_channel("What is a voucher?", channel, named=False)).made(http)
    quiet()
    assert sent_to(vendors, channel) == []
    user.request(user.in_channel("What is a voucher?", channel)).made(http)
    quiet()
    [reply] = sent_to(vendors, channel)
    assert reply.body["text"].startswith("Vouchers")


@pytest.mark.parametrize("text", ["show my balance", "top up 50 dollars by card", "link"])
def test_a_linked_user_gets_no_figures_and_moves_no_money_in_a_channel(http, user, vendors, quiet, link, text) -> None:
    link(user, "acme")
    channel = f"19:def{user.number}@thread.tacv2"
    user.request(user.in_channel(text, channel)).made(http)
    quiet()
    [refused] = sent_to(vendors, channel)
    assert refused.body["text"].startswith("Others read here")
    assert actions_of(refused)[0]["url"] == f"https://teams.microsoft.com/l/chat/0/0?users=28:{APP}"


def test_the_same_user_id_in_another_tenant_is_another_user(http, user, vendors, quiet, link) -> None:
    link(user, "acme")
    activity = user.activity("show my balance")
    activity["conversation"] = activity["conversation"] | {"tenantId": TENANT[::-1]}
    user.request(activity).made(http)
    quiet()
    assert "sign in" in user.shown(vendors)[-1].text


def test_no_token_of_the_app_puts_the_reply_off(http, user, vendors, quiet) -> None:
    channel = http.app.state.channels.lines["teams"].channel
    channel._outgoing._client = None
    vendors.will("openid-configuration", Answer(503))
    user.writes("hello").made(http)
    quiet()
    assert len(user.shown(vendors)) == 1


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'"x"'])
def test_a_body_that_is_no_activity_is_a_problem_and_no_crash(http, user, body) -> None:
    made = user.writes("hello")
    assert problem(Request(made.path, body, made.headers).made(http), 400, "event_malformed")


def test_keys_that_cannot_be_fetched_refuse_nobody_for_good(settings) -> None:
    gone = settings.model_copy(update={"teams_keys_url": "http://127.0.0.1:9/openidconfiguration"})
    with pytest.raises(KeysUnreachable):
        Incoming(gone).claims(f"Bearer {token('https://smba.example/')}")
