"""The conversation that stays in memory between turns is the one in the database, or it is not used."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.agent import Assistant
from assistant.errors import Superseded, TurnFailed
from assistant.tracker_store import LONGEST, StrictTrackerStore
from tests.conversations.talk import Talk

SAID = [
    "What is my balance?",
    "and last month?",
    "I want to top up",
    "50000",
    "what is a billing plan?",
    "cancel",
    "hello",
]


@pytest.fixture
def store(assistant: Assistant) -> StrictTrackerStore:
    return assistant._agent.tracker_store


def told(tracker: DialogueStateTracker) -> dict[str, Any]:
    """What a turn goes by, as JSON: what a database would give back."""
    return json.loads(
        json.dumps(
            {
                "events": [event.as_dict() for event in tracker.events],
                "slots": {name: [slot.value, slot.has_been_set] for name, slot in tracker.slots.items()},
                "loop": tracker.active_loop and vars(tracker.active_loop),
                "latest": [tracker.latest_action, tracker.followup_action, tracker.latest_message.as_dict()],
            }
        )
    )


def kept(store: StrictTrackerStore, sender_id: str) -> DialogueStateTracker:
    return store._in_memory._kept[sender_id][1]


def test_what_is_kept_is_what_would_be_read(
    talk: Callable[[str | None], Talk], store: StrictTrackerStore, loop: asyncio.AbstractEventLoop
) -> None:
    conversation = talk("acme")
    for text in SAID:
        conversation.say(text)
        stays = kept(store, conversation.id)
        read = loop.run_until_complete(store._retrieve(conversation.id, fetch_events_from_all_sessions=True))
        assert told(stays) == told(read)
        assert loop.run_until_complete(store.retrieve(conversation.id)) is stays
        store._in_memory.put(stays.held, stays)


def test_what_another_process_wrote_is_read(
    talk: Callable[[str | None], Talk], store: StrictTrackerStore, loop: asyncio.AbstractEventLoop
) -> None:
    conversation = talk("acme")
    conversation.say("What is my balance?")
    other = StrictTrackerStore(url=str(store.engine.url), domain=store.domain)
    theirs = loop.run_until_complete(other.retrieve(conversation.id))
    theirs.update(theirs.events[-1])
    loop.run_until_complete(other.save(theirs))
    mine = loop.run_until_complete(store.retrieve(conversation.id))
    assert told(mine) == told(theirs)
    other.engine.dispose()


def test_a_tracker_that_lacks_what_another_wrote_meanwhile_is_not_kept(
    talk: Callable[[str | None], Talk], store: StrictTrackerStore, loop: asyncio.AbstractEventLoop
) -> None:
    conversation = talk("acme")
    conversation.say("What is my balance?")
    other = StrictTrackerStore(url=str(store.engine.url), domain=store.domain)
    mine, theirs = (loop.run_until_complete(each.retrieve(conversation.id)) for each in (store, other))
    before = len(mine.events)
    for tracker in (mine, theirs):
        tracker.update(tracker.events[-1])
    loop.run_until_complete(other.save(theirs))
    other.engine.dispose()
    with pytest.raises(Superseded):
        loop.run_until_complete(store.save(mine))
    with pytest.raises(KeyError):
        kept(store, conversation.id)
    assert len(loop.run_until_complete(store.retrieve(conversation.id)).events) == before + 1


def test_events_that_were_deleted_are_not_remembered(
    talk: Callable[[str | None], Talk], store: StrictTrackerStore, loop: asyncio.AbstractEventLoop
) -> None:
    conversation = talk("acme")
    conversation.say("What is my balance?")
    with store.engine.begin() as connection:
        connection.execute(sa.delete(store.SQLEvent).where(store.SQLEvent.sender_id == conversation.id))
    assert loop.run_until_complete(store.retrieve(conversation.id)) is None


def test_a_turn_that_fails_leaves_nothing_in_memory(
    talk: Callable[[str | None], Talk],
    store: StrictTrackerStore,
    loop: asyncio.AbstractEventLoop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    conversation = talk("acme")
    conversation.say("What is my balance?")
    before = told(kept(store, conversation.id))
    with monkeypatch.context() as broken:
        broken.setattr("assistant.tracker_store._row", lambda *_: 1 / 0)
        with pytest.raises(TurnFailed):
            conversation.say("What is a billing plan?")
    assert told(loop.run_until_complete(store.retrieve(conversation.id))) == before


def test_a_long_conversation_is_kept_as_it_would_be_read_by_the_window(
    talk: Callable[[str | None], Talk], store: StrictTrackerStore, loop: asyncio.AbstractEventLoop
) -> None:
    conversation = talk("acme")
    lengths = []
    for text in ["I want to top up", "50000", "cancel", *["thanks"] * 57]:
        conversation.say(text)
        stays = kept(store, conversation.id)
        lengths.append(len(stays.events))
        if len(lengths) > 1 and lengths[-1] < lengths[-2]:
            break
    assert max(lengths) <= LONGEST
    assert lengths[-1] < lengths[-2]
    read = loop.run_until_complete(store._retrieve(conversation.id, fetch_events_from_all_sessions=False))
    assert told(stays) == told(read)
    assert loop.run_until_complete(store.retrieve(conversation.id)) is stays
