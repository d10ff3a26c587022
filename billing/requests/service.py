"""Requests to sales and support: stored once per key, delivered by the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.errors import NoteInvalid, RequestClosed, RequestKeyReused, RequestNotFound
from billing.outbox import service as outbox
from billing.requests.contact import normalise
from billing.requests.models import RequestRow
from billing.schemas import Request, RequestMoment

Settled = Literal["answered", "closed"]
OPENED = ".opened"
LONGEST_NOTE = 4000
"""Characters."""


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What a customer or visitor asks of a person."""

    kind: Literal["sales", "support"]
    account_id: str | None
    topic: str
    message: str
    contact: str | None
    language: str


def open_once(session: Session, new: NewRequest, *, key: str, at: datetime) -> Request:
    """Store the request and what tells the team of it, together; a repeat of the key gives the first.

    Raises:
        AccountNotFound, ContactInvalid: nothing was written.
        RequestKeyReused: the key was spent on another request.
    """
    if new.account_id is not None:
        accounts.lock(session, new.account_id)
    contact = None if new.contact is None else normalise(new.contact, new.language)
    message = new.message.replace("\x00", "")  # which PostgreSQL does not keep
    before = session.scalar(sa.select(RequestRow).where(RequestRow.key == key))
    if before is not None:
        given = (new.kind, new.account_id, new.topic, message, contact)
        if (before.kind, before.account_id, before.topic, before.message, before.contact) != given:
            raise RequestKeyReused(key)
        return schema(session, before)
    row = RequestRow(
        key=key,
        account_id=new.account_id,
        kind=new.kind,
        topic=new.topic,
        message=message,
        contact=contact,
        language=new.language,
        state="open",
        created_at=at,
    )
    session.add(row)
    session.flush()
    body = schema(session, row).model_dump(mode="json") | {"account": new.account_id}
    outbox.add(session, f"request.{new.kind}{OPENED}", body, subject=row.id, at=at)
    return schema(session, row)


@dataclass(frozen=True, slots=True)
class Changed:
    """A request before and after a change."""

    before: Request
    after: Request


def change(session: Session, request_id: str, state: Settled, note: str | None, *, at: datetime) -> Changed:
    """Answer or close a request, and tell of it; a closed one stays closed.

    Raises:
        RequestNotFound, RequestClosed, NoteInvalid: nothing was written.
    """
    row = _locked(session, request_id)
    if row.state == "closed":
        raise RequestClosed(request_id)
    before = schema(session, row)
    if note is not None or state == "answered":
        row.answer = _note(note or "")
    row.state, row.changed_at = state, at
    session.flush()
    after = schema(session, row)
    body = after.model_dump(mode="json") | {"account": row.account_id}
    outbox.add(session, f"request.{row.kind}.{state}", body, subject=row.id, at=at)
    return Changed(before, after)


def delivered(session: Session, kind: str, subject: int) -> None:
    """The team has the request: what tells of its opening was taken."""
    row = session.get(RequestRow, subject)
    if kind.startswith("request.") and kind.endswith(OPENED) and row is not None and row.state == "open":
        row.state = "delivered"


def _locked(session: Session, request_id: str) -> RequestRow:
    digits = request_id.strip().upper().removeprefix("R-")
    number = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 18 else 0
    row = session.scalar(sa.select(RequestRow).where(RequestRow.id == number).with_for_update())
    if row is None:
        raise RequestNotFound(request_id)
    return row


def _note(note: str) -> str:
    note = note.replace("\x00", "").strip()
    if not note or len(note) > LONGEST_NOTE:
        raise NoteInvalid
    return note


def of_key(session: Session, account_id: str | None, key: str) -> Request | None:
    """The request under the key, of that account or of a visitor."""
    row = session.scalar(sa.select(RequestRow).where(RequestRow.key == key))
    return schema(session, row) if row is not None and row.account_id == account_id else None


def of_account(session: Session, account_id: str) -> list[Request]:
    """The account's requests, newest first."""
    query = sa.select(RequestRow).where(RequestRow.account_id == account_id).order_by(RequestRow.id.desc())
    return [schema(session, row) for row in session.scalars(query)]


def everybodys(session: Session) -> list[Request]:
    """All requests, visitors' too, newest first: for operators."""
    return [schema(session, row) for row in session.scalars(sa.select(RequestRow).order_by(RequestRow.id.desc()))]


def made(session: Session, since: datetime, until: datetime) -> list[RequestMoment]:
    """When requests were made between two instants, and under which keys; earliest first."""
    query = sa.select(RequestRow.key, RequestRow.created_at).where(RequestRow.created_at.between(since, until))
    return [RequestMoment(key=key, at=at) for key, at in session.execute(query.order_by(RequestRow.id)).tuples()]


def schema(session: Session, row: RequestRow) -> Request:
    """As it crosses the door; a customer's at the time of the account's zone."""
    zone = UTC if row.account_id is None else accounts.zone(accounts.find(session, row.account_id))
    return Request.model_validate(
        {
            "id": row.number,
            **{
                name: getattr(row, name)
                for name in ("kind", "topic", "state", "message", "contact", "language", "answer")
            },
            "created_at": row.created_at.astimezone(zone),
        }
    )
