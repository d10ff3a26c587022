"""What the assistant was unsure of is kept, with what the customer did next; learnt from, it is understood."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.evaluation.corpus import LANGUAGES, Sentence, trained
from assistant.nlu.cascade import Cascade
from assistant.nlu.encoders import NAMES, encode_all
from assistant.nlu.examples import Settings as Examples
from assistant.train import MODELS
from benchmarks.nlu import cascaded, shipped
from gateway.unsure import training
from gateway.unsure.service import Unsure
from tests.conversations.test_topics import said
from tests.conversations.test_unsure import asked_back, unclear

FAR_OFF = {"en": "will it rain in Osaka tomorrow", "ja": "明日の大阪の天気は?", "ko": "내일 오사카에 비가 와?"}
UNHEARD = {
    "en": "gimme the lowdown on what my bots burned through",
    "ja": "うちの子たちがどんだけ食ったか白状して",
    "ko": "우리 애들이 얼마나 먹어 치웠는지 좀 불어 봐",
}
"""Of use; worded as nothing in the training sentences is."""


@pytest.fixture
def unsure(billing, settings) -> Unsure:
    return Unsure(billing, settings)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_that_was_asked_back_about_is_kept_with_the_button_that_was_pressed(talk, unsure, language) -> None:
    conversation, reply = asked_back(talk, language)
    before = {kept.text: kept for kept in unsure.messages()}
    answered = conversation.press(reply.buttons[1])

    [kept] = [m for m in unsure.messages() if before[m.text] != m]
    assert kept.text in unclear(language)
    assert (kept.language, kept.outcome) == (language, "asked")
    assert answered.topic == kept.ranking[1].topic
    assert kept.afterwards.pressed == {answered.topic: 1}


@pytest.mark.parametrize("language", LANGUAGES)
def test_neither_is_kept_as_a_hint_that_it_was_something_else(talk, unsure, language) -> None:
    conversation, reply = asked_back(talk, language)
    conversation.press(reply.buttons[2])

    assert [m.afterwards.pressed for m in unsure.messages() if m.afterwards.pressed] == [{"out_of_scope": 1}]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_far_off_is_kept_and_twice_in_a_row_as_that(talk, unsure, language) -> None:
    conversation = talk("acme")
    conversation.say(FAR_OFF[language], locale=language)
    assert [m.outcome for m in unsure.messages()] == ["out_of_scope"]

    conversation.say(FAR_OFF[language], locale=language)
    [kept] = unsure.messages()
    assert (kept.text, kept.outcome, kept.seen) == (FAR_OFF[language], "person_offered", 2)


def test_what_was_written_instead_is_kept_as_a_hint(talk, unsure, phrases) -> None:
    conversation = talk("acme")
    conversation.say(FAR_OFF[phrases.language], locale=phrases.language)
    conversation.say(said(phrases.language)["show_balance"])

    assert [m.afterwards.wrote for m in unsure.messages()] == [{"show_balance": 1}]


def test_what_is_understood_or_said_in_a_form_or_no_wish_is_not_kept(talk, unsure, phrases) -> None:
    conversation = talk("acme")
    for text in (
        said(phrases.language)["show_balance"],
        phrases["and_last_month"],
        '/show_plan{"a": "b"}',
        said(phrases.language)["contact_support"],
        FAR_OFF[phrases.language],  # what the form asks for: the problem
        "Où est ma facture du mois dernier, s'il vous plaît ?",
    ):
        conversation.say(text, locale=phrases.language)
    assert unsure.messages() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unsure_message_is_labelled_exported_trained_on_and_understood(
    talk, unsure, language: str, tmp_path: Path
) -> None:
    talk("acme").say(UNHEARD[language], locale=language)
    [kept] = unsure.messages()
    unsure.label(kept.id, "show_usage", actor="operator:ann")
    training.write(training.choose(unsure.messages(state="labelled")).sentences, tmp_path)

    known = [sentence for sentence in trained() if sentence.language == language]
    learnt = trained(tmp_path)
    assert learnt == [Sentence(language, "show_usage", kept.text)]
    before, _ = understood(UNHEARD[language], known, [], tmp_path)
    after, confidence = understood(UNHEARD[language], known, learnt, tmp_path)
    assert before != "show_usage"
    assert (after, confidence > 0.7) == ("show_usage", True)


def understood(text: str, known: list[Sentence], learnt: list[Sentence], folder: Path) -> tuple[str, float]:
    """The guess of a model fitted on one language's training sentences and those learnt; `out_of_scope` when unsure."""
    config, sentences = shipped(), [*known, *learnt]
    raw = [_encoded(name, known, learnt, folder) for name in NAMES]
    cascade = Cascade.fit_encoded(
        raw,
        [s.text for s in sentences],
        [s.topic for s in sentences],
        Examples(config["width"], config["ngrams"], config["ridge"]),
    )
    asked = [encode_all(name, [text], folder) for name in NAMES]
    stages = cascade.odds_encoded(asked, [text], config["temperatures"])
    odds, _ = cascaded(stages, config["sure"], cascade.topics)
    best = int(odds[0].argmax())
    return cascade.topics[best] if odds[0][best] >= config["threshold"] else "out_of_scope", float(odds[0][best])


def _encoded(name: str, known: list[Sentence], learnt: list[Sentence], folder: Path) -> np.ndarray:
    """What training has encoded is read; what is learnt is encoded beside it, not among it."""
    vectors = encode_all(name, [s.text for s in known], MODELS)
    return np.vstack([vectors, encode_all(name, [s.text for s in learnt], folder)]) if learnt else vectors
