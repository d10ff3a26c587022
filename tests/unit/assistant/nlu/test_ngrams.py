"""The n-grams of one text are those that scikit-learn counts and weighs for many."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.nlu import ngrams

RARE = np.random.default_rng(1).uniform(1, 9, ngrams.BUCKETS).astype(np.float32)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(
    "text", ["", " ", "a", "Is  it\tdue?", "残高を教えて", "ｶﾞｽ １２", "잔액 알려줘", "😀 İ ß", "a\u3000b"]
)
def test_a_row_is_what_scikit_learn_makes_of_the_text(text: str) -> None:
    check(text)


@given(TEXT)
def test_a_row_is_what_scikit_learn_makes_of_any_text(text: str) -> None:
    check(text)


def check(text: str) -> None:
    row, whole = ngrams.Row.of(text, RARE), ngrams.weighted(ngrams.counted([text]), RARE)
    whole.sort_indices()
    assert row.buckets.tolist() == whole.indices.tolist()
    np.testing.assert_allclose(row.weights, whole.data, rtol=2e-6)
    dense = np.random.default_rng(2).normal(size=(ngrams.BUCKETS, 3)).astype(np.float32)
    np.testing.assert_allclose(row @ dense, (whole @ dense)[0], atol=1e-5)
