"""How the sentences that understanding is measured on are divided, and where what is measured is kept."""

from __future__ import annotations

from typing import Any

from sklearn.model_selection import StratifiedKFold

from assistant.evaluation.corpus import ROOT, Sentence

FOLDS = 5
KEPT = ROOT / "models" / "measured"
"""Where the vectors of sentences that are only measured are kept: not among those of the training sentences."""


def folds(sentences: list[Sentence]) -> list[tuple[Any, Any]]:
    """Which sentences to train on and which to test on, five times; every topic and language in each."""
    strata = [f"{sentence.language} {sentence.topic}" for sentence in sentences]
    return list(StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(strata, strata))
