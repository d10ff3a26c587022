"""A conversation in memory.

Rasa copies it for every action by applying all its events anew, and asks of each event five times what it is, six times
a turn.
"""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any

_APPLIED = "_applied"
_COPIED = {
    "UserUttered", "BotUttered", "ActionExecuted", "SlotSet", "AllSlotsReset", "ActiveLoop", "LoopInterrupted",
    "ActionExecutionRejected", "FollowupAction", "SessionStarted", "EntitiesAdded",
    "DefinePrevUserUtteredFeaturization",
}  # fmt: skip
"""Events that only change the state, so that it can be copied as it is."""


def light(module: ModuleType) -> None:
    """Copy what a tracker holds; tell the kinds of its events apart by their types."""
    _copied_as_it_is(module)
    _applied_by_type(module)


def _copied_as_it_is(module: ModuleType) -> None:
    tracker, replayed = module.DialogueStateTracker, module.DialogueStateTracker.copy
    known = {getattr(module.events, name) for name in _COPIED}

    @wraps(replayed)
    def copied(self: Any) -> Any:
        if type(self) is not tracker or not known.issuperset(map(type, self.events)):
            return replayed(self)
        new = object.__new__(tracker)
        vars(new).update(
            sender_id=self.sender_id or module.DEFAULT_SENDER_ID,
            sender_source=None,
            is_rule_tracker=self.is_rule_tracker,
            model_id=None,
            assistant_id=None,
            slots={name: copy.copy(slot) for name, slot in self.slots.items()},
            events=deque(self.events, self._max_event_history),
            latest_action=None if self.latest_action is None else dict(self.latest_action),
            latest_message=self.latest_message,
            latest_bot_utterance=self.latest_bot_utterance,
            active_loop=copy.copy(self.active_loop),
            followup_action=_followup(module.events, self.events),
            _max_event_history=self._max_event_history,
            _paused=self._paused,
        )
        return new

    tracker.copy = copied


def _followup(known: ModuleType, events: Any) -> str | None:
    """The action asked for by the events: the tracker forgets it once it is predicted, a replayed copy does not."""
    for event in reversed(events):
        kind = type(event)
        if kind is known.ActionExecuted or kind is known.UserUttered:
            return None
        if kind is known.FollowupAction:
            return str(event.action_name)
        if kind is known.SessionStarted:
            break
    return "action_listen"


def _kept(tracker: Any, find: Callable[[Any], list[Any]]) -> list[Any]:
    """What was found for the present events of the tracker: they come at the end, and go at the start."""
    first, last = (tracker.events[0], tracker.events[-1]) if tracker.events else (None, None)
    known = vars(tracker).get(_APPLIED)
    if known is None or known[0] != len(tracker.events) or known[1] is not first or known[2] is not last:
        known = vars(tracker)[_APPLIED] = (len(tracker.events), first, last, find(tracker))
    found: list[Any] = known[3]
    return found


def _applied_by_type(module: ModuleType) -> None:
    tracker, events = module.DialogueStateTracker, module.events
    starts, undone = (events.Restarted, events.SessionStarted), (events.ActionReverted, events.UserUtteranceReverted)
    original = tracker.applied_events
    kinds: dict[type, str] = {}

    def kind(of: type) -> str:
        if of not in kinds:
            named = {"start": starts, "undone": undone, "action": events.ActionExecuted, "loop": events.ActiveLoop}
            kinds[of] = next((name for name, types in named.items() if issubclass(of, types)), "")
        return kinds[of]

    @wraps(original)
    def applied_events(self: Any) -> list[Any]:
        """Asked four times a turn: found again where no event came or went."""
        return list(_kept(self, found_anew))

    def found_anew(self: Any) -> list[Any]:
        found = [kind(type(event)) for event in self.events]
        if "undone" in found:
            result: list[Any] = original(self)
            return result
        loops = {event.name for event, of in zip(self.events, found, strict=True) if of == "loop" and event.name}
        applied: list[Any] = []
        for event, of in zip(self.events, found, strict=True):
            if of == "start":
                applied = []
            elif of == "action" and event.action_name in loops and not _first(self, event, applied):
                self._undo_till_previous_loop_execution(event.action_name, applied)
            else:
                applied.append(event)
        return applied

    def _first(self: Any, event: Any, applied: list[Any]) -> bool:
        return bool(self._first_loop_execution_or_unhappy_path(event.action_name, applied))

    tracker.applied_events = applied_events
