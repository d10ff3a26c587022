"""Which plan fits: the figures of billing, and a button that goes on to changing."""

from __future__ import annotations

import pytest

from actions.texts import Texts
from billing.api import Billing
from tests.conversations.test_topics import said

LANGUAGES = ("en", "ja", "ko")


@pytest.fixture(params=LANGUAGES)
def texts(request: pytest.FixtureRequest) -> Texts:
    return Texts(request.param)


@pytest.mark.parametrize(
    ("account", "response"),
    [
        ("acme", "utter_recommend_plan"),
        ("hangang", "utter_recommend_plan_stay"),
        ("sakura", "utter_recommend_plan_without"),
        ("empty", "utter_recommend_plan_no_usage"),
    ],
)
def test_the_cheapest_is_named_with_its_figure_first(talk, billing: Billing, texts: Texts, account, response) -> None:
    found = billing.recommendation(account)
    reply = talk(account).say(said(texts.language)["recommend_plan"], locale=texts.language)

    assert reply.says(response)
    if found.best is None:
        return
    assert reply.text.startswith(texts.money(found.best.total))
    assert all(texts.money(option.total) in reply.text for option in found.options)
    [message] = reply.messages
    assert message["card"]["kind"] == "plans"
    assert [option["total"]["amount"] for option in message["card"]["options"]] == [
        option.total.plain() for option in found.options
    ]


def test_the_button_goes_on_to_changing_the_plan(talk, billing: Billing, texts: Texts) -> None:
    conversation = talk("acme")
    best = billing.recommendation("acme").best
    recommended = conversation.say(said(texts.language)["recommend_plan"], locale=texts.language)
    [button] = recommended.buttons
    assert best is not None
    assert texts.name(best.names) in button["title"]

    assert conversation.press(button).topic == "change_plan"
