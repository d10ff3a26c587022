"""The training and held-out sentences are whole: every topic, every language, nothing twice."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from assistant.evaluation.corpus import LANGUAGES, held_out
from assistant.evaluation.corpus import topics as trained_topics
from assistant.nlu import ship
from assistant.nlu.sentences import FOLDER, files, normal
from assistant.nlu.sentences import sentences as read

ROOT = Path(__file__).resolve().parents[2]
LEAST = 40
HELD_OUT = 10


def topics() -> list[str]:
    rows = re.findall(r"^\| `([a-z_/]+)` \|", (ROOT / "docs" / "topics.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) == 51
    return rows


def sentences(language: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in files(FOLDER / language):
        for topic, text in read(path):
            assert path.relative_to(FOLDER / language).with_suffix("").as_posix() == topic
            found.setdefault(topic, []).append(text)
    return found


def held_out_by_topic(language: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for sentence in held_out():
        if sentence.language == language:
            found.setdefault(sentence.topic, []).append(sentence.text)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_has_enough_sentences_in_every_language(language: str) -> None:
    found = sentences(language)
    assert sorted(found) == sorted(topics())
    assert {topic: len(said) for topic, said in found.items() if len(said) < LEAST} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_stands_under_two_topics_or_twice_under_one(language: str) -> None:
    places = defaultdict(list)
    for topic, said in sentences(language).items():
        for sentence in said:
            places[normal(sentence)].append(topic)
    assert {sentence: at for sentence, at in places.items() if len(at) > 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_held_out_sentences_cover_every_topic_and_were_not_trained_on(language: str) -> None:
    asked = held_out_by_topic(language)
    learnt = {normal(sentence) for said in sentences(language).values() for sentence in said}
    assert sorted(asked) == sorted(topics())
    assert {topic for topic, said in asked.items() if len(set(said)) < HELD_OUT} == set()
    assert [s for said in asked.values() for s in said if normal(s) in learnt] == []


def test_the_topics_that_can_be_labelled_are_those_described() -> None:
    assert trained_topics() == sorted(topics())


def test_the_vectors_beside_the_sentences_are_theirs() -> None:
    assert sorted(ship.changed()) == [], "run `make vectors`"
