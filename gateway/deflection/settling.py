"""Noting that people were asked for, or came: known from requests and handoffs, whoever made them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.api import RequestMoment
from billing.db import chunks
from gateway.conversations.models import TurnRow
from gateway.deflection.models import EnquiryRow
from gateway.deflection.noting import SILENCE
from gateway.handoff.models import HandoffRow

"""Keys that are looked for at once."""


def settle(session: Session, requests: Sequence[RequestMoment], since: datetime, until: datetime) -> None:
    """Note what led to people: whatever was asked in the hour before, and had not been said to be solved.

    `requests`, and handoffs between the two instants. Again, it changes nothing.
    """
    for conversation, at in [*_of_messages(session, requests), *_handoffs(session, since, until)]:
        session.execute(_ASKED, {"conversation": conversation, "at": at, "hour_before": at - SILENCE})


_ASKED = (
    sa.update(EnquiryRow)
    .where(
        EnquiryRow.conversation_id == sa.bindparam("conversation"),
        EnquiryRow.began_at <= sa.bindparam("at", type_=EnquiryRow.began_at.type),
        EnquiryRow.last_at >= sa.bindparam("hour_before", type_=EnquiryRow.last_at.type),
        EnquiryRow.asked_people_at.is_(None),
        EnquiryRow.thanked.is_(False),
        EnquiryRow.rated.is_not(True),
    )
    .values(asked_people_at=sa.bindparam("at", type_=EnquiryRow.began_at.type))
)


def _of_messages(session: Session, requests: Sequence[RequestMoment]) -> Iterable[tuple[str, datetime]]:
    """The conversations in whose course requests were made: their key is the id of a message."""
    for some in chunks(requests):
        made = {request.key: request.at for request in some}
        query = sa.select(TurnRow.message_id, TurnRow.conversation_id).where(TurnRow.message_id.in_(made))
        yield from ((conversation, made[message]) for message, conversation in session.execute(query).tuples())


def _handoffs(session: Session, since: datetime, until: datetime) -> Iterable[tuple[str, datetime]]:
    query = sa.select(HandoffRow.conversation_id, HandoffRow.asked_at)
    return session.execute(query.where(HandoffRow.asked_at.between(since, until))).tuples()
