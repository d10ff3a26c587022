"""Finding and erasing what tells of a person in billing's tables, in the caller's transaction: nothing here commits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.alerts.models import AlertRow, AlertWatch
from billing.db import chunks
from billing.outbox.models import OutboxEvent
from billing.payments.models import SavedCardRow
from billing.plans.models import Subscription
from billing.requests import service as requests
from billing.requests.models import RequestEventRow, RequestRow

ERASED = "erased"
"""The topic of a request whose words are gone."""


@dataclass(frozen=True, slots=True)
class Person:
    """An account; or one user of it, whose requests are those under `keys`, the ids of their messages."""

    account_id: str
    keys: Collection[str]
    whole_account: bool


def personal_data(session: Session, person: Person) -> dict[str, Any]:
    """Contact data of requests, the address for alerts, saved cards, and what the customer agreed to."""
    rows = _requests(session, person)
    watch = session.get(AlertWatch, person.account_id) if person.whole_account else None
    reasons = [plan.decline_reason for plan in _declined(session, person)]
    return {
        "requests": [requests.schema(session, row).model_dump(mode="json", by_alias=True) for row in rows],
        "request_notes": [event.note for event in _events(session, rows) if event.note],
        "alert_email": watch.email if watch else None,
        "saved_cards": [_card(row) for row in _cards(session, person)],
        "declined_offers": reasons,
        "consents": [
            {"request": row.number, "at": row.created_at.isoformat(), "agreed_to": "send plan and usage to sales"}
            for row in rows
            if row.attached is not None
        ],
    }


def erase(session: Session, person: Person) -> dict[str, int]:
    """Empty what tells of the person, and count it; amounts, numbers, times and states stay.

    Events that hold it are removed: what is not delivered yet will not be.
    """
    rows = [row for row in _requests(session, person) if _tells(row)]
    events, notes = _outbox(session, person), _events(session, rows)
    watch = session.get(AlertWatch, person.account_id) if person.whole_account else None
    declined = _declined(session, person)
    counts = {
        "requests": len(rows),
        "outbox_events": len(events),
        "alert_addresses": int(watch is not None and watch.email is not None),
        "decline_reasons": len(declined),
    }
    for row in rows:
        row.topic, row.message = ERASED, ""
        row.contact = row.answer = row.details = row.attached = None
    for note in notes:
        note.note = None
    for plan in declined:
        plan.decline_reason = None
    if watch is not None:
        watch.email = None
    for event in events:
        session.delete(event)
    session.flush()
    return counts


def _requests(session: Session, person: Person) -> list[RequestRow]:
    whose = [RequestRow.account_id == person.account_id] if person.whole_account else []
    queries = [sa.select(RequestRow).where(each) for each in (*whose, *_among(RequestRow.key, person.keys))]
    found = {row.id: row for query in queries for row in session.scalars(query)}
    return [found[number] for number in sorted(found)]


def _tells(row: RequestRow) -> bool:
    return row.topic != ERASED or row.answer is not None


def _events(session: Session, rows: Iterable[RequestRow]) -> list[RequestEventRow]:
    query = sa.select(RequestEventRow).where(RequestEventRow.note.is_not(None))
    ids = _among(RequestEventRow.request_id, [row.id for row in rows])
    return [event for each in ids for event in session.scalars(query.where(each))]


def _outbox(session: Session, person: Person) -> list[OutboxEvent]:
    """What tells of the person's requests; of a whole account also its alerts by e-mail."""
    requested = _among(OutboxEvent.subject, [row.id for row in _requests(session, person)])
    wanted = [sa.and_(OutboxEvent.kind.startswith("request."), each) for each in requested]
    if person.whole_account:
        alerts = sa.select(AlertRow.id).where(AlertRow.account_id == person.account_id)
        wanted.append(sa.and_(OutboxEvent.kind.startswith("alert."), OutboxEvent.subject.in_(alerts)))
    return [event for each in wanted for event in session.scalars(sa.select(OutboxEvent).where(each))]


def _declined(session: Session, person: Person) -> list[Subscription]:
    """An offer is an account's, whichever user declined it."""
    if not person.whole_account:
        return []
    query = sa.select(Subscription).where(
        Subscription.account_id == person.account_id, Subscription.decline_reason.is_not(None)
    )
    return list(session.scalars(query.order_by(Subscription.id)))


def _cards(session: Session, person: Person) -> list[SavedCardRow]:
    if not person.whole_account:
        return []
    query = sa.select(SavedCardRow).where(SavedCardRow.account_id == person.account_id)
    return list(session.scalars(query.order_by(SavedCardRow.id)))


def _card(row: SavedCardRow) -> dict[str, Any]:
    return {"brand": row.brand, "last4": row.last4, "removed": row.removed_at is not None}


def _among(column: Any, values: Collection[Any]) -> Iterator[sa.ColumnElement[bool]]:
    """One condition for each so many values: a database takes no more at once."""
    return (column.in_(some) for some in chunks(sorted(values)))
