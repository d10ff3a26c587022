"""A person's data as one document."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from gateway.channels.models import ChannelLink
from gateway.conversations.models import ConversationRow, RatingRow, TurnRow
from gateway.handoff.models import HandoffRow
from gateway.privacy.finding import Found, calls_of, heard_of, rows_of
from gateway.unsure.models import UnsureRow


def gather(session: Session, found: Found, unsure: Iterable[UnsureRow]) -> dict[str, Any]:
    """The parts of the document that stand in the gateway's tables."""
    heard = [{"at": _time(row.created_at), "heard": row.heard} for row in heard_of(session, found)]
    calls = [{"at": _time(row.created_at), "shown": row.call} for row in calls_of(session, found) if row.call]
    return {
        "conversations": _conversations(session, found),
        "channel_links": [_link(link) for link in found.links],
        "channel_messages": heard + calls,
        "unsure_messages": [
            {"text": row.text, "language": row.language, "first_seen": _time(row.first_seen)} for row in unsure
        ],
    }


def _conversations(session: Session, found: Found) -> list[dict[str, Any]]:
    rated = rows_of(session, sa.select(RatingRow), RatingRow.turn_id, [turn.id for turn in found.turns])
    helped = {rating.turn_id: rating.helpful for rating in rated}
    query = sa.select(HandoffRow).order_by(HandoffRow.id)
    handed = list(rows_of(session, query, HandoffRow.conversation_id, found.ids))
    rooms = {room.conversation_id: room for room in found.rooms}
    told = []
    for row in found.conversations:
        turns = [turn for turn in found.turns if turn.conversation_id == row.id]
        room = rooms.get(row.id)
        told.append(
            _conversation(row)
            | {"channel": None if room is None else {"name": room.channel, "user": room.user, "place": room.place}}
            | {"messages": [said for turn in turns for said in _said(turn, helped)]}
            | {"handoffs": [_handoff(each) for each in handed if each.conversation_id == row.id]}
        )
    return told


def _conversation(row: ConversationRow) -> dict[str, Any]:
    return {"id": row.id, "user": row.user, "opened_at": _time(row.created_at)}


def _said(turn: TurnRow, helped: dict[int, bool]) -> list[dict[str, Any]]:
    asked = [] if turn.pushed else [{"role": "user", "text": turn.text, "at": _time(turn.created_at)}]
    rating = {"helpful": helped[turn.id]} if turn.id in helped else {}
    names = ("role", "name", "text", "topic", "card")
    replies = [{name: said[name] for name in names if said.get(name) is not None} for said in turn.reply or []]
    return asked + [reply | {"at": _time(turn.done_at)} | rating for reply in replies]


def _handoff(row: HandoffRow) -> dict[str, Any]:
    times = {"asked_at": _time(row.asked_at), "taken_at": _time(row.taken_at), "ended_at": _time(row.ended_at)}
    return {"request": row.request, "state": row.state, "answered_by": row.shown_name, **times}


def _link(row: ChannelLink) -> dict[str, Any]:
    where = {"channel": row.channel, "workspace": row.workspace, "user": row.user, "name": row.name}
    return where | {"linked_at": _time(row.linked_at), "speaks_for": row.account_user}


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
