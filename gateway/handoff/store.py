"""Reading and writing handoffs, within the caller's transaction."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from gateway.conversations.models import ConversationRow, TurnRow
from gateway.handoff.models import HandoffRow
from gateway.handoff.schemas import Handoff, HumanTime

PAGE = 100


def unended(session: Session, conversation_id: str) -> HandoffRow | None:
    """The handoff of the conversation that waits or is taken."""
    query = sa.select(HandoffRow).where(HandoffRow.conversation_id == conversation_id, HandoffRow.ended_at.is_(None))
    return session.scalar(query)


def newest(session: Session, conversation_id: str) -> HandoffRow | None:
    """The handoff of the conversation that was asked for last."""
    query = sa.select(HandoffRow).where(HandoffRow.conversation_id == conversation_id)
    return session.scalar(query.order_by(HandoffRow.asked_at.desc(), HandoffRow.id).limit(1))


def ask(session: Session, conversation_id: str, request: str | None, language: str, at: datetime) -> HandoffRow:
    """Let the conversation wait for a person; one that waits or is taken already gets the newer number.

    The conversation is locked by the caller.
    """
    row = unended(session, conversation_id)
    if row is None:
        row = HandoffRow(
            id=secrets.token_urlsafe(16),
            conversation_id=conversation_id,
            state="waiting",
            request=request,
            language=language,
            asked_at=at,
        )
        session.add(row)
    else:
        row.request = request or row.request
    session.flush()
    return row


def push(
    session: Session, row: HandoffRow, key: str, reply: list[dict[str, Any]], at: datetime, fingerprint: str = ""
) -> TurnRow:
    """Add to the conversation what nobody asked for. The conversation is locked, the key was not spent."""
    turn = TurnRow(
        conversation_id=row.conversation_id,
        key=key_of(row, key),
        message_id=secrets.token_hex(12),
        fingerprint=fingerprint,
        text="",
        state="done",
        lease_until=at,
        created_at=at,
        done_at=at,
        reply=[],
        handoff_id=row.id,
        pushed=True,
    )
    turn.reply = [{**said, "id": f"{turn.message_id}-{n}"} for n, said in enumerate(reply, start=1)]
    for said in turn.reply:
        said["answer_id"] = turn.message_id
    session.add(turn)
    session.flush()
    return turn


def pushed(session: Session, row: HandoffRow, key: str) -> TurnRow | None:
    """What was pushed under the key."""
    query = sa.select(TurnRow).where(TurnRow.conversation_id == row.conversation_id, TurnRow.key == key_of(row, key))
    return session.scalar(query)


def key_of(row: HandoffRow, key: str) -> str:
    """A key that no customer can spend: the id of a handoff is told to none."""
    return hashlib.sha256(f"{row.id}\x00{key}".encode()).hexdigest()


def human_time(session: Session, conversation_id: str, now: datetime) -> list[HumanTime]:
    """From when to when people answered the conversation, in order."""
    query = sa.select(HandoffRow.taken_at, HandoffRow.ended_at).where(
        HandoffRow.conversation_id == conversation_id, HandoffRow.taken_at.is_not(None)
    )
    rows = session.execute(query.order_by(HandoffRow.taken_at)).tuples()
    return [HumanTime(begin=taken_at, end=ended_at or now) for taken_at, ended_at in rows if taken_at is not None]


def listed(session: Session, states: Iterable[str], limit: int) -> list[Handoff]:
    """Handoffs of those states; those that have waited longest first."""
    query = (
        sa.select(HandoffRow, ConversationRow)
        .join(ConversationRow, ConversationRow.id == HandoffRow.conversation_id)
        .where(HandoffRow.state.in_(list(states)))
        .order_by(HandoffRow.asked_at, HandoffRow.id)
        .limit(limit)
    )
    return [out(row, conversation) for row, conversation in session.execute(query).tuples()]


def overdue(session: Session, before: datetime) -> list[str]:
    """Conversations that have waited since before then, and were not told so yet."""
    query = sa.select(HandoffRow.conversation_id).where(
        HandoffRow.state == "waiting", HandoffRow.asked_at <= before, HandoffRow.late_at.is_(None)
    )
    return list(session.scalars(query.order_by(HandoffRow.asked_at).limit(PAGE)))


def last_reply(session: Session, conversation_id: str) -> TurnRow | None:
    """The assistant's newest answer to the customer."""
    query = sa.select(TurnRow).where(
        TurnRow.conversation_id == conversation_id, TurnRow.state == "done", TurnRow.handoff_id.is_(None)
    )
    return session.scalar(query.order_by(TurnRow.done_at.desc(), TurnRow.id.desc()).limit(1))


def said_after(session: Session, conversation_id: str, after: int, at: datetime) -> tuple[list[TurnRow], bool]:
    """A page of what was said after that turn, and whether there is more.

    It ends before a message that is being answered, which would otherwise be passed over by whoever reads on later.
    """
    query = sa.select(TurnRow).where(TurnRow.conversation_id == conversation_id, TurnRow.id > after)
    rows = list(session.scalars(query.order_by(TurnRow.id).limit(PAGE + 1)))
    found: list[TurnRow] = []
    for row in rows[:PAGE]:
        if row.state == "running" and row.lease_until > at:
            return found, False
        if row.state == "done":
            found.append(row)
    return found, len(rows) > PAGE


def out(row: HandoffRow, conversation: ConversationRow) -> Handoff:
    """As it crosses the door."""
    return Handoff(
        conversation=row.conversation_id,
        state=row.state,
        account=conversation.account,
        user=conversation.user,
        language=row.language,
        request=row.request,
        asked_at=row.asked_at,
        late_at=row.late_at,
        taken_by=row.taken_by,
        shown_name=row.shown_name,
        taken_at=row.taken_at,
        ended_at=row.ended_at,
    )
