"""The figures of guesses, worked out by hand; and what the gate makes of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.evaluation import gate
from assistant.evaluation.corpus import Sentence
from assistant.evaluation.guesses import Bin, Confusion, Guesses, OfATopic
from assistant.nlu.sentences import normal

BALANCE, PLAN, NONE = "show_balance", "show_plan", "out_of_scope"


def guessed(*said: tuple[str, str, float], language: str = "en") -> Guesses:
    """Of (topic, guess, confidence)."""
    sentences = [Sentence(language, topic, f"sentence {number}") for number, (topic, _, _) in enumerate(said)]
    return Guesses(sentences, np.array([g for _, g, _ in said], dtype=object), np.array([c for _, _, c in said]))


SAID = (
    (BALANCE, BALANCE, 0.95), (BALANCE, BALANCE, 0.85), (BALANCE, PLAN, 0.95), (PLAN, PLAN, 0.85),
    (PLAN, BALANCE, 0.35), (PLAN, NONE, 0.15), (NONE, NONE, 0.95), (BALANCE, PLAN, 0.35),
)  # fmt: skip


def test_every_topic_has_its_precision_and_recall() -> None:
    none, balance, plan = guessed(*SAID).by_topic()

    assert balance == OfATopic(BALANCE, precision=0.6667, recall=0.5, f1=0.5714, sentences=4)
    assert plan == OfATopic(PLAN, precision=0.3333, recall=0.3333, f1=0.3333, sentences=3)
    assert none == OfATopic(NONE, precision=0.5, recall=1.0, f1=0.6667, sentences=1)


def test_shares_count_what_they_say() -> None:
    guesses = guessed(*SAID)

    assert guesses.accuracy() == 0.5
    assert guesses.false_out_of_scope() == pytest.approx(1 / 7, abs=1e-4)
    assert guesses.recall_out_of_scope() == 1
    assert guesses.macro_f1() == pytest.approx((0.5714 + 0.3333 + 0.6667) / 3, abs=1e-3)


def test_confusions_are_counted_with_the_first_as_the_example() -> None:
    assert guessed(*SAID).confusions()[0] == Confusion(BALANCE, PLAN, 2, "sentence 2")


def test_confidence_is_held_against_being_right() -> None:
    guesses = guessed((PLAN, PLAN, 0.9), (PLAN, BALANCE, 0.9), (PLAN, BALANCE, 0.2), (PLAN, BALANCE, 1.0))

    assert guesses.reliability() == [
        Bin(0.2, 1, pytest.approx(0.2), 0.0), Bin(0.9, 3, pytest.approx(2.8 / 3), pytest.approx(1 / 3)),
    ]  # fmt: skip
    assert guesses.calibration_error() == pytest.approx((0.2 + 1.8) / 4)


def understood(right: int, wrong: int) -> Guesses:
    """English guesses, so many of them right."""
    out_of_scope = [(NONE, NONE, 0.9)] * 20
    return guessed(*[(PLAN, PLAN, 0.9)] * (right - 20), *[(PLAN, BALANCE, 0.9)] * wrong, *out_of_scope)


def test_a_point_below_the_recorded_result_passes_and_more_does_not() -> None:
    before = {"en": gate.figures(understood(970, 30))}

    assert gate.failures(understood(960, 40), before) == []
    assert gate.failures(understood(959, 41), before) == ["en: 95.9% understood, 97.0% when last recorded"]


def test_the_floors_hold_whatever_was_recorded() -> None:
    before = {"en": gate.figures(understood(930, 70))}

    assert gate.failures(understood(930, 70), before) == []
    assert gate.failures(understood(929, 71), before) == ["en: 92.9% understood, 93% is the least"]


def test_turning_away_what_is_ours_and_answering_what_is_not_are_found() -> None:
    away = guessed(*[(PLAN, PLAN, 0.9)] * 960, *[(PLAN, NONE, 0.1)] * 31, *[(NONE, NONE, 0.9)] * 9)
    taken = guessed(*[(PLAN, PLAN, 0.9)] * 980, *[(NONE, PLAN, 0.9)] * 4, *[(NONE, NONE, 0.9)] * 16)

    assert gate.failures(away, {}) == ["en: 3.1% falsely out of scope, 3% is the most"]
    assert gate.failures(taken, {}) == ["en: 80.0% of what is out of scope was seen, 85% is the least"]


def test_what_is_recorded_is_what_is_read(tmp_path: Path) -> None:
    parts = [guessed(*SAID, language=language) for language in ("en", "ja", "ko")]
    every = Guesses(
        [s for part in parts for s in part.sentences],
        np.concatenate([part.topics for part in parts]),
        np.concatenate([part.confidence for part in parts]),
    )
    gate.record(every, tmp_path / "recorded.json")

    assert gate.recorded(tmp_path / "recorded.json") == dict.fromkeys(("en", "ja", "ko"), gate.figures(parts[0]))


def test_width_case_and_punctuation_make_no_other_sentence() -> None:
    assert normal("Ｗｈａｔ's my BALANCE？") == normal("whats my balance")
    assert normal("残高は？") == normal("残高は")
    assert normal("?!") == "?!"
