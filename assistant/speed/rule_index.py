"""The rules of a policy by what their newest state names."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

State = dict[str, Any]
_KEPT = "_rule_indexes"


class RuleIndex(NamedTuple):
    """Rules by the action before and the intent of their newest state (None: it names none); `longest`: in states."""

    lookup: dict[str, str]
    size: int
    longest: int
    by_newest: dict[tuple[str | None, str | None], dict[str, str]]

    @classmethod
    def of(cls, lookup: dict[str, str]) -> RuleIndex:
        """Of a lookup of RulePolicy: an action by the JSON of a rule's states."""
        by_newest: dict[tuple[str | None, str | None], dict[str, str]] = {}
        longest = 0
        for key, action in lookup.items():
            states = json.loads(key)
            longest = max(longest, len(states))
            by_newest.setdefault(_named(states[-1]), {})[key] = action
        return cls(lookup, len(lookup), longest, by_newest)

    def near(self, state: State) -> dict[str, str]:
        """Every rule that may be of a conversation whose newest state is this."""
        action, intent = _named(state)
        if not state.get("prev_action"):  # at the start of a conversation Rasa looks at nothing else
            return self.lookup
        found: dict[str, str] = {}
        for names in {(action, intent), (action, None), (None, intent), (None, None)}:
            found |= self.by_newest.get(names, {})
        return found


def index_of(policy: Any, lookup: dict[str, str]) -> RuleIndex:
    """The index of one of the policy's lookups, made anew where that was changed."""
    kept = vars(policy).setdefault(_KEPT, {})
    index = kept.get(id(lookup))
    if index is None or index.lookup is not lookup or index.size != len(lookup):
        index = kept[id(lookup)] = RuleIndex.of(lookup)
    return index


def _named(state: State) -> tuple[str | None, str | None]:
    action, user = state.get("prev_action") or {}, state.get("user") or {}
    return _name(action.get("action_name")), _name(user.get("intent"))


def _name(value: Any) -> str | None:
    return value if isinstance(value, str) and value and value != "should_not_be_set" else None
