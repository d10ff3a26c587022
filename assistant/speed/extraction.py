"""Slots that a message fills: outside a form Rasa looks at the mappings of every form, each time (0.3 ms a turn)."""

from __future__ import annotations

import copy
from functools import wraps
from types import ModuleType
from typing import Any

_WITHOUT_FORM = "_slots_without_form"


def of_no_form(module: ModuleType) -> None:
    """Outside a form, look at the slots that can be filled there."""
    action = module.ActionExtractSlots
    extracted = action.run

    @wraps(extracted)
    async def run(self: Any, output_channel: Any, nlg: Any, tracker: Any, domain: Any) -> Any:
        seen = domain if tracker.active_loop_name else _without_form(domain)
        return await extracted(self, output_channel, nlg, tracker, seen)

    action.run = run


def _without_form(domain: Any) -> Any:
    """The domain, of whose slots those are left that are mapped outside all forms too."""
    kept = vars(domain).get(_WITHOUT_FORM)
    if kept is None or kept[0] is not domain.slots:
        limited = copy.copy(domain)
        limited.slots = [slot for slot in domain.slots if any(_holds_without_form(each) for each in slot.mappings)]
        kept = vars(domain)[_WITHOUT_FORM] = (domain.slots, limited)
    return kept[1]


def _holds_without_form(mapping: dict[str, Any]) -> bool:
    conditions = mapping.get("conditions") or []
    if mapping.get("type") == "from_trigger_intent":  # whatever its conditions say
        return True
    return not conditions or any(condition.get("active_loop") is None for condition in conditions)
