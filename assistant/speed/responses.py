"""Choosing among the variations of a response: one is chosen by making a NumPy array of it, and told in a log line."""

from __future__ import annotations

from functools import wraps
from types import ModuleType
from typing import Any


def taken_where_there_is_one(response: ModuleType) -> None:
    """The only one that fits is the one: 0.1 ms a message."""
    generator = response.TemplatedNaturalLanguageGenerator
    among = generator._random_response_for

    @wraps(among)
    def _random_response_for(self: Any, utter_action: str, output_channel: str, filled_slots: dict[str, Any]) -> Any:
        if utter_action not in self.responses:
            return None
        fitting = response.ResponseVariationFilter(self.responses).responses_for_utter_action(
            utter_action, output_channel, filled_slots
        )
        return fitting[0] if len(fitting) == 1 else among(self, utter_action, output_channel, filled_slots)

    generator._random_response_for = _random_response_for
