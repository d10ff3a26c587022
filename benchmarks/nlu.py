"""Understanding: 5-fold cross-validation on the training sentences, and the held-out sentences, by language.

All three languages are trained together, as the product's model is; the mean that centres the vectors is that of the
training folds. Macro F1 weighs every topic alike. A guess below the threshold counts as `out_of_scope`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold
from tqdm import tqdm

from assistant.nlu.encoders import centred, encoder
from assistant.nlu.topics import OUT_OF_SCOPE, fit
from benchmarks.report import publish

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("en", "ja", "ko")
FOLDS = 5


class Sentence(NamedTuple):
    """A sentence under its topic."""

    language: str
    topic: str
    text: str


def _trained() -> list[Sentence]:
    return [
        Sentence(language, block["intent"], line.removeprefix("- ").strip())
        for language in LANGUAGES
        for path in sorted((ROOT / "data" / "nlu" / language).rglob("*.yml"))
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        for line in block["examples"].strip().splitlines()
    ]


def _held_out() -> list[Sentence]:
    return [
        Sentence(language, topic, text)
        for language in LANGUAGES
        for topic, texts in yaml.safe_load((ROOT / "tests" / "nlu" / f"{language}.yml").read_text("utf-8")).items()
        for text in texts
    ]


class _Pipeline:
    """The encoders and the classifier of config.yml."""

    def __init__(self) -> None:
        steps = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
        self._encoders = [(step["encoder"], step["scale"]) for step in steps if "SentenceEncoder" in step["name"]]
        self._classifier = next(step for step in steps if "TopicClassifier" in step["name"])

    def raw(self, sentences: list[Sentence], what: str) -> list[np.ndarray]:
        """One array an encoder, a row a sentence."""
        return [
            np.stack([encoder(name)(s.text) for s in tqdm(sentences, desc=f"{what}: {name}", mininterval=1)])
            for name, _ in self._encoders
        ]

    def guess(self, train: list[np.ndarray], topics: list[str], test: list[np.ndarray]) -> list[str]:
        """The topics of the test sentences by a model of the training sentences."""
        means = [vectors.mean(axis=0) for vectors in train]
        model = fit(self._features(train, means), topics, self._classifier["regularisation"])
        odds = model.predict_proba(self._features(test, means))
        sure = odds.max(axis=1) >= self._classifier["threshold"]
        return [str(model.classes_[row.argmax()]) if ok else OUT_OF_SCOPE for row, ok in zip(odds, sure, strict=True)]

    def _features(self, raw: list[np.ndarray], means: list[np.ndarray]) -> np.ndarray:
        parts = [
            np.stack([centred(vector, mean, scale) for vector in vectors])
            for vectors, mean, (_, scale) in zip(raw, means, self._encoders, strict=True)
        ]
        return np.hstack(parts)


def run() -> None:
    """Measure and publish."""
    pipeline, trained, held_out = _Pipeline(), _trained(), _held_out()
    raw = pipeline.raw(trained, "training sentences")
    topics = [sentence.topic for sentence in trained]
    guesses = np.empty(len(trained), dtype=object)
    strata = [f"{sentence.language} {sentence.topic}" for sentence in trained]
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(topics, strata):
        known = [topics[i] for i in train]
        guesses[test] = pipeline.guess([v[train] for v in raw], known, [v[test] for v in raw])
    fresh = pipeline.guess(raw, topics, pipeline.raw(held_out, "held-out sentences"))
    publish(
        "nlu",
        f"Topics understood ({FOLDS}-fold cross-validation; held-out sentences)",
        [_row(language, trained, list(guesses), held_out, fresh) for language in LANGUAGES],
    )


def _row(
    language: str, trained: list[Sentence], guesses: list[str], held_out: list[Sentence], fresh: list[str]
) -> dict[str, Any]:
    crossed = [(s.topic, guess) for s, guess in zip(trained, guesses, strict=True) if s.language == language]
    tested = [(s.topic, guess) for s, guess in zip(held_out, fresh, strict=True) if s.language == language]
    return {
        "language": language,
        "sentences": len(crossed),
        "cross-validation accuracy": _accuracy(crossed),
        "cross-validation macro F1": _macro_f1(crossed),
        "held out": len(tested),
        "held-out accuracy": _accuracy(tested),
        "held-out macro F1": _macro_f1(tested),
    }


def _accuracy(pairs: list[tuple[str, str]]) -> float:
    return round(sum(truth == guess for truth, guess in pairs) / len(pairs), 3)


def _macro_f1(pairs: list[tuple[str, str]]) -> float:
    truth, guess = zip(*pairs, strict=True)
    return round(float(f1_score(truth, guess, average="macro")), 3)
