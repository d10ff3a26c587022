"""The Rasa component that reports the values found in a message as entities."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from assistant.nlu.component import Component
from assistant.nlu.slots.extract import extract


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class SlotNormaliser(Component):
    """Adds one entity a value; relative periods count from `metadata["today"]`, the caller's own date."""

    def process_training_data(self, training_data: Any) -> Any:
        """Values are found by rules and kept libraries, not learnt."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Find the values of each message."""
        for message in messages:
            today = (message.get("metadata") or {}).get("today")
            day = date.fromisoformat(today) if today else datetime.now().astimezone().date()
            found = extract(message.get(TEXT) or "", day)
            self.add_entities(message, found)
        return messages
