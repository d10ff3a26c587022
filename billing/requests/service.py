"""Requests to sales and support: stored once per key, delivered by the outbox."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.errors import NoteInvalid, RequestClosed, RequestKeyReused, RequestNotFound
from billing.plans.models import Subscription
from billing.requests import attachment, telling
from billing.requests.contact import normalise
from billing.requests.models import RequestRow
from billing.schemas import Charge, Request, RequestDetails, RequestMoment

NewState = Literal["in_progress", "offered", "answered", "won", "lost", "closed"]
"""What a request can be moved to. `closed` is for good."""
OPENED = ".opened"
LONGEST_NOTE = 4000
"""Characters."""


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What a customer or visitor asks of a person. `attach`: they let their plan and usage be sent with it."""

    kind: Literal["sales", "support"]
    account_id: str | None
    topic: str
    message: str
    contact: str | None
    language: str
    details: RequestDetails | None = None
    attach: bool = False
    charges: tuple[Charge, ...] = ()


def open_once(session: Session, new: NewRequest, *, key: str, at: datetime) -> Request:
    """Store the request and what tells the team of it, together; a repeat of the key gives the first.

    A visitor has nothing that could be attached.

    Raises:
        AccountNotFound, ContactInvalid: nothing was written.
        RequestKeyReused: the key was spent on another request.
    """
    if new.account_id is not None:
        accounts.lock(session, new.account_id)
    contact = None if new.contact is None else normalise(new.contact, new.language)
    message = new.message.replace("\x00", "")  # which PostgreSQL does not keep
    details = None if new.details is None else new.details.model_dump(mode="json", by_alias=True)
    charges = [charge.model_dump(mode="json", by_alias=True) for charge in new.charges] or None
    before = session.scalar(sa.select(RequestRow).where(RequestRow.key == key))
    if before is not None:
        given = (new.kind, new.account_id, new.topic, message, contact, details, charges)
        kept = tuple(
            getattr(before, name)
            for name in ("kind", "account_id", "topic", "message", "contact", "details", "charges")
        )
        if kept != given:
            raise RequestKeyReused(key)
        return schema(session, before)
    row = RequestRow(
        key=key,
        account_id=new.account_id,
        kind=new.kind,
        topic=new.topic,
        message=message,
        charges=charges,
        contact=contact,
        language=new.language,
        state="open",
        created_at=at,
        details=details,
        attached=attachment.of_account(session, new.account_id, at) if new.attach and new.account_id else None,
    )
    session.add(row)
    session.flush()
    told = schema(session, row)
    telling.tell_sales(session, row, told, "opened", at)
    return told


@dataclass(frozen=True, slots=True)
class Changed:
    """A request before and after a change."""

    before: Request
    after: Request


def change(
    session: Session,
    request_id: str,
    state: NewState,
    note: str | None,
    *,
    at: datetime,
    channels: Collection[str] = (),
    by_sales: bool = False,
) -> Changed:
    """Move a request to a state, with a note or with the one it had; a closed one stays closed.

    What is no change is told to nobody. Otherwise the customer is told by the `channels` that there are, and sales,
    unless it was they who told us (`by_sales`).

    Raises:
        RequestNotFound, RequestClosed, NoteInvalid: nothing was written.
    """
    row = find(session, request_id)
    if row.state == "closed":
        raise RequestClosed(request_id)
    before = schema(session, row)
    if note is not None or state == "answered":
        row.answer = _note(note or "")
    if (state, row.answer) == (before.state, before.answer):
        return Changed(before, before)
    row.state, row.changed_at = state, at
    session.flush()
    after = schema(session, row)
    if not by_sales:
        telling.tell_sales(session, row, after, state, at)
    telling.tell_customer(session, row, after, channels, at)
    return Changed(before, after)


def settle(session: Session, request_id: int | None, state: Literal["won", "lost"], at: datetime) -> None:
    """What the customer said to the plan that was prepared for their request; a closed one stays as it is."""
    row = None if request_id is None else session.get(RequestRow, request_id, with_for_update=True)
    if row is not None and row.state not in ("closed", state):
        row.state, row.changed_at = state, at
        session.flush()
        telling.tell_sales(session, row, schema(session, row), state, at)


def delivered(session: Session, kind: str, subject: int) -> None:
    """The team has the request: what tells of its opening was taken."""
    row = session.get(RequestRow, subject)
    if kind.startswith("request.") and kind.endswith(OPENED) and row is not None and row.state == "open":
        row.state = "delivered"


def find(session: Session, request_id: str) -> RequestRow:
    """The request of that number, locked. Raises RequestNotFound."""
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
            "charges": row.charges or [],
            "created_at": row.created_at.astimezone(zone),
            "changed_at": row.changed_at.astimezone(zone) if row.changed_at else None,
            "details": row.details,
            "attached": row.attached is not None,
            "offer": _offer(session, row),
        }
    )


def _offer(session: Session, row: RequestRow) -> str | None:
    """The newest plan that was prepared for it and not taken back."""
    plan = session.scalar(
        sa.select(Subscription)
        .where(Subscription.request_id == row.id, Subscription.withdrawn_at.is_(None))
        .order_by(Subscription.id.desc())
        .limit(1)
    )
    return None if plan is None else plan.number
