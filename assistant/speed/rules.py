"""RulePolicy: it builds the state of every event of the tracker, twice a prediction, and holds each against every rule.

A rule looks back a few turns at most, so that only the last states can tell.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import cache, wraps
from types import ModuleType, SimpleNamespace
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
    """Build the states that a rule can see, each once; try the rules that can be of the newest one."""
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
        recent = _Recent(_last_states(tracker, domain, far), whole, use_text_for_last_user_input)
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


def _last_states(tracker: Any, domain: Any, far: int) -> list[State]:
    """A copy of the last `far` states of the tracker; those of events that were there before are not built again."""
    events = tracker.applied_events()
    kept: _Built | None = vars(tracker).get(_BUILT)
    if kept is None or not kept.begins(events, domain, far):
        kept = vars(tracker)[_BUILT] = _Built(domain, tracker, far, events)
    kept.go_on(events)
    return kept.states()


class _Built:
    """The last states of a conversation as far as it was built, as `Domain.states_for_tracker_history` does.

    Those before the last actions, and the newest one. A conversation goes on by events at its end; one that does
    otherwise (a restart, something undone, a form whose steps are folded) is built from its start.
    """

    def __init__(self, domain: Any, tracker: Any, far: int, events: list[Any]) -> None:
        self._domain, self._past, self._far = domain, tracker.init_copy(), far
        self._events: list[Any] = []
        self._told: list[State] | None = None
        self._states: deque[tuple[State, Any]] = deque(maxlen=far - 1)
        actions = [at for at, event in enumerate(events) if type(event) is _action_executed()]
        self._from = actions[1 - far] if 1 < far <= len(actions) else 0
        """The states before the event at this place are seen by no rule: they are not built."""

    def begins(self, events: list[Any], domain: Any, far: int) -> bool:
        """Whether this is of the same events as far as it goes."""
        known = self._events
        return (
            domain is self._domain
            and far == self._far
            and len(known) <= len(events)
            and all(one is other for one, other in zip(known, events, strict=False))
        )

    def go_on(self, events: list[Any]) -> None:
        """Take in what follows."""
        executed = _action_executed()
        if len(events) > len(self._events):
            self._told = None
        for at in range(len(self._events), len(events)):
            event = events[at]
            if type(event) is executed and at >= self._from:
                self._states.append(self._now())
            self._past.update(event)
        self._events = events

    def states(self) -> list[State]:
        """Each its own copy. A message may be told only afterwards whether it counts by its words: it is read anew."""
        if self._told is None:
            self._told = [self._copy(*each) for each in (*self._states, self._now())]
        return [{kind: dict(values) for kind, values in state.items()} for state in self._told]

    def _now(self) -> tuple[State, Any]:
        return self._domain.get_active_state(self._past), self._past.latest_message

    def _copy(self, state: State, message: Any) -> State:
        copied = {kind: dict(values) for kind, values in state.items() if kind != "user"}
        said = self._domain._get_user_sub_state(SimpleNamespace(latest_message=message))
        return {"user": said, **copied} if said else copied


@cache
def _action_executed() -> type:
    from rasa.shared.core.events import ActionExecuted

    return ActionExecuted
