"""Whether a person answers a conversation."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from gateway.handoff.models import HandoffRow

_handoff: Any = HandoffRow.__table__
TAKEN = sa.select(_handoff.c.id).where(
    _handoff.c.conversation_id == sa.bindparam("conversation"),
    _handoff.c.ended_at.is_(None),
    _handoff.c.state == "taken",
)
"""The handoff by which a person answers the `conversation` now."""


def taken(session: Session, conversation_id: str) -> str | None:
    """The id of the handoff by which a person answers the conversation now."""
    found: str | None = session.connection().execute(TAKEN, {"conversation": conversation_id}).scalar()
    return found
