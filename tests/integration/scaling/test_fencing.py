"""Who lost the lock of a conversation writes nothing over the turns of who went on."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.errors import Superseded
from assistant.tracker_store import StrictTrackerStore

PROCESSES = 6


@pytest.fixture
def stores(database_url):
    """One a process, each with its own connections and its own memory."""
    made = [StrictTrackerStore(Domain.empty(), url=database_url) for _ in range(PROCESSES)]
    yield made
    for store in made:
        store.engine.dispose()


def _begun(store: StrictTrackerStore, text: str) -> DialogueStateTracker:
    """A turn that has not ended."""
    tracker = asyncio.run(store.retrieve("c")) or DialogueStateTracker("c", [])
    tracker.update_with_events([UserUttered(text), SlotSet("said", text)], Domain.empty())
    return tracker


def _said(store: StrictTrackerStore) -> list[str]:
    with store.engine.connect() as connection:
        event = store.SQLEvent.__table__
        kinds = connection.execute(sa.select(event.c.type_name, event.c.data).order_by(event.c.id)).all()
    assert [kind for kind, _ in kinds] == ["user", "slot"] * (len(kinds) // 2)  # whole turns, one after the other
    whole = asyncio.run(store.retrieve_full_tracker("c"))
    return [event.text for event in whole.events if isinstance(event, UserUttered)]


@pytest.mark.parametrize("before", [0, 1, 50])
def test_a_turn_that_another_went_past_is_refused_whole_and_may_be_run_anew(stores, before: int) -> None:
    paused, other = stores[:2]
    for number in range(before):
        asyncio.run(other.save(_begun(other, f"before {number}")))
    late = _begun(paused, "late")
    asyncio.run(other.save(_begun(other, "in time")))
    with pytest.raises(Superseded):
        asyncio.run(paused.save(late))
    earlier = [f"before {number}" for number in range(before)]
    assert _said(other) == [*earlier, "in time"]
    asyncio.run(paused.save(_begun(paused, "late")))
    assert _said(other) == [*earlier, "in time", "late"]


def test_of_many_that_save_at_the_same_instant_one_does(stores) -> None:
    asyncio.run(stores[0].save(_begun(stores[0], "first")))
    turns, together = [_begun(store, f"turn {n}") for n, store in enumerate(stores)], Barrier(PROCESSES)

    def save(n: int) -> bool:
        together.wait()
        try:
            asyncio.run(stores[n].save(turns[n]))
        except Superseded:
            return False
        return True

    with ThreadPoolExecutor(PROCESSES) as pool:
        kept = list(pool.map(save, range(PROCESSES)))
    assert kept.count(True) == 1
    assert _said(stores[0]) == ["first", f"turn {kept.index(True)}"]


def test_a_conversation_that_was_erased_meanwhile_is_not_written_to(stores) -> None:
    paused, other = stores[:2]
    asyncio.run(other.save(_begun(other, "before")))
    late = _begun(paused, "late")
    with other.engine.begin() as connection:
        connection.execute(sa.delete(other.SQLEvent))
    with pytest.raises(Superseded):
        asyncio.run(paused.save(late))
