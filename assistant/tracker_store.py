"""Where conversations are kept: Rasa's SQL tracker store, reading a bounded window and hiding no failure.

Rasa's own falls back to memory without a word when the database is down, and reads every event of a conversation
at every turn. This one raises, and reads the newest events only.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from rasa.core import tracker_store as stock
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.errors import Superseded
from assistant.kept_connection import KeptConnection, Statement
from assistant.trackers_in_memory import Held, TrackersInMemory, held_of_window, held_since

WINDOW = 60
"""Events read back at a turn, about seven turns (the longest look back is four); the state set before is read besides.

Rasa builds the state of every one of them at each step: 120 cost 23 ms of CPU a turn, 60 cost 14."""

LONGEST = 2 * WINDOW
"""Events of a conversation that stays in memory between turns."""


_LOCK = sa.text("SELECT pg_advisory_xact_lock(:key)")
_COLUMNS = ("sender_id", "type_name", "timestamp", "intent_name", "action_name", "data")
_IDLE_SECONDS = 10
"""A process that stops within a transaction holds its locks for no longer: PostgreSQL ends the connection."""


class StrictTrackerStore(stock.SQLTrackerStore):
    """Keeps events in the database at `url` (a full SQLAlchemy address); every failure reaches the caller."""

    def __init__(
        self, domain: Domain | None = None, host: str | None = None, url: str | None = None, **kwargs: Any
    ) -> None:
        address = url or host
        if not address:
            raise ValueError("StrictTrackerStore needs the full url of its database")
        if address.startswith("sqlite:///"):
            _make_folder(address)
        super().__init__(domain=domain, host=address, **kwargs)
        self.engine.dispose()
        self.engine = _engine(address)
        self.sessionmaker.configure(bind=self.engine)
        _index(self.engine)
        self._in_memory = TrackersInMemory()
        self._kept = KeptConnection(self.engine)
        events: sa.Table = self.SQLEvent.__table__
        self._insert = Statement(sa.insert(events).inline(), self.engine, _COLUMNS)
        self._held_since = Statement(held_since(events), self.engine)
        self._held_of_window = Statement(held_of_window(events, WINDOW), self.engine)
        self._one_writer = Statement(_LOCK, self.engine)
        self._window = Statement(_newest(events).limit(WINDOW), self.engine)
        self._every_event = Statement(_newest(events), self.engine)
        self._state_before = Statement(_set_before(events), self.engine)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation, as it was left in memory where the database holds nothing else, or read.

        A tracker is handed out once: a turn that fails leaves none behind, and the next one reads the database.
        """
        kept = self._in_memory.take(sender_id)
        if kept is not None:
            held, tracker = kept
            asked = {"sender": sender_id, "first": held.first}
            if self._kept.read(self._held_since, asked) == (held.count, held.newest):
                return tracker
        return await super().retrieve(sender_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write the new events, all or none; the conversation stays in memory for the next turn.

        On SQLite a power cut may undo them where no form is open: what was said then is in the gateway's turns, and the
        next question stands for itself. Not waiting for the disk twice a turn is a fifth of its time on two processes.

        Raises:
            Superseded: the database holds events that the tracker does not: who wrote them was taken to hold the lock.
        """
        await self.stream_events(tracker)
        stored = getattr(tracker, "stored_events", 0)
        rows = [_row(tracker.sender_id, event) for event in list(tracker.events)[stored:]]
        if not rows:
            return
        known = getattr(tracker, "held", Held(0, 0, None))
        # before the events are numbered: what is committed first has the lower ids, and whoever comes next sees all
        locked = [(self._one_writer, {"key": _key(tracker.sender_id)})] if self._on_a_server else []
        look = self._held_since, {"sender": tracker.sender_id, "first": known.first}
        count = known.count + len(rows)
        in_a_form = tracker.active_loop is not None or any(row["type_name"] == "active_loop" for row in rows)
        seen = self._kept.write(
            locked, self._insert, rows, look, lambda seen: seen[0] == count, provisionally=not in_a_form
        )
        if seen[0] != count:
            raise Superseded("another process went on with the conversation")
        held = Held(known.first, *seen)
        tracker.stored_events, tracker.held = len(tracker.events), held  # type: ignore[attr-defined]
        kept = self._by_the_window(tracker)
        self._in_memory.put(kept.held, kept)  # type: ignore[attr-defined]

    def _by_the_window(self, tracker: DialogueStateTracker) -> DialogueStateTracker:
        """The conversation as it would be read, once it is long: each turn takes longer, the more events it holds."""
        if len(tracker.events) <= LONGEST or self.domain is None:
            return tracker
        events = list(tracker.events)
        state = {
            (type(each), getattr(each, "key", None)): at for at, each in enumerate(events[:-WINDOW]) if _sets(each)
        }
        kept = [*(events[at] for at in sorted(state.values())), *events[-WINDOW:]]
        shortened = DialogueStateTracker.from_events(tracker.sender_id, kept, self.domain.slots)
        shortened.stored_events = len(shortened.events)  # type: ignore[attr-defined]
        held = Held(*self._kept.read(self._held_of_window, {"sender": tracker.sender_id}))
        # where another wrote meanwhile what was held before stays, which does not fit the database any more
        shortened.held = held if held.newest == tracker.held.newest else tracker.held  # type: ignore[attr-defined]
        return shortened

    def close(self) -> None:
        """Give the connections back."""
        self._kept.close()
        self.engine.dispose()

    @property
    def _on_a_server(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    async def _retrieve(self, sender_id: str, fetch_events_from_all_sessions: bool) -> DialogueStateTracker | None:
        if self.domain is None:
            return None
        newest = self._every_event if fetch_events_from_all_sessions else self._window
        rows = self._kept.read_all(newest, {"sender": sender_id})[::-1]
        if not rows:
            return None
        before = {"sender": sender_id, "first": rows[0][0]}
        state = self._kept.read_all(self._state_before, before) if len(rows) == WINDOW else []
        events = [json.loads(data) for _, data in [*state, *rows]]
        tracker = DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)
        tracker.stored_events = len(tracker.events)  # type: ignore[attr-defined]
        tracker.held = Held(rows[0][0], len(rows), rows[-1][0])  # type: ignore[attr-defined]
        return tracker


def _newest(events: sa.Table) -> sa.Select[Any]:
    """(id, data) of a conversation's events, the newest first."""
    columns = events.c
    query = sa.select(columns.id, columns.data).where(columns.sender_id == sa.bindparam("sender"))
    return query.order_by(columns.id.desc())


def _set_before(events: sa.Table) -> sa.Select[Any]:
    """(id, data) of the latest value of each slot and the latest active loop that were set before an event."""
    columns = events.c
    of_slot = sa.case((columns.type_name == "slot", columns.action_name), else_="")
    latest = (
        sa.select(sa.func.max(columns.id))
        .where(
            columns.sender_id == sa.bindparam("sender"),
            columns.id < sa.bindparam("first"),
            sa.or_(columns.type_name == "slot", columns.type_name == "active_loop"),
        )
        .group_by(columns.type_name, of_slot)
    )
    return sa.select(columns.id, columns.data).where(columns.id.in_(latest)).order_by(columns.id)


def _sets(event: Event) -> bool:
    return event.type_name in {"slot", "active_loop"}


def _row(sender_id: str, event: Event) -> dict[str, Any]:
    """As Rasa writes it."""
    data = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }


def _key(sender_id: str) -> int:
    """By which the writers of a conversation wait for each other on PostgreSQL; an insert locks SQLite by itself."""
    return int.from_bytes(hashlib.sha256(sender_id.encode()).digest()[:8], signed=True)


def _index(engine: sa.Engine) -> None:
    """What finds the state before the window without reading the events: else a turn costs more, the later it is."""
    with suppress(sa.exc.DBAPIError), engine.begin() as connection:  # another process made it at the same time
        connection.exec_driver_sql(
            "CREATE INDEX IF NOT EXISTS ix_events_state ON events (sender_id, type_name, action_name, id)"
        )


def _make_folder(address: str) -> None:
    from pathlib import Path

    path = sa.make_url(address).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)


def _engine(address: str) -> sa.Engine:
    # no stale connection after the database was restarted
    engine = sa.create_engine(address, pool_pre_ping=True, hide_parameters=True)
    if engine.dialect.name == "sqlite":

        @sa.event.listens_for(engine, "connect")
        def _pragmas(connection: Any, _: Any) -> None:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA busy_timeout=5000")

    if engine.dialect.name == "postgresql":

        @sa.event.listens_for(engine, "connect")
        def _no_idle_locks(connection: Any, _: Any) -> None:
            with connection.cursor() as cursor:
                cursor.execute(f"SET idle_in_transaction_session_timeout = '{_IDLE_SECONDS}s'")
            connection.commit()

    return engine
