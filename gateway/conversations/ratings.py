"""Whether an answer helped: one rating an answer, the latest."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from billing.db import Database
from gateway.conversations.models import RatingRow, TurnRow
from gateway.conversations.store import lock
from gateway.deflection import noting
from gateway.errors import Problem


class RatingStore:
    """Every method is one transaction and blocks: call it off the event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rate(self, conversation_id: str, answer_id: str, helpful: bool, at: datetime) -> None:
        """Keep it; a later one takes its place.

        Raises:
            Problem: 404, the conversation has no such answer.
        """
        answered = sa.select(TurnRow.id).where(
            TurnRow.conversation_id == conversation_id, TurnRow.message_id == answer_id, TurnRow.state == "done"
        )
        with self._database.transaction() as session:
            lock(session, conversation_id)  # two first ratings at once would both be inserted
            turn_id = session.scalar(answered)
            if turn_id is None:
                raise Problem(404, "answer_not_found", "The conversation has no such answer.")
            session.merge(RatingRow(turn_id=turn_id, helpful=helpful, rated_at=at))
            noting.rate(session, turn_id, helpful)

    def of(self, answer_ids: list[str]) -> dict[str, bool]:
        """The ratings of those answers that have one."""
        query = (
            sa.select(TurnRow.message_id, RatingRow.helpful)
            .join(RatingRow, RatingRow.turn_id == TurnRow.id)
            .where(TurnRow.message_id.in_(answer_ids))
        )
        with self._database.snapshot() as session:
            return dict(session.execute(query).tuples().all())
