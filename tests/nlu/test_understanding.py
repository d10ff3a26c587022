"""Held-out sentences, never trained on: how many the trained model understands now, and when last recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from assistant import logs, train
from assistant.agent import Assistant
from assistant.evaluation import gate
from assistant.evaluation.corpus import LANGUAGES, Sentence, held_out
from assistant.evaluation.measure import Measured, measure
from assistant.nlu.topics import OUT_OF_SCOPE
from gateway.cli.understanding_tables import summary
from tests.conftest import SHOWN

OTHERS = Path(__file__).resolve().parent / "others.yml"
LEAST_OF_A_TOPIC = 6 / 10
LEAST_OF_OTHERS = 0.85
"""Of all sentences in languages that nothing was trained in."""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    logs.configure()
    train.main([])
    loaded = Assistant.load(train.MODEL, tracker_url=f"sqlite:///{tmp_path_factory.mktemp('nlu') / 'tracker.db'}")
    yield loaded
    run(loaded.close())


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """In a loop of its own, whatever other tests left running in this thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


@pytest.fixture(scope="module")
def measured(assistant: Assistant) -> Measured:
    return run(measure(assistant, held_out()))


def test_no_language_is_understood_worse_than_when_last_recorded(measured: Measured, record_property) -> None:
    record_property(SHOWN, summary(measured))
    assert gate.failures(measured.guesses, gate.recorded()) == []


def test_a_model_that_guesses_worse_is_found(measured: Measured) -> None:
    """The same guesses, two in a hundred of them those of another sentence: of that language, and of no other."""
    guesses = measured.guesses
    korean = [i for i, s in enumerate(guesses.sentences) if s.language == "ko" and s.topic != OUT_OF_SCOPE]
    some = korean[:: len(korean) // 10]
    worse = guesses.topics.copy()
    worse[some] = np.roll(guesses.topics[some], 1)

    failures = gate.failures(guesses._replace(topics=worse), gate.recorded())

    assert [failure[:2] for failure in failures] == ["ko"], failures
    assert "when last recorded" in failures[0]


def test_a_model_that_guesses_at_random_passes_nothing(measured: Measured) -> None:
    shuffled = np.random.default_rng(0).permutation(measured.guesses.topics)
    failures = gate.failures(measured.guesses._replace(topics=shuffled), gate.recorded())
    assert len(failures) == 4 * len(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_is_mostly_understood(measured: Measured, language: str) -> None:
    topics = measured.guesses.only(language).by_topic()
    assert {each.topic: each.recall for each in topics if each.recall < LEAST_OF_A_TOPIC} == {}


def test_languages_without_training_data_are_mostly_understood(assistant: Assistant) -> None:
    others = yaml.safe_load(OTHERS.read_text(encoding="utf-8"))
    asked = [
        Sentence(lang, topic, text) for lang, of in others.items() for topic, texts in of.items() for text in texts
    ]

    assert len(others) == 12
    assert run(measure(assistant, asked)).guesses.accuracy() >= LEAST_OF_OTHERS
