"""RulePolicy: it builds the state of every event of the tracker, twice a prediction, and holds each against every rule.

A rule looks back a few turns at most, so that only the last states can tell.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any

from assistant.speed.rule_index import State, index_of

_LOOKUPS = ("RULES", "RULES_FOR_LOOP_UNHAPPY_PATH")
_BUILT = "_states_built"
_NO_RULES: dict[str, str] = {}


class _Recent(list[State]):
    """The last states; `whole` builds all of them, as Rasa does; `as_text`: of what was said, not what was meant."""

    def __init__(self, states: list[State], whole: Callable[[], list[State]], as_text: bool) -> None:
        super().__init__(states)
        self.whole, self.as_text = whole, as_text


def looking_back_as_far_as_rules_do(module: ModuleType) -> None:
    """Build the states that a rule can see, once a prediction; try the rules that can be of the newest one."""
    policy = module.RulePolicy
    states, keys, feature_key = policy._prediction_states, policy._get_possible_keys, policy._create_feature_key
    lookups = [getattr(module, name) for name in _LOOKUPS]

    @wraps(states)
    def _prediction_states(
        self: Any, tracker: Any, domain: Any, use_text_for_last_user_input: bool = False, rule_only_data: Any = None
    ) -> Any:
        def whole() -> Any:
            return states(self, tracker, domain, use_text_for_last_user_input, rule_only_data)

        far = max(index_of(self, self.lookup.get(name, _NO_RULES)).longest for name in lookups)
        if not far or getattr(self.featurizer, "max_history", None) is not None:
            return whole()
        recent = _Recent(_last_states(self, tracker, domain, far), whole, use_text_for_last_user_input)
        self.featurizer._choose_last_user_input([recent], use_text_for_last_user_input)
        return recent

    @wraps(keys)
    def _get_possible_keys(self: Any, lookup: dict[str, str], states: list[State]) -> Any:
        return keys(self, index_of(self, lookup).near(states[-1]) if states else lookup, states)

    @wraps(feature_key)
    def _create_feature_key(self: Any, states: list[State]) -> Any:
        if isinstance(states, _Recent) and states.as_text:
            return None  # nobody asks where no prediction came from, and it costs the states of every event
        return feature_key(self, states.whole() if isinstance(states, _Recent) else states)

    policy._prediction_states, policy._get_possible_keys = _prediction_states, _get_possible_keys
    policy._create_feature_key = _create_feature_key


def _last_states(policy: Any, tracker: Any, domain: Any, far: int) -> list[State]:
    """A copy of the last `far` states of the tracker; they are built once for its present events."""
    now = (tracker, len(tracker.events), tracker.events[-1] if tracker.events else None, far)
    kept = vars(policy).get(_BUILT)
    if kept is None or any(one is not other for one, other in zip(kept[0], now, strict=True)):
        kept = vars(policy)[_BUILT] = (now, _build(tracker, domain, far))
    return [{kind: dict(values) for kind, values in state.items()} for state in kept[1]]


def _build(tracker: Any, domain: Any, far: int) -> list[State]:
    """As `Domain.states_for_tracker_history` does, leaving out the states before."""
    from rasa.shared.core.events import ActionExecuted

    events, past = tracker.applied_events(), tracker.init_copy()
    left, states = sum(isinstance(event, ActionExecuted) for event in events), []
    for event in events:
        if isinstance(event, ActionExecuted):
            if left < far:
                states.append(domain.get_active_state(past))
            left -= 1
        past.update(event)
    return [*states, domain.get_active_state(past)]
