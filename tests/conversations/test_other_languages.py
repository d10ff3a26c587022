"""A question in a language that is not answered in: understood, answered in English, the three languages offered."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

OTHERS = yaml.safe_load((Path(__file__).resolve().parents[1] / "nlu" / "others.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", OTHERS)
def test_it_is_answered_in_english_and_the_languages_are_offered_once(talk, language: str) -> None:
    conversation = talk("acme")
    # Arabic's balance is understood at the threshold itself: on one machine so, on another not
    topic, number, said = ("show_usage", 0, "utter_usage") if language == "ar" else ("show_balance", 1, "utter_balance")
    question = OTHERS[language][topic][number]
    reply = conversation.say(question, locale=language)

    assert reply.says(said, "utter_offer_languages")
    assert reply.language == "en"
    assert [button["title"] for button in reply.buttons] == ["English", "日本語", "한국어"]
    assert conversation.say(question, locale=language).says(said)


@pytest.mark.parametrize(("number", "chosen"), enumerate(["en", "ja", "ko"]))
def test_the_language_that_is_chosen_stays(talk, number: int, chosen: str) -> None:
    conversation = talk("acme")
    question = OTHERS["es"]["show_balance"][1]
    reply = conversation.say(question)

    told = conversation.press(reply.buttons[number])
    assert told.says("utter_language_chosen")
    answer = conversation.say(question)
    assert answer.says("utter_balance")
    assert (told.language, answer.language) == (chosen, chosen)


def test_inside_a_form_the_language_is_chosen_and_the_form_goes_on(talk) -> None:
    conversation = talk("acme")
    conversation.say("I'd like to top up my account")
    asked = conversation.say(OTHERS["es"]["show_balance"][1])
    assert asked.says("utter_balance", "utter_ask_recharge_form_amount", "utter_offer_languages")

    chosen = conversation.press(asked.buttons[1])
    assert chosen.says("utter_language_chosen", "utter_ask_recharge_form_amount")
    assert chosen.language == "ja"
