"""The candidates for understanding, side by side: encoders, n-grams, morphemes, classifiers, calibration.

The vectors are encoded once and kept; every candidate is cross-validated on the same folds. What is fitted (the mean,
the n-grams' weights, the classifier) is fitted on the training folds alone; the temperature on the guesses so gained.
`python -m benchmarks.pipelines` takes minutes and is not part of `make bench`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack

from assistant.evaluation.corpus import LANGUAGES, Sentence, held_out, trained
from assistant.evaluation.guesses import Guesses
from assistant.nlu import ngrams
from assistant.nlu.cascade import AXES, STAGES
from assistant.nlu.encoders import NAMES, WHOLE, Matrix, encode_all, encoder
from assistant.nlu.examples import Settings, Space, fit, probabilities, scores
from benchmarks.nlu import cascaded
from benchmarks.nlu_data import KEPT, folds
from benchmarks.nlu_heads import HEADS, Head
from benchmarks.report import publish

SURE = ((2, 0.9), (2, 0.95), (0.98, 0.95), (0.99, 0.95), (0.995, 0.95))
"""From what probability the guess of the first and of the second model stands; 2: never."""
_THRESHOLD = 0.25
_SAMPLE = 40


class Corpus(NamedTuple):
    """Sentences and their raw vectors, a matrix an encoder."""

    sentences: list[Sentence]
    raw: dict[str, Matrix]

    @classmethod
    def of(cls, sentences: list[Sentence], kept: Any = None) -> Corpus:
        """Encode, or read what was encoded."""
        texts = [s.text for s in sentences]
        return cls(sentences, {name: encode_all(name, texts, kept) for name in NAMES})

    def some(self, which: Any) -> Corpus:
        """The sentences of these positions."""
        return Corpus([self.sentences[i] for i in which], {name: v[which] for name, v in self.raw.items()})


Scorer = Callable[[Corpus, np.ndarray, Corpus], Matrix]
"""Trained on sentences and their topics' numbers: the scores of other sentences."""


def by_examples(names: tuple[str, ...], settings: Settings, known: Corpus, topics: np.ndarray, asked: Corpus) -> Matrix:
    """What ships: kernel ridge regression."""
    counts = ngrams.counted([s.text for s in known.sentences])
    rare = ngrams.rarity(counts)
    spaces = {name: Space.fit(known.raw[name], AXES.get(name)) for name in names}
    blocks = [spaces[name].of(known.raw[name]) for name in names]
    fitted = fit(blocks, ngrams.weighted(counts, rare), topics, settings)
    cosines = sum(spaces[n].of(asked.raw[n]) @ block.T for n, block in zip(names, blocks, strict=True))
    grams = ngrams.weighted(ngrams.counted([s.text for s in asked.sentences]), rare)
    return np.asarray(scores(fitted, np.asarray(cosines), len(names), grams, settings.width))


def by_head(
    head: Head, names: tuple[str, ...], grams: float, known: Corpus, topics: np.ndarray, asked: Corpus
) -> Matrix:
    """Any classifier on the centred vectors, side by side, with or without n-grams."""
    spaces = {name: Space.fit(known.raw[name], AXES.get(name)) for name in names}
    dense = [np.hstack([spaces[n].of(c.raw[n]) for n in names]) * np.float32(5) for c in (known, asked)]
    if not grams:
        return head(dense[0], topics, dense[1])
    counts = [ngrams.counted([s.text for s in corpus.sentences]) for corpus in (known, asked)]
    rare = ngrams.rarity(counts[0])
    wide = [
        hstack([csr_matrix(d), ngrams.weighted(c, rare) * grams]).tocsr() for d, c in zip(dense, counts, strict=True)
    ]
    return head(wide[0], topics, wide[1])


def _candidates() -> dict[str, tuple[tuple[str, ...], Scorer]]:
    both, plain = WHOLE, Settings(ngrams=0.0)
    found: dict[str, tuple[tuple[str, ...], Scorer]] = {}
    for names in (("pieces",), ("use",), ("e5",), both):
        found[f"{'+'.join(names)}, logistic"] = names, partial(by_head, HEADS["logistic"], names, 0)
        found[f"{'+'.join(names)}, examples"] = names, partial(by_examples, names, plain)
        found[f"{'+'.join(names)}, examples, n-grams"] = names, partial(by_examples, names, Settings())
    found["n-grams, logistic"] = (), partial(by_head, HEADS["logistic"], ("use",), 1e4)
    found["use+e5, logistic, n-grams"] = both, partial(by_head, HEADS["logistic"], both, 4.0)
    for name in ("linear SVM", "neural", "nearest"):
        found[f"use+e5, {name}"] = both, partial(by_head, HEADS[name], both, 0)
    return found


def run(only: tuple[str, ...] = ("",)) -> None:
    """Measure all candidates whose name holds one of `only`, and publish."""
    known, fresh = Corpus.of(trained()), Corpus.of(held_out(), KEPT)
    names, topics = np.unique([s.topic for s in known.sentences], return_inverse=True)
    latency = {name: _latency(name, fresh.sentences) for name in NAMES}
    measured: dict[str, tuple[Matrix, Matrix]] = {}
    rows = []
    for title, (encoders, scorer) in _candidates().items():
        if not any(part in title for part in only):
            continue
        started = time.perf_counter()
        crossed = np.zeros((len(topics), len(names)), dtype=np.float32)
        for train, test in folds(known.sentences):
            crossed[test] = scorer(known.some(train), topics[train], known.some(test))
        tested = scorer(known, topics, fresh)
        temperature = _temperature(crossed, topics)
        measured[title] = probabilities(crossed, temperature), probabilities(tested, temperature)
        milliseconds = sum(latency[name] for name in encoders)
        rows += _rows(title, measured[title], (known, fresh), list(names), milliseconds, temperature)
        print(title, round(time.perf_counter() - started), "s", flush=True)
    rows += _cascades(measured, (known, fresh), list(names), latency)
    publish("pipelines", "Candidates for understanding (cross-validation | held out)", rows)


def _cascades(
    measured: dict[str, tuple[Matrix, Matrix]], corpora: tuple[Corpus, Corpus], names: list[str], ms: dict[str, float]
) -> list[dict[str, Any]]:
    titles = [f"{'+'.join(stage)}, examples, n-grams" for stage in STAGES]
    if not measured.keys() >= set(titles):
        return []
    rows = []
    costs = np.cumsum([ms[name] for name in NAMES])
    for sure in SURE:
        crossed, tested = (cascaded([measured[title][of] for title in titles], sure, names) for of in (0, 1))
        shares = "/".join(f"{(tested[1] == stage).mean():.0%}" for stage in range(len(STAGES)))
        p50 = float(np.median(costs[tested[1]]))
        rows += _rows(f"cascade, sure {sure} ({shares})", (crossed[0], tested[0]), corpora, names, p50, None)
    return rows


def _rows(
    title: str,
    odds: tuple[Matrix, Matrix],
    corpora: tuple[Corpus, Corpus],
    names: list[str],
    milliseconds: float,
    temperature: float | None,
) -> list[dict[str, Any]]:
    crossed, tested = (
        Guesses.of(corpus.sentences, each, names, _THRESHOLD) for corpus, each in zip(corpora, odds, strict=True)
    )
    row: dict[str, Any] = {"pipeline": title}
    for language in LANGUAGES:
        row[language] = f"{crossed.only(language).accuracy():.3f} | {tested.only(language).accuracy():.3f}"
    row["ECE"] = f"{crossed.calibration_error():.3f} | {tested.calibration_error():.3f}"
    row["false OOS"] = f"{crossed.false_out_of_scope():.3f} | {tested.false_out_of_scope():.3f}"
    row["OOS recall"] = f"{crossed.recall_out_of_scope():.3f} | {tested.recall_out_of_scope():.3f}"
    row["encoding p50 (CPU ms)"] = round(milliseconds, 1)
    row["temperature"] = "" if temperature is None else round(temperature, 3)
    return [row]


def _temperature(scored: Matrix, topics: np.ndarray) -> float:
    """By which the guesses out of fold are likeliest."""

    def surprise(temperature: float) -> float:
        right = probabilities(scored, temperature)[np.arange(len(topics)), topics]
        return float(-np.log(right + 1e-12).mean())

    return float(minimize_scalar(surprise, bounds=(0.01, 3.0), method="bounded").x)


def _latency(name: str, sentences: list[Sentence]) -> float:
    """Processor time of one sentence, in milliseconds, median."""
    encode, taken = encoder(name), []
    encode("warm")
    for sentence in sentences[:: max(1, len(sentences) // _SAMPLE)]:
        started = time.thread_time()
        encode(sentence.text)
        taken.append(time.thread_time() - started)
    return float(np.median(taken)) * 1000


if __name__ == "__main__":
    run(tuple(sys.argv[1:]) or ("",))
