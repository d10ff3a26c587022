"""The event of a turn: stored with its reply in one transaction, published later, so that none is lost or made up."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from gateway.analytics.models import WaitingEvent

if TYPE_CHECKING:  # the consumer does without Rasa
    from assistant.agent import Answered


def keeping(
    answered: Answered, conversation: str, message_id: str, secret: str, at: datetime
) -> Callable[[Session], None]:
    """What keeps the event, to be called once in the transaction that keeps the reply."""
    payload = event_of(answered, conversation, message_id, secret, at)

    def keep(session: Session) -> None:
        session.add(WaitingEvent(payload=payload, created_at=at))

    return keep


def event_of(answered: Answered, conversation: str, message_id: str, secret: str, at: datetime) -> dict[str, Any]:
    """No word of anybody; ids that only the holder of `secret` could derive from ours."""
    said = answered.messages
    return {
        "id": _masked(secret, "turn", message_id),
        "conversation": _masked(secret, "conversation", conversation),
        "at": at.astimezone(UTC).isoformat(),
        "topics": list(dict.fromkeys(message.topic for message in said if message.topic)),
        "language": said[0].language if said else "en",
        "outcome": _outcome(answered),
        "form": answered.form,
    }


def _outcome(answered: Answered) -> str:
    if any(message.handoff for message in answered.messages):
        return "handed_over"
    if answered.noticed.doubt is not None:
        return answered.noticed.doubt.outcome[:16]
    return "in_form" if answered.form else "answered"


def _masked(secret: str, kind: str, name: str) -> str:
    return hmac.new(secret.encode(), f"analytics:{kind}:{name}".encode(), hashlib.sha256).hexdigest()[:32]
