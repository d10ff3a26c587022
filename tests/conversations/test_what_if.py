"""What if: what is said is what `Billing.what_if` tells, and nothing of the ledger moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from actions.texts import Texts
from billing.api import Billing, Change, PlanChanges, ToppedUp, TrafficChanges, VoucherGone
from tests.builders.what_if import digest
from tests.conversations.talk import Reply, Talk

Opened = Callable[[str | None], Talk]
LANGUAGES = ("en", "ja", "ko")

ISSUE = {
    "en": "what if traffic grows 30 % from December, the voucher runs out and we move to Growth?",
    "ja": "12月からトラフィックが30%増えて、バウチャーがなくなり、Growthに移ったらどうなりますか？",
    "ko": "12월부터 트래픽이 30% 늘고 바우처가 소진되고 그로스로 옮기면 어떻게 되나요?",
}
GROWS = {"en": "what if traffic grows?", "ja": "トラフィックが増えたら？", "ko": "트래픽이 늘어나면요?"}
THIRTY = {"en": "30 percent", "ja": "30パーセントです", "ko": "30퍼센트요"}
FIFTY = {"en": "and with 50 %?", "ja": "では50%なら？", "ko": "그럼 50%는요?"}
FALLS = {"en": "what if our usage drops?", "ja": "利用量が減ったらどうなりますか", "ko": "사용량이 줄면 어떻게 돼요?"}
SAME_PLAN = {
    "en": "what if we moved to Starter next week?",
    "ja": "来週Starterに移ったらどうなりますか",
    "ko": "다음 주에 스타터로 바꾸면 어떻게 되나요?",
}
TOO_SMALL = {
    "en": "what if I top up 1 dollar and traffic doubles?",
    "ja": "1ドルチャージして、トラフィックが2倍になったらどうなりますか",
    "ko": "1달러 충전하고 트래픽이 두 배가 되면 어떻게 돼요?",
}
NEXT_YEAR = {
    "en": "what if traffic doubles in 500 days",
    "ja": "500日後にトラフィックが2倍になったら？",
    "ko": "500일 뒤에 트래픽이 두 배가 되면?",
}
WITH_A_TASK = {
    "en": "what if I top up 100 dollars and move to Scale?",
    "ja": "100ドルチャージしてScaleに移ったら？",
    "ko": "100달러 충전하고 스케일로 옮기면?",
}
SOMETHING = {
    "en": "I'd like to try out a what-if",
    "ja": "もしもの試算をしてほしい",
    "ko": "만약의 경우를 시뮬레이션하고 싶어요",
}


@pytest.fixture(params=LANGUAGES)
def texts(request: pytest.FixtureRequest) -> Texts:
    return Texts(request.param)


def next_december(billing: Billing) -> date | None:
    """The first of December, or now where it has begun."""
    today = billing.balance("acme").as_of.date()
    return None if today.month == 12 else date(today.year, 12, 1)


def tells(reply: Reply, billing: Billing, texts: Texts, changes: list[Change], days: int = 90) -> bool:
    """Whether the reply has the figures of exactly these changes, in text and card."""
    found = billing.what_if("acme", changes, days)
    [message] = reply.messages
    difference = found.dearer_by
    assert message["text"].startswith(texts.money(max(difference, -difference)))
    for money in (found.changed.cost, found.present.cost, found.daily_use):
        assert texts.money(money) in message["text"]
    for course in (found.changed, found.present):
        if course.uncovered_on:
            assert texts.day(course.uncovered_on) in message["text"]
        if course.invoiced:
            assert texts.money(course.invoiced) in message["text"]
    told = message["card"]
    assert told.pop("kind") == "what_if"
    expected = found.model_dump(mode="json", by_alias=True)
    return {k: v for k, v in told.items() if k != "as_of"} == {k: v for k, v in expected.items() if k != "as_of"}


def test_the_issues_own_sentence_is_told_with_the_figures_of_the_engine(talk: Opened, billing, texts) -> None:
    december, before = next_december(billing), digest(billing)

    reply = talk("acme").say(ISSUE[texts.language], locale=texts.language)

    assert reply.topic == "what_if"
    changes = [
        TrafficChanges(factor=Decimal("1.3"), on=december),
        VoucherGone(on=december),
        PlanChanges(plan="growth", on=december),
    ]
    assert tells(reply, billing, texts, changes)
    assert digest(billing) == before


def test_how_much_is_asked_for_and_answered_in_words(talk: Opened, billing, texts) -> None:
    conversation = talk("acme")

    asked = conversation.say(GROWS[texts.language], locale=texts.language)
    assert asked.says("utter_what_if_ask_factor")
    assert len(asked.buttons) == 3
    answered = conversation.say(THIRTY[texts.language])

    assert answered.topic == "what_if"
    assert tells(answered, billing, texts, [TrafficChanges(factor=Decimal("1.3"))])


def test_another_figure_in_its_place_goes_on_with_the_question(talk: Opened, billing, texts) -> None:
    conversation = talk("acme")
    december = next_december(billing)
    conversation.say(ISSUE[texts.language], locale=texts.language)

    again = conversation.say(FIFTY[texts.language])

    changes = [
        TrafficChanges(factor=Decimal("1.5"), on=december),
        VoucherGone(on=december),
        PlanChanges(plan="growth", on=december),
    ]
    assert tells(again, billing, texts, changes)


def test_a_percentage_of_what_falls_is_taken_off(talk: Opened, billing, texts) -> None:
    conversation = talk("acme")
    conversation.say(FALLS[texts.language], locale=texts.language)
    assert tells(conversation.say(THIRTY[texts.language]), billing, texts, [TrafficChanges(factor=Decimal("0.7"))])


def test_a_button_answers_what_was_asked(talk: Opened, billing, texts) -> None:
    conversation = talk("acme")
    asked = conversation.say(FALLS[texts.language], locale=texts.language)
    assert tells(conversation.press(asked.buttons[2]), billing, texts, [TrafficChanges(factor=Decimal("0.5"))])


def test_who_names_nothing_is_asked_what_would_change(talk: Opened, billing, texts) -> None:
    conversation = talk("acme")
    asked = conversation.say(SOMETHING[texts.language], locale=texts.language)
    assert asked.says("utter_what_if_ask_changes")
    assert tells(conversation.press(asked.buttons[1]), billing, texts, [TrafficChanges(factor=Decimal(2))])


def test_the_plan_that_there_is_is_refused_and_another_asked_for(talk: Opened, billing, texts) -> None:
    conversation = talk("acme")
    refused = conversation.say(SAME_PLAN[texts.language], locale=texts.language)
    assert refused.says("utter_plan_unchanged", "utter_what_if_ask_plan")

    today = billing.balance("acme").as_of.date()
    on = today + timedelta(days=7 - today.weekday())
    assert tells(conversation.press(refused.buttons[0]), billing, texts, [PlanChanges(plan="growth", on=on)])


def test_too_small_a_top_up_is_refused_and_an_amount_asked_for(talk: Opened, billing, texts) -> None:
    conversation = talk("acme")
    refused = conversation.say(TOO_SMALL[texts.language], locale=texts.language)
    assert refused.says("utter_amount_too_small", "utter_what_if_ask_amount")
    changes = [ToppedUp(amount=Decimal("25.00")), TrafficChanges(factor=Decimal(2))]
    assert tells(conversation.press(refused.buttons[0]), billing, texts, changes)


def test_a_day_too_far_ahead_is_said_to_be(talk: Opened, billing, texts) -> None:
    reply = talk("acme").say(NEXT_YEAR[texts.language], locale=texts.language)
    assert reply.says("utter_what_if_out_of_reach")


def test_doing_it_really_is_offered_and_confirmed_as_always(talk: Opened, billing, texts) -> None:
    conversation, before = talk("acme"), digest(billing)
    told = conversation.say(WITH_A_TASK[texts.language], locale=texts.language)
    assert tells(told, billing, texts, [ToppedUp(amount=Decimal(100)), PlanChanges(plan="scale")])

    terms = conversation.press(told.buttons[1])

    assert terms.topic == "change_plan"
    assert terms.says("utter_plan_change_now_terms")
    assert digest(billing) == before


def test_who_has_nothing_is_told_so(talk: Opened, texts) -> None:
    reply = talk("empty").say(ISSUE[texts.language], locale=texts.language)
    assert reply.topic == "what_if"
    assert reply.messages[0]["card"]["basis"] == "none"
    assert reply.buttons == []
