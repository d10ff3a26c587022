"""Of two likely topics the customer chooses; a choice keeps what the message named."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from actions.texts import Texts
from tests.conversations.test_topics import said

HERE = Path(__file__).resolve().parent
LANGUAGES = ("en", "ja", "ko")


def unclear(language: str) -> list[str]:
    return yaml.safe_load((HERE / language / "unclear.yml").read_text(encoding="utf-8"))


def asked_back(talk, language: str):
    """A conversation in which the last message was one of those that could mean two things, and the reply to it."""
    for text in unclear(language):
        conversation = talk("acme")
        reply = conversation.say(text, locale=language)
        if len(reply.buttons) == 3 and reply.topic == "out_of_scope":
            return conversation, reply
    raise AssertionError("nothing was asked back about")


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_likely_topics_are_offered_by_name_and_neither(talk, language: str) -> None:
    _, reply = asked_back(talk, language)

    assert reply.says("utter_unsure")
    assert reply.language == language
    texts = Texts(language)
    titles = {texts.title(topic) for topic in said(language) if not is_dialogue(topic)}
    *offered, neither = [button["title"] for button in reply.buttons]
    assert set(offered) <= titles
    assert len(set(offered)) == 2
    assert neither == texts.title("neither")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", [0, 1])
def test_the_topic_that_is_pressed_is_answered(talk, language: str, number: int) -> None:
    conversation, reply = asked_back(talk, language)
    title = reply.buttons[number]["title"]
    answered = conversation.press(reply.buttons[number])

    [topic] = [t for t in said(language) if not is_dialogue(t) and Texts(language).title(t) == title]
    assert answered.topic == topic


@pytest.mark.parametrize("language", LANGUAGES)
def test_neither_offers_a_person(talk, language: str) -> None:
    conversation, reply = asked_back(talk, language)
    assert conversation.press(reply.buttons[2]).says("utter_out_of_scope_again")


def test_no_in_words_is_neither(talk, phrases) -> None:
    conversation, _ = asked_back(talk, phrases.language)
    assert conversation.say(phrases["no"]).says("utter_out_of_scope_again")


def test_what_was_named_goes_with_the_choice(talk, phrases, billing) -> None:
    conversation = talk("acme")
    conversation.say(said(phrases.language)["show_invoices"], locale=phrases.language)
    asked = conversation.say(phrases["and_last_month"])
    assert asked.says("utter_unsure")

    usage = conversation.press(asked.buttons[0])
    month = billing.now().date().replace(day=1)
    period = usage.messages[0]["card"]["period"]
    assert (period["to"] < month.isoformat()) and period["from"].endswith("-01")


def is_dialogue(topic: str) -> bool:
    return topic in {
        "greet", "goodbye", "thank", "help", "bot_challenge", "cancel", "affirm", "deny", "out_of_scope",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "topic"), [(lang, t) for lang in LANGUAGES for t in said(lang) if not is_dialogue(t)]
)
def test_a_title_typed_instead_of_pressed_is_understood_the_same(talk, language: str, topic: str) -> None:
    assert talk("acme").say(Texts(language).title(topic), locale=language).topic == topic
