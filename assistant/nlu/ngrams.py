"""Character n-grams, hashed and weighted: what the encoders miss of spelling, kana and short words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

LENGTHS = (1, 4)
BUCKETS = 2**15


@cache
def _vectorizer() -> Any:
    from sklearn.feature_extraction.text import HashingVectorizer

    return HashingVectorizer(
        analyzer="char_wb", ngram_range=LENGTHS, n_features=BUCKETS, norm=None, alternate_sign=False
    )


def counted(texts: Sequence[str]) -> Any:
    """How often each n-gram is in each text, dampened: a sparse matrix, a row a text."""
    found = _vectorizer().transform(normalize("NFKC", text) for text in texts)
    found.data = (1 + np.log(found.data)).astype(np.float32)
    return found


def rarity(counts: Any) -> NDArray[np.float32]:
    """The weight of each n-gram: the fewer sentences have it, the more it says (inverse document frequency)."""
    sentences = np.bincount(counts.indices, minlength=BUCKETS)
    return np.asarray(np.log((1 + counts.shape[0]) / (1 + sentences)) + 1, dtype=np.float32)


def weighted(counts: Any, rare: NDArray[np.float32]) -> Any:
    """The counts times their weights, each row at length 1."""
    from sklearn.utils.sparsefuncs_fast import inplace_csr_row_normalize_l2  # without the checks of what is known here

    rows = counts.astype(np.float32)
    rows.data *= rare[rows.indices]
    inplace_csr_row_normalize_l2(rows)
    return rows
