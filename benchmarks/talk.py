"""Asking back and dividing: how often the assistant asks which of two topics is meant, and takes one question for two.

Guesses are out of fold for training sentences, as in `benchmarks.nlu`; every sentence there is one question, so that
each that is divided is a mistake. `tests/conversations/*/two_questions.yml` holds messages that are two.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
import yaml

from assistant.evaluation.corpus import LANGUAGES, ROOT, Sentence, held_out, trained
from assistant.nlu.cascade import Cascade
from assistant.nlu.encoders import NAMES, Matrix, encode_all
from assistant.nlu.examples import Settings
from assistant.nlu.slots.extract import extract
from assistant.nlu.topics import OUT_OF_SCOPE
from assistant.parts import are_two, in_one_sentence, places
from assistant.understood import Guess
from assistant.unsure import two_likely
from benchmarks.nlu import cascaded, shipped
from benchmarks.nlu_data import KEPT, folds
from benchmarks.report import publish

Ranking = list[dict[str, Any]]


class _Guesser:
    """What a model guesses of texts whose vectors are known."""

    def __init__(self, cascade: Cascade, vectors: list[dict[str, Any]], config: dict[str, Any]) -> None:
        self._cascade, self._vectors, self._config = cascade, vectors, config

    def rankings(self, texts: list[str]) -> list[Ranking]:
        """The topics of each, likeliest first."""
        if not texts:
            return []
        raw = [np.stack([vectors[text] for text in texts]) for vectors in self._vectors]
        stages = self._cascade.odds_encoded(raw, texts, self._config["temperatures"])
        odds, _ = cascaded(stages, self._config["sure"], self._cascade.topics)
        return [self._ranking(row) for row in odds]

    def _ranking(self, odds: Matrix) -> Ranking:
        best = np.argsort(-odds)[: self._config.get("ranking_length", 5)]
        return [{"name": self._cascade.topics[i], "confidence": float(odds[i])} for i in best]

    def guess(self, ranking: Ranking) -> Guess:
        """As the assistant sees it."""
        first = ranking[0]
        sure = first["confidence"] >= self._config["threshold"]
        return Guess(first["name"] if sure else OUT_OF_SCOPE, first["confidence"])

    def divided(self, text: str, whole: Ranking) -> list[tuple[Guess, Guess]]:
        """The halves of a message that is taken for two."""
        found = []
        for pair in places(text):
            first, second = (self.guess(each) for each in self.rankings(list(pair)))
            if are_two(self.guess(whole), first, second, one_sentence=in_one_sentence(text, pair[0])):
                found.append((first, second))
        return found


def run() -> None:
    """Measure and publish."""
    config, known, fresh = shipped(), trained(), held_out()
    texts, topics = [s.text for s in known], [s.topic for s in known]
    double = _two_questions()
    halves = {half for s in [*known, *fresh, *double] for pair in places(s.text) for half in pair}
    kept = {None: texts, KEPT: [s.text for s in fresh], KEPT / "talk": sorted(halves | {s.text for s in double})}
    vectors: list[dict[str, Any]] = [{} for _ in NAMES]
    for folder, wanted in kept.items():
        for of, name in zip(vectors, NAMES, strict=True):
            of.update(zip(wanted, encode_all(name, wanted, folder), strict=True))
    settings = Settings(config["width"], config["ngrams"], config["ridge"])

    def fitted(train: Any) -> _Guesser:
        chosen = [texts[i] for i in train], [topics[i] for i in train]
        raw = [np.stack([of[text] for text in chosen[0]]) for of in vectors]
        return _Guesser(Cascade.fit_encoded(raw, *chosen, settings), vectors, config)

    crossed = [each for train, test in folds(known) for each in _looked(fitted(train), [known[i] for i in test])]
    whole = fitted(range(len(known)))
    tested = list(_looked(whole, fresh))
    publish("talk_unsure", "Asked back", [_row("cross-validation", crossed), _row("held out", tested)])
    publish("talk_two", "Two questions", [_found(language, whole, double) for language in LANGUAGES])


def _looked(guesser: _Guesser, sentences: list[Sentence]) -> Iterator[tuple[Sentence, Ranking, bool]]:
    for sentence, ranking in zip(sentences, guesser.rankings([s.text for s in sentences]), strict=True):
        yield sentence, ranking, bool(guesser.divided(sentence.text, ranking))


def _row(what: str, looked: list[tuple[Sentence, Ranking, bool]]) -> dict[str, Any]:
    asked = [(s, choices) for s, ranking, _ in looked if (choices := _choices(s, ranking))]
    inside = [(s, ranking) for s, ranking, _ in looked if s.topic != OUT_OF_SCOPE]
    threshold = shipped()["threshold"]
    lost = [r for s, r in inside if not _choices(s, r) and _is_out_of_scope(r, threshold)]
    return {
        "measured on": what,
        "sentences": len(looked),
        "asked back": round(len(asked) / len(looked), 4),
        "the right one is among the two": round(sum(s.topic in choices for s, choices in asked) / len(asked), 3),
        "the first would have been right": round(sum(s.topic == choices[0] for s, choices in asked) / len(asked), 3),
        "false out of scope": round(len(lost) / len(inside), 4),
        "taken for two": round(sum(two for *_, two in looked) / len(looked), 4),
    }


def _choices(sentence: Sentence, ranking: Ranking) -> list[str]:
    return two_likely(ranking, extract(sentence.text, datetime.now(UTC).date()))


def _is_out_of_scope(ranking: Ranking, threshold: float) -> bool:
    return ranking[0]["name"] == OUT_OF_SCOPE or ranking[0]["confidence"] < threshold


def _two_questions() -> list[Sentence]:
    """Messages that are two; the topics of both, in order, joined by a plus."""
    return [
        Sentence(language, f"{first}+{second}", text)
        for language in LANGUAGES
        for text, (first, second) in yaml.safe_load(
            (ROOT / "tests" / "conversations" / language / "two_questions.yml").read_text("utf-8")
        ).items()
    ]


def _found(language: str, guesser: _Guesser, double: list[Sentence]) -> dict[str, Any]:
    mine = [s for s in double if s.language == language]
    right = 0
    for sentence, ranking in zip(mine, guesser.rankings([s.text for s in mine]), strict=True):
        pairs = guesser.divided(sentence.text, ranking)
        best = max(pairs, key=lambda pair: min(g.confidence for g in pair), default=())
        right += "+".join(guess.topic for guess in best) == sentence.topic
    return {"language": language, "messages": len(mine), "both found": round(right / len(mine), 3)}
