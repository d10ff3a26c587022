"""Fitted models, from the quickest to the one that sees most: the next is asked only when the one before is unsure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant.nlu import ngrams
from assistant.nlu.encoders import NAMES, WHOLE, Matrix, Vector, encode_all, encoder
from assistant.nlu.examples import Fitted, Settings, Space, cosines, fit, probabilities, scores

STAGES = (("pieces",), ("use",), WHOLE)
"""The encoders that each model looks through."""
ORDER_SAYS_LITTLE = ("faq/", "show_")
"""How the topics begin that the first model may decide: questions, which are answered by reading.

It does not see the order of words, and "no, make it 100" is to it a no: what steers the dialogue or asks for something
to be done is left to the others.
"""
AXES = {"pieces": 128}
"""Of the encoders compared on principal axes alone: a sixth to read, as good (docs/understanding.md)."""


def may_decide(stage: int, topic: str) -> bool:
    """Whether a message may be taken for the topic by the model of that stage alone."""
    return stage > 0 or topic.startswith(ORDER_SAYS_LITTLE)


@dataclass(frozen=True, slots=True)
class Cascade:
    """`spaces` and `blocks`: of each encoder of `NAMES`, where its vectors are compared, and the examples there."""

    topics: list[str]
    settings: Settings
    spaces: dict[str, Space]
    blocks: dict[str, Matrix]
    rare: Vector
    stages: list[Fitted]

    @classmethod
    def fit(cls, texts: Sequence[str], names: Sequence[str], settings: Settings) -> Cascade:
        """Fit on sentences and the topic of each."""
        return cls.fit_encoded([encode_all(name, texts) for name in NAMES], texts, names, settings)

    @classmethod
    def fit_encoded(
        cls, raw: Sequence[Matrix], texts: Sequence[str], names: Sequence[str], settings: Settings
    ) -> Cascade:
        """Fit on sentences whose vectors are known, a matrix an encoder."""
        topics, known = np.unique(list(names), return_inverse=True)
        spaces = {name: Space.fit(vectors, AXES.get(name)) for name, vectors in zip(NAMES, raw, strict=True)}
        blocks = {name: spaces[name].of(vectors) for name, vectors in zip(NAMES, raw, strict=True)}
        counts = ngrams.counted(texts)
        rare = ngrams.rarity(counts)
        grams = ngrams.weighted(counts, rare)
        alike = cosines(grams)
        stages = [fit([blocks[name] for name in each], grams, known, settings, alike) for each in STAGES]
        return cls(topics.tolist(), settings, spaces, blocks, rare, stages)

    def odds(self, text: str, temperatures: Sequence[float], sure: Sequence[float]) -> Vector:
        """The probability of each topic. `sure`: from what probability the guess of each model but the last stands."""
        grams = ngrams.Row.of(text, self.rare)
        odds, near = np.zeros(len(self.topics)), dict[str, Vector]()
        for stage, (fitted, names) in enumerate(zip(self.stages, STAGES, strict=True)):
            for name in names:
                if name not in near:
                    near[name] = self.blocks[name] @ self.spaces[name].of(encoder(name)(text))
            summed = sum(near[name] for name in names)
            scored = scores(fitted, np.asarray(summed)[None, :], len(names), grams, self.settings.width)[0]
            odds = probabilities(scored, temperatures[stage])
            if stage < len(sure) and odds.max() >= sure[stage] and may_decide(stage, self.topics[int(odds.argmax())]):
                break
        return odds

    def odds_encoded(self, raw: Sequence[Matrix], texts: Sequence[str], temperatures: Sequence[float]) -> list[Matrix]:
        """The probabilities of many sentences by every model: what measuring needs."""
        return [probabilities(s, t) for s, t in zip(self.scores_encoded(raw, texts), temperatures, strict=True)]

    def scores_encoded(self, raw: Sequence[Matrix], texts: Sequence[str]) -> list[Matrix]:
        """The scores of many sentences by every model, before calibration."""
        grams = ngrams.weighted(ngrams.counted(texts), self.rare)
        near = {n: self.spaces[n].of(vectors) @ self.blocks[n].T for n, vectors in zip(NAMES, raw, strict=True)}
        return [
            scores(fitted, np.asarray(sum(near[name] for name in names)), len(names), grams, self.settings.width)
            for fitted, names in zip(self.stages, STAGES, strict=True)
        ]

    def warm(self) -> None:
        """Load the encoders now."""
        self.odds("warm", [1.0] * len(STAGES), ())

    def arrays(self) -> dict[str, Any]:
        """All that was fitted, in half precision where that is enough."""
        kept: dict[str, Any] = {"rare": self.rare}
        for name in NAMES:
            kept[f"{name}_mean"] = self.spaces[name].mean
            kept[f"{name}_block"] = self.blocks[name].astype(np.float16)
        for name in AXES:
            kept[f"{name}_axes"] = self.spaces[name].axes
        for number, fitted in enumerate(self.stages):
            kept[f"{number}_worth"] = fitted.worth
            kept[f"{number}_by_ngram"] = fitted.by_ngram.astype(np.float16)
        return kept

    @classmethod
    def of(cls, kept: dict[str, Any], topics: list[str], settings: Settings) -> Cascade:
        """The cascade whose `arrays` these are."""
        wide = {name: values.astype(np.float32) for name, values in kept.items()}
        stages = [Fitted(wide[f"{number}_worth"], wide[f"{number}_by_ngram"]) for number in range(len(STAGES))]
        spaces = {name: Space(wide[f"{name}_mean"], wide.get(f"{name}_axes")) for name in NAMES}
        return cls(topics, settings, spaces, {name: wide[f"{name}_block"] for name in NAMES}, wide["rare"], stages)
