"""Kernel ridge regression: a message is scored by the examples it is like, each weighed by what it is worth.

The likeness of two sentences is a Gaussian of the distance of their vectors plus, a little, the cosine of their
n-grams. Fitting is one linear system; what it needs afterwards are plain arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.nlu.encoders import Matrix, Vector


@dataclass(frozen=True, slots=True)
class Settings:
    """`width`: how fast likeness falls with distance; `ngrams`: the n-grams' share; `ridge`: how far to trust one."""

    width: float = 0.2
    ngrams: float = 0.1
    ridge: float = 0.05


@dataclass(frozen=True, slots=True)
class Fitted:
    """`worth`: of each example for each topic; `by_ngram`: of each n-gram for each topic."""

    worth: Matrix
    by_ngram: Matrix


@dataclass(frozen=True, slots=True)
class Space:
    """Where an encoder's vectors are compared: less their mean, on some axes alone if there are any.

    With the mean, all e5 vectors lie in one narrow cone.
    """

    mean: Vector
    axes: Matrix | None = None

    @classmethod
    def fit(cls, vectors: Matrix, axes: int | None = None) -> Space:
        """Of these vectors; `axes`: how many principal ones, each shrunk by the fourth root of what lies along it."""
        mean = vectors.mean(axis=0)
        if axes is None:
            return cls(mean)
        moved = vectors - mean
        along, directions = np.linalg.eigh(moved.T @ moved / len(moved))
        chosen = directions[:, ::-1][:, :axes] * np.maximum(along[::-1][:axes], 1e-9) ** -0.25
        return cls(mean, np.ascontiguousarray(chosen, dtype=np.float32))

    def of(self, vectors: Matrix) -> Matrix:
        """The vectors in this space, at length 1."""
        moved = vectors - self.mean if self.axes is None else (vectors - self.mean) @ self.axes
        return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=-1, keepdims=True), 1e-9), dtype=np.float32)


def likeness(near: NDArray[Any], encoders: int, width: float) -> NDArray[Any]:
    """Of sentences whose vectors' cosines, summed over the encoders, are these: 1 where they are the same."""
    return np.exp((near - encoders) * np.float32(2 * width))


def fit(
    blocks: Sequence[Matrix], ngrams: Any, topics: NDArray[np.intp], settings: Settings, alike: Matrix | None = None
) -> Fitted:
    """Solve for the examples' worth; every topic counts alike.

    `blocks`: centred vectors, one matrix an encoder. `alike`: what `cosines(ngrams)` gave, where it is at hand.
    """
    from scipy.linalg import cho_factor, cho_solve

    number = int(topics.max()) + 1
    kernel = likeness(sum(block @ block.T for block in blocks), len(blocks), settings.width)  # type: ignore[arg-type]
    kernel += np.float32(settings.ngrams) * (cosines(ngrams) if alike is None else alike)
    often = np.bincount(topics, minlength=number)
    kernel[np.diag_indices(len(topics))] += settings.ridge * np.sqrt(often[topics] * number / len(topics))
    aim = np.full((len(topics), number), -1 / (number - 1), dtype=np.float32)
    aim[np.arange(len(topics)), topics] = 1
    factor = cho_factor(kernel, lower=True, overwrite_a=True, check_finite=False)
    worth = np.asarray(cho_solve(factor, aim, overwrite_b=True, check_finite=False), dtype=np.float32)
    return Fitted(worth, np.asarray(settings.ngrams * (ngrams.T @ worth), dtype=np.float32))


def cosines(ngrams: Any) -> Matrix:
    """Of the n-grams of every sentence with those of every other."""
    return np.asarray((ngrams @ ngrams.T).toarray(), dtype=np.float32)


def scores(fitted: Fitted, near: NDArray[Any], encoders: int, ngrams: Any, width: float) -> NDArray[Any]:
    """Of each topic, for sentences whose vectors' summed cosines with the examples and whose n-grams are these."""
    return np.asarray(likeness(near, encoders, width) @ fitted.worth + ngrams @ fitted.by_ngram)


def probabilities(scored: NDArray[Any], temperature: float) -> NDArray[Any]:
    """A calibrated softmax: the temperature makes confidence mean how often it is right."""
    odds = np.exp((scored - scored.max(axis=-1, keepdims=True)) / temperature)
    return np.asarray(odds / odds.sum(axis=-1, keepdims=True))
