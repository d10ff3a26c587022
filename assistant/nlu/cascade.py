"""Two fitted models: one on the fast encoder, one on both. The second is asked only when the first is unsure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant.nlu import ngrams
from assistant.nlu.encoders import NAMES, Matrix, Vector, encode_all, encoder
from assistant.nlu.examples import Fitted, Settings, centred, cosines, fit, probabilities, scores


@dataclass(frozen=True, slots=True)
class Cascade:
    """`blocks` and `means`: the examples' centred vectors and the mean taken off, one each encoder of `NAMES`."""

    topics: list[str]
    settings: Settings
    means: list[Vector]
    blocks: list[Matrix]
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
        means = [vectors.mean(axis=0) for vectors in raw]
        blocks = [centred(vectors, mean) for vectors, mean in zip(raw, means, strict=True)]
        counts = ngrams.counted(texts)
        rare = ngrams.rarity(counts)
        grams = ngrams.weighted(counts, rare)
        alike = cosines(grams)
        stages = [fit(blocks[: number + 1], grams, known, settings, alike) for number in range(len(NAMES))]
        return cls(topics.tolist(), settings, means, blocks, rare, stages)

    def odds(self, text: str, temperatures: Sequence[float], sure: float) -> Vector:
        """The probability of each topic."""
        grams = ngrams.Row.of(text, self.rare)
        near = np.zeros(len(self.blocks[0]), dtype=np.float32)
        odds = np.zeros(len(self.topics))
        for number, name in enumerate(NAMES):
            near = near + self.blocks[number] @ centred(encoder(name)(text), self.means[number])
            scored = scores(self.stages[number], near[None, :], number + 1, grams, self.settings.width)[0]
            odds = probabilities(scored, temperatures[number])
            if odds.max() >= sure:
                break
        return odds

    def odds_encoded(self, raw: Sequence[Matrix], texts: Sequence[str], temperatures: Sequence[float]) -> list[Matrix]:
        """The probabilities of many sentences at every stage: what measuring needs."""
        return [probabilities(s, t) for s, t in zip(self.scores_encoded(raw, texts), temperatures, strict=True)]

    def scores_encoded(self, raw: Sequence[Matrix], texts: Sequence[str]) -> list[Matrix]:
        """The scores of many sentences at every stage, before calibration."""
        grams = ngrams.weighted(ngrams.counted(texts), self.rare)
        parts = [centred(r, m) @ b.T for r, m, b in zip(raw, self.means, self.blocks, strict=True)]
        return [
            scores(stage, sum(parts[: number + 1]), number + 1, grams, self.settings.width)  # type: ignore[arg-type]
            for number, stage in enumerate(self.stages)
        ]

    def warm(self) -> None:
        """Load the encoders now."""
        self.odds("warm", [1.0] * len(NAMES), 2.0)

    def arrays(self) -> dict[str, Any]:
        """All that was fitted, in half precision where that is enough."""
        kept: dict[str, Any] = {"rare": self.rare}
        for number, name in enumerate(NAMES):
            kept[f"{name}_mean"] = self.means[number]
            kept[f"{name}_block"] = self.blocks[number].astype(np.float16)
            kept[f"{name}_worth"] = self.stages[number].worth
            kept[f"{name}_by_ngram"] = self.stages[number].by_ngram.astype(np.float16)
        return kept

    @classmethod
    def of(cls, kept: dict[str, Any], topics: list[str], settings: Settings) -> Cascade:
        """The cascade whose `arrays` these are."""
        wide = {name: values.astype(np.float32) for name, values in kept.items()}
        stages = [Fitted(wide[f"{name}_worth"], wide[f"{name}_by_ngram"]) for name in NAMES]
        means, blocks = ([wide[f"{name}_{part}"] for name in NAMES] for part in ("mean", "block"))
        return cls(topics, settings, list(means), list(blocks), wide["rare"], stages)
