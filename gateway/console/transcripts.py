"""Conversations as operators read them: found by account and day, personal data masked until somebody says why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from assistant.masking.personal import mask
from billing.api import Billing
from billing.errors import AccountNotFound
from gateway.conversations.models import ConversationRow, RatingRow, TurnRow
from gateway.errors import Problem

TURNS = 100
"""Of a transcript's page."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation: its account (None: a visitor's), when it was opened, how many messages it has."""

    id: str
    account: str | None
    created_at: datetime
    turns: int


@dataclass(frozen=True, slots=True)
class Line:
    """One message; `helpful` is what the customer thought of the answer."""

    role: str
    text: str
    at: datetime
    topic: str | None = None
    helpful: bool | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """A page of what was said, oldest first; `next` is where the page after it begins."""

    conversation: Conversation
    lines: list[Line]
    next: str | None


class Transcripts:
    """Reading conversations. Every method is one snapshot and blocks."""

    def __init__(self, billing: Billing) -> None:
        self._billing, self._database = billing, billing.database

    def page(self, *, account: str | None, day: date | None, before: datetime | None, limit: int) -> list[Conversation]:
        """Newest first; those with a message only. `day` is one of UTC."""
        turns = sa.select(sa.func.count(TurnRow.id)).where(TurnRow.conversation_id == ConversationRow.id)
        query = sa.select(ConversationRow, turns.scalar_subquery()).order_by(ConversationRow.created_at.desc())
        query = query.where(sa.exists().where(TurnRow.conversation_id == ConversationRow.id))
        if account is not None:
            query = query.where(ConversationRow.account == account)
        if day is not None:
            begin = datetime.fromisoformat(f"{day.isoformat()}T00:00:00+00:00")
            query = query.where(ConversationRow.created_at >= begin)
            query = query.where(ConversationRow.created_at < begin + timedelta(days=1))
        if before is not None:
            query = query.where(ConversationRow.created_at < before)
        with self._database.snapshot() as session:
            rows = session.execute(query.limit(limit)).tuples().all()
        return [Conversation(row.id, row.account, row.created_at, count) for row, count in rows]

    def read(self, conversation_id: str, after: int, *, masked: bool) -> Transcript:
        """A page of the transcript.

        Raises:
            Problem: 404 `conversation_not_found`.
        """
        query = (
            sa.select(TurnRow, RatingRow.helpful)
            .outerjoin(RatingRow, RatingRow.turn_id == TurnRow.id)
            .where(TurnRow.conversation_id == conversation_id, TurnRow.id > after)
            .order_by(TurnRow.id)
            .limit(TURNS + 1)
        )
        with self._database.snapshot() as session:
            row = session.get(ConversationRow, conversation_id)
            if row is None:
                raise Problem(404, "conversation_not_found", "There is no such conversation.")
            turns = session.execute(query).tuples().all()
        known = self._known(row) if masked else []
        lines = [line for turn, helpful in turns[:TURNS] for line in _lines(turn, helpful)]
        told = [Line(x.role, mask(x.text, known), x.at, x.topic, x.helpful) for x in lines] if masked else lines
        conversation = Conversation(row.id, row.account, row.created_at, len(turns))
        return Transcript(conversation, told, str(turns[TURNS - 1][0].id) if len(turns) > TURNS else None)

    def _known(self, row: ConversationRow) -> list[str]:
        if row.account is None:
            return []
        try:
            name = self._billing.account(row.account).name
        except AccountNotFound:
            name = ""
        return [each for each in (row.user, name) if each]


def _lines(turn: TurnRow, helpful: bool | None) -> list[Line]:
    said = [Line("user", turn.text, turn.created_at)]
    reply: list[dict[str, Any]] = turn.reply or []
    for message in reply:
        at = datetime.fromisoformat(message["created_at"])
        said.append(Line(message.get("role", "assistant"), message["text"], at, message.get("topic"), helpful))
    return said
