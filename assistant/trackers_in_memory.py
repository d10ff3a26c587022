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


def held_of_window(events: sa.FromClause, window: int) -> sa.Select[Any]:
    """Oldest, number and newest of the newest events of `sender`, as many as the window has."""
    mine = sa.select(events.c.id).where(events.c.sender_id == sa.bindparam("sender")).order_by(events.c.id.desc())
    newest = mine.limit(window).subquery()
    return sa.select(sa.func.min(newest.c.id), sa.func.count(), sa.func.max(newest.c.id))


class TrackersInMemory:
    """The trackers of the conversations that were spoken in last."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[Held, DialogueStateTracker]] = OrderedDict()

    def take(self, sender_id: str) -> tuple[Held, DialogueStateTracker] | None:
        """The tracker, no longer in here, and what the database held when it was saved."""
        return self._kept.pop(sender_id, None)

    def put(self, held: Held, tracker: DialogueStateTracker) -> None:
        """Keep one that was saved just now."""
        self._kept[tracker.sender_id] = (held, tracker)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
