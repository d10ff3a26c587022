"""Understanding: cross-validation on the training sentences, and the held-out sentences, by language.

All three languages are trained together, as the product's model is; what is fitted is fitted on the training folds
alone. A guess below the threshold counts as `out_of_scope`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import yaml

from assistant.evaluation.corpus import LANGUAGES, ROOT, Sentence, held_out, trained
from assistant.evaluation.guesses import Guesses
from assistant.nlu.cascade import Cascade, may_decide
from assistant.nlu.encoders import NAMES, Matrix, encode_all
from assistant.nlu.examples import Settings
from benchmarks.nlu_data import FOLDS, KEPT, folds
from benchmarks.report import publish


def shipped() -> dict[str, Any]:
    """The classifier's part of config.yml."""
    steps = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    return dict(next(step for step in steps if "TopicClassifier" in step["name"]))


def cascaded(stages: list[Matrix], sure: Sequence[float], topics: Sequence[str]) -> tuple[Matrix, np.ndarray]:
    """The probabilities as the assistant sees them, and the number of the model that each guess is of."""
    odds, model = stages[-1], np.full(len(stages[-1]), len(stages) - 1)
    for number in range(len(sure) - 1, -1, -1):
        allowed = np.array([may_decide(number, topic) for topic in topics])
        enough = (stages[number].max(axis=1) >= sure[number]) & allowed[stages[number].argmax(axis=1)]
        odds, model = np.where(enough[:, None], stages[number], odds), np.where(enough, number, model)
    return odds, model


def run() -> None:
    """Measure and publish."""
    config, known, fresh = shipped(), trained(), held_out()
    settings = Settings(config["width"], config["ngrams"], config["ridge"])
    texts, topics = [s.text for s in known], [s.topic for s in known]
    raw = [encode_all(name, texts) for name in NAMES]

    def guess(train: Any, test: list[Matrix], asked: list[Sentence]) -> tuple[Matrix, np.ndarray, list[str]]:
        chosen = [texts[i] for i in train], [topics[i] for i in train]
        cascade = Cascade.fit_encoded([vectors[train] for vectors in raw], *chosen, settings)
        stages = cascade.odds_encoded(test, [s.text for s in asked], config["temperatures"])
        return *cascaded(stages, config["sure"], cascade.topics), cascade.topics

    odds, model = np.zeros((len(known), len(set(topics)))), np.zeros(len(known), dtype=int)
    for train, test in folds(known):
        odds[test], model[test], names = guess(train, [v[test] for v in raw], [known[i] for i in test])
    asked = [encode_all(name, [s.text for s in fresh], KEPT) for name in NAMES]
    answered, of_model, names = guess(np.arange(len(known)), asked, fresh)
    crossed = Guesses.of(known, odds, names, config["threshold"])
    tested = Guesses.of(fresh, answered, names, config["threshold"])
    title = f"Topics understood ({FOLDS}-fold cross-validation; held-out sentences)"
    publish("nlu", title, [_row(language, crossed, tested) for language in LANGUAGES])
    publish(
        "nlu_unsure", "Unsure", [_unsure("cross-validation", crossed, model), _unsure("held out", tested, of_model)]
    )


def _row(language: str, crossed: Guesses, tested: Guesses) -> dict[str, Any]:
    crossed, tested = crossed.only(language), tested.only(language)
    return {
        "language": language,
        "sentences": len(crossed.sentences),
        "cross-validation accuracy": crossed.accuracy(),
        "cross-validation macro F1": crossed.macro_f1(),
        "held out": len(tested.sentences),
        "held-out accuracy": tested.accuracy(),
        "held-out macro F1": tested.macro_f1(),
    }


def _unsure(what: str, guesses: Guesses, model: np.ndarray) -> dict[str, Any]:
    return {
        "measured on": what,
        "false out of scope": guesses.false_out_of_scope(),
        "recall of out of scope": guesses.recall_out_of_scope(),
        "expected calibration error": guesses.calibration_error(),
        "word pieces enough": round(float((model == 0).mean()), 3),
        "without the second encoder": round(float((model < 2).mean()), 3),
    }
