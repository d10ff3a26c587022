"""An alert is told once, before the first answer of the next conversation, in the customer's language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from actions.texts import Texts
from billing.api import Billing, Reading
from tests.conversations.talk import named
from tests.conversations.test_topics import said


@pytest.fixture
def low(billing: Billing) -> str:
    """`empty`, which had 30 and has 10."""
    billing.adjust_credit("empty", Decimal(30), reason="test", key="k-1")
    billing.adjust_credit("empty", Decimal(-20), reason="test", key="k-2")
    assert "low_balance" in [alert.kind for alert in _looked(billing, "empty")]
    return "empty"


def _looked(billing: Billing, account: str):
    billing.check_alerts()
    return billing.alerts(account)


def test_a_low_balance_is_told_first_and_once(talk, billing: Billing, phrases, low: str) -> None:
    question = said(phrases.language)["show_balance"]
    conversation = talk(low)
    reply = conversation.say(question, locale=phrases.language)

    assert reply.says("utter_alert_low_balance", "utter_balance")
    told, answer = reply.messages
    texts = Texts(phrases.language)
    alert = billing.alerts(low)[0]
    assert alert.figures.available is not None
    assert alert.figures.threshold is not None
    assert texts.money(alert.figures.available) in told["text"]
    assert texts.money(alert.figures.threshold) in told["text"]
    assert (told["language"], told["card"], answer["card"]["kind"]) == (phrases.language, None, "balance")
    assert conversation.say(question, locale=phrases.language).says("utter_balance")
    assert talk(low).say(question, locale=phrases.language).says("utter_balance")


def test_a_repeat_of_the_first_message_gives_the_same_reply(talk, phrases, low: str) -> None:
    conversation = talk(low)
    question = said(phrases.language)["show_balance"]
    first = conversation.say(question, key="k-1", locale=phrases.language)
    assert conversation.say(question, key="k-1", locale=phrases.language) == first
    assert len(first.messages) == 2


def test_an_alert_before_a_form_leaves_its_buttons_as_they_are(talk, billing: Billing, phrases, low: str) -> None:
    conversation = talk(low)
    conversation.say(phrases["recharge"], locale=phrases.language)
    before = billing.balance(low).top_up
    reply = conversation.say("50", locale=phrases.language)
    conversation.press(reply.buttons[0])
    assert billing.balance(low).top_up == before  # nothing happens before a yes


def test_a_first_message_that_failed_tells_it_again(talk, billing: Billing, phrases, low: str, monkeypatch) -> None:
    conversation = talk(low)
    question = said(phrases.language)["show_balance"]
    with monkeypatch.context() as broken:
        broken.setattr(Reading, "balance", lambda *_: 1 / 0)
        with pytest.raises(Exception, match="failed"):
            conversation.say(question, locale=phrases.language)
    assert conversation.say(question, locale=phrases.language).says("utter_alert_low_balance", "utter_balance")


def test_an_alert_that_cannot_be_read_fails_the_turn_and_keeps_nothing(
    talk, billing, phrases, low, monkeypatch
) -> None:
    conversation = talk(low)
    question = said(phrases.language)["show_balance"]
    with monkeypatch.context() as broken:
        broken.setattr(type(billing), "tell_alerts", lambda *_: 1 / 0)
        with pytest.raises(Exception, match="failed"):
            conversation.say(question, locale=phrases.language)
    assert conversation.say(question, locale=phrases.language).says("utter_alert_low_balance", "utter_balance")


def test_a_visitor_is_told_of_nobodys_alert(talk, phrases, low: str) -> None:
    assert talk().say(said(phrases.language)["show_balance"], locale=phrases.language).says("utter_sign_in")


@pytest.mark.parametrize(
    ("account", "key"), [("sakura", "utter_alert_plan_ending"), ("expired", "utter_alert_plan_used_up")]
)
def test_a_plan_is_told_of_with_its_name_and_date(talk, billing: Billing, phrases, account: str, key: str) -> None:
    alert = _looked(billing, account)[0]
    reply = talk(account).say(said(phrases.language)["show_plan"], locale=phrases.language)
    texts = Texts(phrases.language)
    assert key in named(reply.messages[0]["text"], phrases.language)
    assert alert.figures.names is not None
    assert texts.name(alert.figures.names) in reply.messages[0]["text"]
    if alert.kind == "plan_ending":
        assert isinstance(alert.figures.ends_on, date)
        assert texts.day(alert.figures.ends_on) in reply.messages[0]["text"]
    assert len(reply.messages) == 2


def test_what_is_over_is_not_told(talk, billing: Billing, phrases, low: str) -> None:
    billing.adjust_credit(low, Decimal(500), reason="test", key="k-3")
    assert talk(low).say(said(phrases.language)["show_balance"], locale=phrases.language).says("utter_balance")
