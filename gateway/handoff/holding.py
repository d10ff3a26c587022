"""Whether a person answers a conversation."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from gateway.handoff.models import HandoffRow


def taken(session: Session, conversation_id: str) -> str | None:
    """The id of the handoff by which a person answers the conversation now."""
    query = sa.select(HandoffRow.id).where(
        HandoffRow.conversation_id == conversation_id, HandoffRow.ended_at.is_(None), HandoffRow.state == "taken"
    )
    return session.scalar(query)
