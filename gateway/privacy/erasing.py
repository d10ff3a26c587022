"""Erasing a person's rows of the gateway's tables, in the caller's transaction: nothing here commits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.db import chunks
from gateway.answers.models import AnswerTraceRow
from gateway.channels import links
from gateway.channels.models import ChannelConversation
from gateway.channels.schemas import Speaker
from gateway.conversations.models import ConversationRow, RatingRow, TurnRow
from gateway.deflection.models import AnswerRow, EnquiryRow
from gateway.handoff.models import HandoffRow
from gateway.privacy.finding import Found, calls_of, heard_of
from gateway.unsure.models import UnsureRow


def erase(session: Session, found: Found, unsure: Iterable[UnsureRow]) -> dict[str, int]:
    """Remove it, children first, and count it by its kind."""
    rows: dict[str, list[Any]] = {
        "unsure_messages": list(unsure),
        "channel_messages": [*heard_of(session, found), *calls_of(session, found)],
        "channel_links": list(found.links),
    }
    counts = {kind: _remove(session, those) for kind, those in rows.items()}
    counts["channel_offers"] = _offers(session, found)
    return counts | erase_conversations(session, found)


def erase_conversations(session: Session, found: Found) -> dict[str, int]:
    """Remove the conversations with all that was said in them and noted of them, and count it."""
    ids, turns = found.ids, [turn.id for turn in found.turns]
    _delete(session, ChannelConversation, ChannelConversation.id, [room.id for room in found.rooms])
    _delete(session, AnswerRow, AnswerRow.turn_id, turns)
    _delete(session, AnswerTraceRow, AnswerTraceRow.turn_id, turns)
    return {
        "ratings": _delete(session, RatingRow, RatingRow.turn_id, turns),
        "enquiries": _enquiries(session, ids),
        "handoffs": _delete(session, HandoffRow, HandoffRow.conversation_id, ids),
        "messages": _delete(session, TurnRow, TurnRow.conversation_id, ids),
        "conversations": _delete(session, ConversationRow, ConversationRow.id, ids),
    }


def _enquiries(session: Session, conversations: list[str]) -> int:
    for some in chunks(conversations):
        of_them = sa.select(EnquiryRow.id).where(EnquiryRow.conversation_id.in_(some))
        session.execute(sa.delete(AnswerRow).where(AnswerRow.enquiry_id.in_(of_them)))
    return _delete(session, EnquiryRow, EnquiryRow.conversation_id, conversations)


def _offers(session: Session, found: Found) -> int:
    return sum(
        links.end_offers(session, channel, Speaker(workspace=workspace, user=user))
        for channel, workspace, user in sorted(found.speakers)
    )


def _delete(session: Session, table: Any, column: Any, values: Iterable[Any]) -> int:
    return sum(_count(session.execute(sa.delete(table).where(column.in_(some)))) for some in chunks(values))


def _remove(session: Session, rows: list[Any]) -> int:
    for row in rows:
        session.delete(row)
    session.flush()
    return len(rows)


def _count(result: Any) -> int:
    return int(result.rowcount)
