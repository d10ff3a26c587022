"""`understanding check`: what it prints, and its exit codes, whatever a model guesses."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from assistant.evaluation import gate
from assistant.evaluation.corpus import LANGUAGES, Sentence
from assistant.evaluation.guesses import Guesses
from assistant.evaluation.measure import Measured
from gateway.cli import understanding
from gateway.cli.main import application

PLAN, NONE = "show_plan", "out_of_scope"


def a_model(wrong_of_a_hundred: int) -> Measured:
    """Of each language eighty sentences of a topic, so many of them taken for another, and twenty of none."""
    guessed = ["show_usage"] * wrong_of_a_hundred + [PLAN] * (80 - wrong_of_a_hundred) + [NONE] * 20
    sentences = [
        Sentence(language, topic, f"{number}")
        for language in LANGUAGES
        for number, topic in enumerate([PLAN] * 80 + [NONE] * 20)
    ]
    count = len(sentences)
    guesses = Guesses(sentences, np.array(guessed * len(LANGUAGES), dtype=object), np.full(count, 0.9))
    return Measured(guesses, np.linspace(1, 100, count))


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> list[Guesses]:
    """What is recorded anew; before, three of a hundred were wrong."""
    found: list[Guesses] = []
    before = {language: gate.figures(a_model(3).guesses.only(language)) for language in LANGUAGES}
    monkeypatch.setattr(gate, "recorded", lambda: before)
    monkeypatch.setattr(gate, "record", found.append)
    return found


def check(monkeypatch: pytest.MonkeyPatch, model: Measured, *options: str) -> tuple[int, str, str]:
    monkeypatch.setattr(understanding, "_measured", lambda folder, language: model)
    ended = CliRunner().invoke(application(), ["understanding", "check", *options])
    return ended.exit_code, ended.stdout, ended.stderr


def test_as_good_as_before_passes_and_prints_a_row_a_language(monkeypatch, recorded) -> None:
    code, printed, _ = check(monkeypatch, a_model(4))

    assert code == 0
    assert [line.split()[:3] for line in printed.splitlines()[2:]] == [[lang, "100", "0.96"] for lang in LANGUAGES]
    assert recorded == []


def test_worse_than_before_fails_and_says_where(monkeypatch, recorded) -> None:
    code, printed, said = check(monkeypatch, a_model(5), "--json")

    assert code == 1
    assert said.splitlines() == [f"{lang}: 95.0% understood, 97.0% when last recorded" for lang in LANGUAGES]
    assert json.loads(printed)["failures"] == said.splitlines()


def test_a_worse_result_is_recorded_on_demand_but_none_below_the_floors(monkeypatch, recorded) -> None:
    code, _, _ = check(monkeypatch, a_model(6), "--record")
    assert (code, [guesses.accuracy() for guesses in recorded]) == (0, [0.94])

    code, _, said = check(monkeypatch, a_model(9), "--record")
    assert (code, len(recorded)) == (1, 1)
    assert "91.0% understood, 93% is the least" in said
