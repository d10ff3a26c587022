"""Requests as operators list them: whose they are, a page at a time."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.errors import RequestNotFound
from billing.requests import service as requests
from billing.requests.models import RequestRow
from billing.schemas import Request, Schema


class RequestEntry(Schema):
    """A request and the account that it came from; None: a visitor's."""

    account: str | None
    request: Request


def page(
    session: Session, *, state: str | None, kind: str | None, account_id: str | None, before: int | None, limit: int
) -> list[RequestEntry]:
    """Newest first; `state` "waiting": nobody has answered yet; `before`: older than that number."""
    query = sa.select(RequestRow).order_by(RequestRow.id.desc()).limit(limit)
    if state == "waiting":
        query = query.where(RequestRow.state.in_(("open", "delivered")))
    elif state is not None:
        query = query.where(RequestRow.state == state)
    if kind is not None:
        query = query.where(RequestRow.kind == kind)
    if account_id is not None:
        query = query.where(RequestRow.account_id == account_id)
    if before is not None:
        query = query.where(RequestRow.id < before)
    return [_entry(session, row) for row in session.scalars(query)]


def one(session: Session, number: str) -> RequestEntry:
    """The request of that number.

    Raises:
        RequestNotFound: there is none.
    """
    digits = number.strip().upper().removeprefix("R-")
    known = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 18 else 0
    row = session.get(RequestRow, known)
    if row is None:
        raise RequestNotFound(number)
    return _entry(session, row)


def waiting(session: Session) -> int:
    """How many nobody has answered yet."""
    query = sa.select(sa.func.count(RequestRow.id)).where(RequestRow.state.in_(("open", "delivered")))
    return session.scalar(query) or 0


def _entry(session: Session, row: RequestRow) -> RequestEntry:
    return RequestEntry(account=row.account_id, request=requests.schema(session, row))
