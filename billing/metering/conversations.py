"""Sessions of conversations whose begin and end come as events of their own, in either order.

The begin counts one session at once, so that a conversation whose end is never told is not lost; the end counts what
is left. Where the end comes first it counts nothing, and the begin counts all. Either way the sum is the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.db import chunks
from billing.errors import UsageEventConflict, UsageInvalid
from billing.metering.models import MeteredConversation
from billing.metering.schemas import ConversationMoment
from billing.metering.sessions import sessions

_CHUNK = 300


class Conversations:
    """The conversations that a batch tells of. Their accounts are locked."""

    def __init__(self, session: Session, told: Iterable[ConversationMoment]) -> None:
        self._session = session
        keys = sorted({(event.source, event.conversation) for event in told})
        columns = sa.tuple_(MeteredConversation.source, MeteredConversation.conversation)
        self._rows: dict[tuple[str, str], MeteredConversation] = {}
        for some in chunks(keys, _CHUNK):
            query = sa.select(MeteredConversation).where(columns.in_(some))
            for row in session.scalars(query.execution_options(populate_existing=True)):
                self._rows[row.source, row.conversation] = row

    def due(self, event: ConversationMoment) -> int:
        """The sessions that this event counts.

        Raises:
            UsageEventConflict: the conversation is another account's, or another event told this moment.
            UsageInvalid: it would end before it began, or have more time with a human agent than time.
        """
        row = self._rows.get((event.source, event.conversation))
        if row is None:
            return 1 if event.moment == "started" else 0
        if row.account_id != event.account:
            raise UsageEventConflict("the conversation is another account's")
        if (row.started_at if event.moment == "started" else row.ended_at) is not None:
            raise UsageEventConflict(f"another event told that the conversation {event.moment}")
        if event.moment == "started":
            assert row.ended_at is not None
            return _total(event.time, row.ended_at, row.human_seconds)
        assert row.started_at is not None
        return _total(row.started_at, event.time, event.human_seconds) - 1

    def note(self, event: ConversationMoment) -> None:
        """Keep what the event told."""
        row = self._rows.get((event.source, event.conversation))
        if row is None:
            row = MeteredConversation(
                source=event.source, conversation=event.conversation, account_id=event.account, human_seconds=0
            )
            self._session.add(row)
            self._rows[event.source, event.conversation] = row
        if event.moment == "started":
            row.started_at = event.time
        else:
            row.ended_at, row.human_seconds = event.time, event.human_seconds


def whole_seconds(begin: datetime, end: datetime) -> int:
    """From begin to end, a second begun counted as one."""
    return -(-(end - begin) // timedelta(seconds=1))


def _total(begin: datetime, end: datetime, human_seconds: int) -> int:
    seconds = whole_seconds(begin, end)
    if seconds < 0:
        raise UsageInvalid("the conversation ends before it begins")
    if human_seconds > seconds:
        raise UsageInvalid("more time with a human agent than time")
    return max(1, sessions(seconds, human_seconds))
