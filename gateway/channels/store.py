"""What one event changes in the gateway's tables: kept once, answered once, its calls to the vendor queued with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from billing.db import insert_of
from gateway.channels import blind
from gateway.channels.models import ChannelDelivery, ChannelEvent
from gateway.channels.schemas import Call, Heard

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Queueing:
    """Calls to queue, each under a key that makes it one, for whoever `link_id` says they tell of."""

    key: str
    calls: list[Call] = field(default_factory=list)
    link_id: str | None = None


def keep(session: Session, channel: str, events: Iterable[Heard], at: datetime) -> int:
    """Keep the events that are not here yet, by the vendor's own ids; how many they are."""
    kept = 0
    insert = insert_of(session.get_bind().dialect.name)
    for heard in events:
        row = {
            "channel": channel,
            "workspace": heard.speaker.workspace,
            "event": heard.event if len(heard.event) <= _LONGEST else digest(heard.event),
            "stream": blind.stream_of(session, channel, heard.speaker.workspace, heard.place_id),
            "heard": heard.model_dump(mode="json"),
            "state": "pending",
            "attempts": 0,
            "next_attempt_at": at,
            "created_at": at,
        }
        keeping = insert(ChannelEvent).values(row).on_conflict_do_nothing().returning(ChannelEvent.id)
        kept += session.scalar(keeping) is not None
    return kept


def queue(session: Session, channel: str, stream: str, queueing: Iterable[Queueing], at: datetime) -> None:
    """Queue calls; those whose key is here already are not queued twice."""
    insert = insert_of(session.get_bind().dialect.name)
    for each in queueing:
        for number, call in enumerate(each.calls):
            row = {
                "channel": channel,
                "stream": stream,
                "key": digest(channel, each.key, str(number)),
                "link_id": each.link_id,
                "call": call.model_dump(mode="json"),
                "state": "pending",
                "attempts": 0,
                "perhaps_twice": False,
                "next_attempt_at": at,
                "created_at": at,
            }
            session.execute(insert(ChannelDelivery).values(row).on_conflict_do_nothing())


def digest(*parts: str) -> str:
    """One name of fixed length for several."""
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()
