"""What the assistant keeps of a conversation, as the database has it."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from tests.builders.server import Server

Events = list[dict[str, Any]]


def tracker_of(server: Server, conversation: str) -> Events:
    """All events, in the order of storing."""
    engine = sa.create_engine(server.settings.tracker_address)
    query = sa.text("SELECT data FROM events WHERE sender_id = :id ORDER BY id")
    with engine.connect() as connection:
        found = [json.loads(data) for (data,) in connection.execute(query, {"id": conversation})]
    engine.dispose()
    return found


def asked(events: Events) -> list[str]:
    """The ids of the customer's messages."""
    return [event["message_id"] for event in events if event["event"] == "user"]


def turns_are_whole(events: Events) -> bool:
    """No two turns were mixed: between two messages of the customer the bot has spoken and listens again."""
    at = [n for n, event in enumerate(events) if event["event"] == "user"]
    between = [events[a:b] for a, b in zip(at, [*at[1:], len(events)], strict=True)]
    return all(
        any(event["event"] == "bot" for event in turn)
        and sum(event["event"] == "action" and event["name"] == "action_listen" for event in turn) == 1
        for turn in between
    )
