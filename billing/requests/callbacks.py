"""What the CRM tells of a request: signed as our own events are, fresh, each once by the CRM's id for it."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.errors import RequestKeyReused
from billing.outbox.webhook import sign
from billing.requests import service as requests
from billing.requests.models import RequestEventRow
from billing.requests.service import NewState
from billing.schemas import Request

TOLERANCE = 300
"""Seconds that the sender's clock may be from ours, before or behind."""


@dataclass(frozen=True, slots=True)
class SalesEvent:
    """A state that the CRM moved a request to. `at`: when, by its clock; None: when it is heard."""

    event_id: str
    request: str
    state: NewState
    note: str | None
    at: datetime | None


def is_genuine(secret: str, timestamp: str, signature: str, body: bytes, now: datetime) -> bool:
    """Whether who knows the secret signed this body within the tolerance."""
    fresh = timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12
    if not fresh or abs(now.timestamp() - int(timestamp)) > TOLERANCE:
        return False
    expected = f"sha256={sign(secret, timestamp, body)}"
    return hmac.compare_digest(expected.encode(), signature.encode())


def take(session: Session, event: SalesEvent, *, at: datetime, channels: Collection[str]) -> requests.Changed | Request:
    """Apply an event once; a repeat, and one that is older than what holds now, change nothing.

    Raises:
        RequestNotFound, RequestClosed, NoteInvalid: nothing was written.
        RequestKeyReused: the id was told of something else before.
    """
    row = requests.find(session, event.request)  # locked: two deliveries of one event wait for each other
    before = session.scalar(sa.select(RequestEventRow).where(RequestEventRow.event_id == event.event_id))
    if before is not None:
        if (before.request_id, before.state, before.note) != (row.id, event.state, event.note):
            raise RequestKeyReused(event.event_id)
        return requests.schema(session, row)
    session.add(
        RequestEventRow(event_id=event.event_id, request_id=row.id, state=event.state, note=event.note, received_at=at)
    )
    session.flush()
    if event.at is not None and row.changed_at is not None and event.at < row.changed_at:
        return requests.schema(session, row)
    return requests.change(session, event.request, event.state, event.note, at=at, channels=channels, by_sales=True)
