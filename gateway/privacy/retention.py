"""Forgetting conversations, and what was delivered, once they are old enough: a little at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.api import Billing
from billing.config import Settings
from gateway.channels.models import ChannelConversation, ChannelDelivery, ChannelEvent
from gateway.conversations.models import ConversationRow, TurnRow
from gateway.handoff.models import HandoffRow
from gateway.privacy import erasing, proposals, sweeping
from gateway.privacy.finding import Found, rows_of

BATCH = 50
"""Conversations or rows of one transaction: others wait for it no longer than for a turn."""


class Retention:
    """What is older than `CONVERSATION_RETENTION_DAYS` goes; 0: nothing does. The audit trail stays."""

    def __init__(self, billing: Billing, settings: Settings, stopping: Callable[[], bool] = lambda: False) -> None:
        self._billing, self._database, self._stopping = billing, billing.database, stopping
        self._days = timedelta(days=settings.conversation_retention_days)
        self._tracker_address = settings.tracker_address

    def forget(self) -> int:
        """All that is old by now, batch by batch; how many rows and conversations. Ends early when stopping."""
        if not self._days:
            return 0
        before = self._billing.now() - self._days
        works: list[Callable[[datetime], int]] = [
            self._conversations,
            lambda at: self._done(ChannelEvent, at),
            lambda at: self._done(ChannelDelivery, at),
            lambda at: self._billing.forget_delivered(at, limit=BATCH),
        ]
        return self._late_proposals() + sum(self._all(work, before) for work in works)

    def _late_proposals(self) -> int:
        """Those of erasures name a user."""
        return self._database.run(lambda session: proposals.expire(session, self._billing.now()))

    def _all(self, work: Callable[[datetime], int], before: datetime) -> int:
        total = 0
        while not self._stopping():
            done = work(before)
            total += done
            if done < BATCH:
                break
        return total

    def _conversations(self, before: datetime) -> int:
        """The assistant's events first: what dies between the two is found again."""
        with self._database.snapshot() as session:
            ids = _old(session, before)
        if ids:
            with sweeping.opened(self._tracker_address) as engine:
                sweeping.remove_events(engine, ids)
        return self._database.run(lambda session: _remove(session, ids, before))

    def _done(self, table: Any, before: datetime) -> int:
        old = sa.select(table.id).where(table.state != "pending", table.created_at < before).limit(BATCH)

        def work(session: Session) -> int:
            ids = list(session.scalars(old))
            session.execute(sa.delete(table).where(table.id.in_(ids)))
            return len(ids)

        return self._database.run(work)


def _old(session: Session, before: datetime, among: list[str] | None = None) -> list[str]:
    """Conversations in which nothing was said since, and for which no person is waited."""
    said = sa.select(TurnRow.id).where(TurnRow.conversation_id == ConversationRow.id, TurnRow.created_at >= before)
    waits = sa.select(HandoffRow.id).where(
        HandoffRow.conversation_id == ConversationRow.id, HandoffRow.ended_at.is_(None)
    )
    query = sa.select(ConversationRow.id).where(ConversationRow.created_at < before, ~said.exists(), ~waits.exists())
    if among is not None:
        query = query.where(ConversationRow.id.in_(among))
    return list(session.scalars(query.order_by(ConversationRow.created_at).limit(BATCH)))


def _remove(session: Session, ids: list[str], before: datetime) -> int:
    """Those that are still old."""
    old = _old(session, before, ids)
    found = Found(
        conversations=list(rows_of(session, sa.select(ConversationRow), ConversationRow.id, old)),
        turns=list(rows_of(session, sa.select(TurnRow), TurnRow.conversation_id, old)),
        links=[],
        rooms=list(rows_of(session, sa.select(ChannelConversation), ChannelConversation.conversation_id, old)),
    )
    return erasing.erase_conversations(session, found)["conversations"]
