"""Which plan fits: the figures of billing, and a button that goes on to changing."""

from __future__ import annotations

from decimal import Decimal

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


@pytest.mark.parametrize("account", ["acme", "paused", "expired", "sakura", "hangang"])
def test_the_break_even_is_said_in_a_sentence_with_the_figures_of_billing(
    talk, billing: Billing, texts: Texts, account: str
) -> None:
    compared = billing.plan_comparison(account)
    reply = talk(account).say(said(texts.language)["recommend_plan"], locale=texts.language)
    *_, last = reply.text.splitlines()

    [message] = reply.messages
    told = [(each["volume"], each["total"]["amount"]) for each in message["card"]["crossings"]]
    assert told == [(str(each.volume), each.total.plain()) for each in compared.crossings]
    assert len(message["card"]["points"]) == len(compared.points)
    more = [each for each in compared.crossings if each.volume > 1]
    less = [each for each in compared.crossings if Decimal("0.01") <= each.volume <= 1]
    if more:
        name = next(line.names for line in compared.lines if line.plan == more[0].to_plan)
        assert texts.number(more[0].volume) in last
        assert texts.money(more[0].total) in last
        assert texts.name(name) in last
    elif less:
        assert texts.number(less[-1].volume) in last
    else:
        assert last == reply.text.splitlines()[1 + len(compared.lines)]  # the last of the plans
