"""The Rasa component that reports the values found in a message as entities."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from assistant.nlu.component import Component
from assistant.nlu.encoders import LONGEST, REMEMBERED
from assistant.nlu.slots import changes
from assistant.nlu.slots.extract import extract
from assistant.understood import SUPPOSED, WHAT_IF

_LIKELY = 2
"""Topics of which either may be asked about (`assistant.unsure`)."""


_extracted = lru_cache(maxsize=REMEMBERED)(extract)
"""What many say, and what a button says, is read once a day."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class SlotNormaliser(Component):
    """Adds one entity a value; relative periods count from `metadata["today"]`, the caller's own date.

    What is supposed is looked for where that is likely asked: "if I top up 50" supposes nothing otherwise.
    """

    def process_training_data(self, training_data: Any) -> Any:
        """Values are found by rules and kept libraries, not learnt."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Find the values of each message."""
        for message in messages:
            today = (message.get("metadata") or {}).get("today")
            day = date.fromisoformat(today) if today else datetime.now().astimezone().date()
            text = message.get(TEXT) or ""
            found = deepcopy(_extracted(text, day)) if len(text) <= LONGEST else extract(text, day)
            if any(guess["name"] == WHAT_IF for guess in (message.get("intent_ranking") or [])[:_LIKELY]):
                found[SUPPOSED] = changes.suppose(text, day)._asdict()
            self.add_entities(message, found)
        return messages
