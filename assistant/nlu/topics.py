"""The topic of a message: a linear classifier on the sentence features.

Fitted by scikit-learn, kept as plain arrays: what runs in a turn is one matrix product and a softmax, and a model
file holds nothing that could execute.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.nlu.component import Component

OUT_OF_SCOPE = "out_of_scope"
TOPIC = "topic"
"""The message property that holds the full topic name and its confidence."""


def fit(features: np.ndarray, topics: list[str], regularisation: float) -> Any:
    """scikit-learn's logistic regression, balanced over topics; `features` has shape (sentences, numbers)."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=regularisation, max_iter=2000, class_weight="balanced").fit(features, topics)


def _features(message: Message) -> np.ndarray | None:
    _, sentence = message.get_dense_features(TEXT, [])
    return None if sentence is None else np.asarray(sentence.features, dtype=np.float32).reshape(-1)


def _full_name(message: Message) -> str:
    """`faq/recharge`: Rasa splits a retrieval intent at the slash."""
    return message.get(INTENT_RESPONSE_KEY) or message.get(INTENT)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(Component, IntentClassifier):
    """Fills the intent, its ranking and, for knowledge topics, what Rasa's response selector would.

    A guess below `threshold` is `out_of_scope`: the assistant does not act on it. `regularisation` is
    scikit-learn's `C`. The full name of the topic (`faq/recharge`) is the message property `topic`.
    """

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, storage, resource)
        self._topics: list[str] = []
        self._weights = np.zeros((0, 0), dtype=np.float32)
        self._bias = np.zeros(0, dtype=np.float32)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`threshold`, `regularisation`, `ranking_length`."""
        return {"threshold": 0.3, "regularisation": 1.0, "ranking_length": 5}

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on all examples that have a topic and a text; balanced over topics."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT) and e.get(INTENT)]
        features = np.stack([f for f in map(_features, examples) if f is not None])
        model = fit(features, [_full_name(e) for e in examples], self.config["regularisation"])
        with self._storage.write_to(self._resource) as folder:
            np.savez(folder / "weights.npz", weights=model.coef_.astype(np.float32), bias=model.intercept_)
            (folder / "topics.json").write_text(json.dumps(list(model.classes_)))
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TopicClassifier:
        """The classifier that was fitted."""
        classifier = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            arrays = np.load(folder / "weights.npz")
            classifier._weights, classifier._bias = arrays["weights"], arrays["bias"].astype(np.float32)
            classifier._topics = json.loads((folder / "topics.json").read_text())
        return classifier

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing after the classifier needs its guess on the training data."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Guess each message's topic."""
        for message in messages:
            self._label(message, self.rank(_features(message)))
        return messages

    def rank(self, features: np.ndarray | None) -> list[tuple[str, float]]:
        """All topics with their probability, most likely first; out of scope for a message without a text."""
        if features is None:
            return [(OUT_OF_SCOPE, 1.0)]
        scores = self._weights @ features + self._bias
        odds = np.exp(scores - scores.max())
        odds /= odds.sum()
        return [(self._topics[i], float(odds[i])) for i in np.argsort(-odds)]

    def _label(self, message: Message, ranking: list[tuple[str, float]]) -> None:
        topic, confidence = ranking[0]
        if confidence < self.config["threshold"]:
            topic = OUT_OF_SCOPE
        intent = topic.partition("/")[0]
        shown = [{"name": name, "confidence": p} for name, p in ranking[: self.config["ranking_length"]]]
        message.set(TOPIC, {"name": topic, "confidence": confidence}, add_to_output=True)
        message.set(INTENT, {"name": intent, "confidence": confidence}, add_to_output=True)
        message.set("intent_ranking", shown, add_to_output=True)
        if intent != topic:
            message.set("response_selector", self._selection(intent, topic, confidence), add_to_output=True)

    def _selection(self, intent: str, topic: str, confidence: float) -> dict[str, Any]:
        """What Rasa's own response selector would say, so that `utter_faq` finds the answer."""
        response = {
            INTENT_RESPONSE_KEY: topic,
            "utter_action": f"utter_{topic}",
            "confidence": confidence,
            "responses": [],
        }
        ranking = [{"confidence": confidence, INTENT_RESPONSE_KEY: topic}]
        families = sorted({name.partition("/")[0] for name in self._topics if "/" in name})
        return {
            "all_retrieval_intents": families,
            intent: {"response": response, "ranking": ranking},
        }
