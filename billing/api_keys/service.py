"""Making, checking and revoking API keys: `ba_<id>_<secret>`, the id in the open, the whole kept as its sha256."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import get_args

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.api_keys.models import ApiKeyRow
from billing.api_keys.schemas import ApiKey, NewApiKey, Scope
from billing.audit import service as audit
from billing.errors import ApiKeyInvalid, ApiKeyNotFound, ApiKeyScopeMissing, ApiKeyScopeUnknown

SCOPES: tuple[str, ...] = get_args(Scope)
_PREFIX = "ba"
_ID_BYTES, _SECRET_BYTES = 6, 32
_NOBODYS = hashlib.sha256(secrets.token_bytes(_SECRET_BYTES)).hexdigest()
"""What a key with an unknown id is compared with, so that the answer takes as long."""


def create(session: Session, *, name: str, scopes: Sequence[str], at: datetime, actor: str) -> NewApiKey:
    """A new key. It is told here and never again.

    Raises:
        ApiKeyScopeUnknown: no scope, or one that keys cannot have.
    """
    if not scopes or (unknown := set(scopes) - set(SCOPES)):
        raise ApiKeyScopeUnknown(", ".join(sorted(unknown)) if scopes else "none")
    number = secrets.token_hex(_ID_BYTES)
    key = f"{_PREFIX}_{number}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    row = ApiKeyRow(id=number, name=name, key_hash=_hash(key), scopes=sorted(set(scopes)), created_at=at)
    session.add(row)
    session.flush()
    audit.record(
        session, actor=actor, action="api_key.create", subject=number, at=at, after={"name": name, "scopes": row.scopes}
    )
    return NewApiKey(key=key, **schema(row).model_dump())


def verify(session: Session, key: str, scope: Scope) -> ApiKey:
    """The key that this is, in force and for that scope.

    Raises:
        ApiKeyInvalid: unknown, mistyped or revoked; which of them is not told.
        ApiKeyScopeMissing: it is not for this.
    """
    prefix, _, rest = key.partition("_")
    number = rest.partition("_")[0]
    row = session.get(ApiKeyRow, number) if prefix == _PREFIX and number.isalnum() and number.isascii() else None
    right = hmac.compare_digest(_hash(key), row.key_hash if row else _NOBODYS)
    if row is None or not right or row.revoked_at is not None:
        raise ApiKeyInvalid
    if scope not in row.scopes:
        raise ApiKeyScopeMissing(scope=scope)
    return schema(row)


def revoke(session: Session, number: str, *, at: datetime, actor: str) -> ApiKey:
    """End a key for good; once, however often asked.

    Raises:
        ApiKeyNotFound: no key has that id.
    """
    row = session.get(ApiKeyRow, number, with_for_update=True)
    if row is None:
        raise ApiKeyNotFound(number)
    if row.revoked_at is None:
        row.revoked_at = at
        audit.record(
            session,
            actor=actor,
            action="api_key.revoke",
            subject=number,
            at=at,
            before={"revoked_at": None},
            after={"revoked_at": at.isoformat()},
        )
    return schema(row)


def everyone(session: Session) -> list[ApiKey]:
    """All keys, newest first, revoked ones too."""
    query = sa.select(ApiKeyRow).order_by(ApiKeyRow.created_at.desc(), ApiKeyRow.id)
    return [schema(row) for row in session.scalars(query)]


def schema(row: ApiKeyRow) -> ApiKey:
    """As it crosses the door."""
    return ApiKey(id=row.id, name=row.name, scopes=row.scopes, created_at=row.created_at, revoked_at=row.revoked_at)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
