"""What this project's NLU components have in common."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.message import Message


class Component(GraphComponent):
    """A graph component that keeps its config and its place in the model storage."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self.config = config
        self._storage = storage
        self._resource = resource

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Component:
        """Rasa's constructor."""
        return cls(config, model_storage, resource)

    def add_entities(self, message: Message, found: dict[str, Any]) -> None:
        """Report normalised values; they belong to the whole message, so they have no position in it."""
        end = len(message.get("text") or "")
        entities = [
            {"entity": name, "value": value, "start": 0, "end": end, "extractor": type(self).__name__}
            for name, value in found.items()
        ]
        message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
