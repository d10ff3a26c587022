"""The topic of a message: examples that it is like, by three models, a slower one only when the faster is unsure.

Kept as plain arrays: a model file holds nothing that could execute.
"""

from __future__ import annotations

import json
from collections import OrderedDict
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

from assistant.nlu.cascade import Cascade
from assistant.nlu.component import Component
from assistant.nlu.encoders import LONGEST, REMEMBERED
from assistant.nlu.examples import Settings
from assistant.nlu.sentences import OUT_OF_SCOPE

TOPIC = "topic"
"""The message property that holds the full topic name and its confidence."""


def _full_name(message: Message) -> str:
    """`faq/recharge`: Rasa splits a retrieval intent at the slash."""
    return message.get(INTENT_RESPONSE_KEY) or message.get(INTENT)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(Component, IntentClassifier):
    """Fills the intent, its ranking and, for knowledge topics, what Rasa's response selector would.

    A guess below `threshold` is `out_of_scope`: the assistant does not act on it. `sure`: the confidence from which
    the guess of the first and of the second model stands. `temperatures`: of each of the three
    (`assistant.nlu.cascade.STAGES`). The others are those of `assistant.nlu.examples.Settings`. The full name of the
    topic (`faq/recharge`) is the message property `topic`.
    """

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, storage, resource)
        self._cascade: Cascade | None = None
        self._ranked: OrderedDict[str, list[tuple[str, float]]] = OrderedDict()  # what many say is guessed once

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """What was chosen by `benchmarks/pipelines.py`."""
        settings = {"width": 0.2, "ngrams": 0.1, "ridge": 0.05}
        return {
            **settings,
            "sure": [0.99, 0.95],
            "temperatures": [0.058, 0.057, 0.056],
            "threshold": 0.25,
            "ranking_length": 5,
        }

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on all examples that have a topic and a text; balanced over topics."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT) and e.get(INTENT)]
        settings = Settings(self.config["width"], self.config["ngrams"], self.config["ridge"])
        cascade = Cascade.fit([e.get(TEXT) for e in examples], [_full_name(e) for e in examples], settings)
        with self._storage.write_to(self._resource) as folder:
            np.savez(folder / "arrays.npz", **cascade.arrays())
            (folder / "topics.json").write_text(json.dumps(cascade.topics))
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
        """The classifier that was fitted, its encoders loaded: not in the first turn."""
        classifier = cls(config, model_storage, resource)
        settings = Settings(config["width"], config["ngrams"], config["ridge"])
        with model_storage.read_from(resource) as folder:
            topics = json.loads((folder / "topics.json").read_text())
            with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
                classifier._cascade = Cascade.of(dict(arrays), topics, settings)
        classifier._cascade.warm()
        return classifier

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing after the classifier needs its guess on the training data."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Guess each message's topic."""
        for message in messages:
            self._label(message, self.rank(message.get(TEXT)))
        return messages

    def rank(self, text: str | None) -> list[tuple[str, float]]:
        """All topics with their probability, most likely first; out of scope for a message without a text."""
        if not text or self._cascade is None:
            return [(OUT_OF_SCOPE, 1.0)]
        kept = self._ranked.get(text)
        if kept is None:
            odds = self._cascade.odds(text, self.config["temperatures"], self.config["sure"])
            kept = [(self._cascade.topics[i], float(odds[i])) for i in np.argsort(-odds)]
            if len(text) <= LONGEST:
                self._ranked[text] = kept
            while len(self._ranked) > REMEMBERED:
                self._ranked.popitem(last=False)
        return kept

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
            message.set("response_selector", selection(topic, confidence), add_to_output=True)


def selection(topic: str, confidence: float) -> dict[str, Any]:
    """What Rasa's own response selector would say of a knowledge topic, so that `utter_faq` finds the answer."""
    intent = topic.partition("/")[0]
    response = {
        INTENT_RESPONSE_KEY: topic,
        "utter_action": f"utter_{topic}",
        "confidence": confidence,
        "responses": [],
    }
    ranking = [{"confidence": confidence, INTENT_RESPONSE_KEY: topic}]
    return {"all_retrieval_intents": [intent], intent: {"response": response, "ranking": ranking}}
