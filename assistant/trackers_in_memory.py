"""Conversations between two turns: kept as they were saved, good only while the database holds nothing else.

Reading one anew costs 3 ms of a turn. Several processes may write one conversation, and with PostgreSQL what another
writes may become visible after what was numbered later: so that all events count that the tracker could hold, not only
the newest.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, NamedTuple

import sqlalchemy as sa
from rasa.shared.core.trackers import DialogueStateTracker

MOST = 256
"""Conversations in memory, about 50 kB each; the one that was silent longest goes first."""


class Held(NamedTuple):
    """What the database holds of a conversation from the event `first` on: how many events, and the newest's id."""

    first: int
    count: int
    newest: int | None


def held_since(events: sa.FromClause) -> sa.Select[Any]:
    """Number and newest of the events of `sender` from the id `first` on."""
    mine = events.c.sender_id == sa.bindparam("sender"), events.c.id >= sa.bindparam("first")
    return sa.select(sa.func.count(), sa.func.max(events.c.id)).where(*mine)


class TrackersInMemory:
    """Trackers of up to `longest` events: a longer one is read anew, by the window that the store reads."""

    def __init__(self, longest: int, most: int = MOST) -> None:
        self._longest, self._most = longest, most
        self._kept: OrderedDict[str, tuple[Held, DialogueStateTracker]] = OrderedDict()

    def take(self, sender_id: str) -> tuple[Held, DialogueStateTracker] | None:
        """The tracker, no longer in here, and what the database held when it was saved."""
        return self._kept.pop(sender_id, None)

    def put(self, held: Held, tracker: DialogueStateTracker) -> None:
        """Keep one that was saved just now."""
        if len(tracker.events) > self._longest:
            return
        self._kept[tracker.sender_id] = (held, tracker)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
