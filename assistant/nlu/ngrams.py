"""Character n-grams, hashed and weighted: what the encoders miss of spelling, kana and short words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

LENGTHS = (1, 4)
BUCKETS = 2**15
_SPACES = re.compile(r"\s\s+")
_WORDS = 4
"""Words of 32 bits that hold the longest n-gram: four characters of four bytes."""


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


class Row(NamedTuple):
    """The weighted n-grams of one text: what `weighted(counted([text]), rare)` holds, without scikit-learn and SciPy.

    Importing these takes a second and 60 MB, which only training needs to spend.
    """

    buckets: NDArray[np.intp]
    weights: NDArray[np.float32]

    @classmethod
    def of(cls, text: str, rare: NDArray[np.float32]) -> Row:
        """Of one text; `rare` is what `rarity` gave."""
        buckets, times = np.unique(_buckets(_ngrams(normalize("NFKC", text).lower())), return_counts=True)
        weights = (1 + np.log(times)).astype(np.float32) * rare[buckets]
        length = np.sqrt(np.sum(np.square(weights, dtype=np.float64)))
        return cls(buckets, np.asarray(weights / (length or 1), dtype=np.float32))

    def __matmul__(self, dense: NDArray[np.float32]) -> NDArray[np.float32]:
        """The row times a matrix with a row a bucket."""
        return np.asarray(self.weights @ dense[self.buckets])


def _ngrams(text: str) -> list[bytes]:
    """Those of each word with a space on both sides, as scikit-learn's `char_wb` cuts them."""
    found = []
    for word in _SPACES.sub(" ", text).split():
        padded = f" {word} "
        for length in range(LENGTHS[0], LENGTHS[1] + 1):
            found += [padded[at : at + length] for at in range(max(1, len(padded) - length + 1))]
            if len(padded) <= length:
                break
    return [each.encode() for each in found]


def _buckets(ngrams: list[bytes]) -> NDArray[np.intp]:
    """MurmurHash3 (32 bits, seed 0) of each, by numpy for all at once, as scikit-learn's `FeatureHasher` takes it."""
    lengths = np.fromiter(map(len, ngrams), dtype=np.uint32, count=len(ngrams))
    padded = b"".join(each.ljust(4 * _WORDS, b"\0") for each in ngrams)
    words = np.frombuffer(padded, dtype="<u4").reshape(-1, _WORDS)
    whole, rest = lengths // 4, lengths % 4
    hashed = np.zeros(len(ngrams), dtype=np.uint32)
    for at in range(_WORDS):
        mixed = hashed ^ (_rotated(words[:, at] * np.uint32(0xCC9E2D51), 15) * np.uint32(0x1B873593))
        full = _rotated(mixed, 13) * np.uint32(5) + np.uint32(0xE6546B64)
        hashed = np.where(at < whole, full, np.where((at == whole) & (rest > 0), mixed, hashed))
    hashed ^= lengths
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        hashed = (hashed ^ (hashed >> np.uint32(shift))) * np.uint32(factor)
    hashed ^= hashed >> np.uint32(16)
    return np.abs(hashed.astype(np.uint32).view(np.int32).astype(np.intp)) % BUCKETS


def _rotated(values: NDArray[np.uint32], by: int) -> NDArray[np.uint32]:
    return (values << np.uint32(by)) | (values >> np.uint32(32 - by))
