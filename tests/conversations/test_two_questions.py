"""Two questions in one message are both answered, a question before a task, each message under its own topic."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from assistant.understood import is_task
from billing.api import Reading

HERE = Path(__file__).resolve().parent


def two_questions(language: str) -> dict[str, list[str]]:
    return yaml.safe_load((HERE / language / "two_questions.yml").read_text(encoding="utf-8"))


CASES = [
    (language, text, topics) for language in ("en", "ja", "ko") for text, topics in two_questions(language).items()
]


@pytest.mark.parametrize(("language", "text", "topics"), CASES)
def test_both_are_answered_in_order(talk, language: str, text: str, topics: list[str]) -> None:
    reply = talk("acme").say(text, locale=language)

    assert reply.language == language
    answered = list(dict.fromkeys(message["topic"] for message in reply.messages))
    both_tasks = all(is_task(topic) for topic in topics)
    assert answered == (topics[::-1] if both_tasks else sorted(topics, key=is_task))


def test_a_period_named_once_stands_for_both(talk, phrases) -> None:
    reply = talk("acme").say(phrases["usage_and_services_last_month"], locale=phrases.language)

    assert reply.says("utter_usage", "utter_service_usage")
    first, second = (message["card"]["period"] for message in reply.messages)
    assert first == second


def test_a_repeat_gives_both_answers_again_and_does_nothing(talk, phrases, billing) -> None:
    conversation = talk("acme")
    text = f"{phrases['balance']}? {phrases['recharge_by_card']}"
    first = conversation.say(text, key="once", locale=phrases.language)

    assert conversation.say(text, key="once", locale=phrases.language) == first
    assert first.says("utter_balance", "utter_recharge_start", "utter_recharge_confirm_card")
    before = billing.balance("acme").top_up.amount
    assert conversation.press(first.buttons[0]).says("utter_recharge_completed")
    assert billing.balance("acme").top_up.amount == before + 50


def test_a_turn_whose_second_answer_fails_keeps_nothing(talk, phrases, billing, monkeypatch) -> None:
    conversation = talk("acme")
    text = next(
        text for text, topics in two_questions(phrases.language).items() if topics == ["show_balance", "show_plan"]
    )
    with monkeypatch.context() as broken:
        broken.setattr(Reading, "plan", lambda *_: 1 / 0)
        with pytest.raises(Exception, match="failed"):
            conversation.say(text, locale=phrases.language)
    assert conversation.say(text, locale=phrases.language).says("utter_balance", "utter_plan_active")


def test_inside_a_form_a_message_is_not_divided(talk, phrases) -> None:
    conversation = talk("acme")
    conversation.say(phrases["support"], locale=phrases.language)
    words = next(iter(two_questions(phrases.language)))
    asked = conversation.say(words)
    assert asked.says("utter_ask_request_form_request_charges")  # for it began with a charge
    confirm = conversation.press(asked.buttons[-1])

    assert confirm.says("utter_request_confirm")
    assert words in confirm.text
