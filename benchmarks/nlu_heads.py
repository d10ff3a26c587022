"""Classifiers to compare with what ships: each takes features, topics and features, and gives scores like logits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from assistant.nlu.encoders import Matrix

Head = Callable[[Any, np.ndarray, Any], Matrix]
_NEIGHBOURS = 10


def _logistic(known: Any, topics: np.ndarray, asked: Any) -> Matrix:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1.0, max_iter=300, class_weight="balanced").fit(known, topics)
    return np.asarray(model.decision_function(asked))


def _linear_svm(known: Any, topics: np.ndarray, asked: Any) -> Matrix:
    from sklearn.svm import LinearSVC

    return np.asarray(LinearSVC(C=0.02, class_weight="balanced").fit(known, topics).decision_function(asked))


def _neural(known: Any, topics: np.ndarray, asked: Any) -> Matrix:
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier((256,), alpha=1e-2, max_iter=30, random_state=0).fit(known, topics)
    return np.asarray(np.log(model.predict_proba(asked) + 1e-9))


def _nearest(known: Any, topics: np.ndarray, asked: Any) -> Matrix:
    """The cosines of the ten nearest examples, summed by topic."""
    length = np.linalg.norm(known, axis=1), np.linalg.norm(asked, axis=1)
    cosines = (asked / length[1][:, None]) @ (known / length[0][:, None]).T
    found = np.zeros((len(cosines), int(topics.max()) + 1))
    for near in np.argsort(-cosines, axis=1)[:, :_NEIGHBOURS].T:
        np.add.at(
            found,
            (np.arange(len(found)), topics[near]),
            np.exp(8 * np.take_along_axis(cosines, near[:, None], 1)[:, 0]),
        )
    return np.log(found + 1e-6)


HEADS: dict[str, Head] = {"logistic": _logistic, "linear SVM": _linear_svm, "neural": _neural, "nearest": _nearest}
