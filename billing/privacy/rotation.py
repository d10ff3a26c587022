"""Encrypting anew, by the first of `DATA_KEYS`, what is kept: then the old key can be taken away."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from billing.alerts.models import AlertWatch
from billing.outbox.models import OutboxEvent
from billing.requests.models import RequestEventRow, RequestRow
from billing.sealing import SealedJson, SealedText

TABLES: tuple[Any, ...] = (RequestRow, RequestEventRow, OutboxEvent, AlertWatch)
BATCH = 200


def rotate(session: Session, table: Any, after: Any) -> tuple[Any, int]:
    """The next rows after that primary key: the last one's, and how many they are.

    Raises:
        DataKeyWrong: the key of one of them is not among the keys; nothing of the batch was written.
    """
    [key] = sa.inspect(table).primary_key
    query = sa.select(table).order_by(key).limit(BATCH).with_for_update()
    rows = list(session.scalars(query if after is None else query.where(key > after)))
    for row in rows:
        for name in sealed_columns(table):
            flag_modified(row, name)
    session.flush()
    return (getattr(rows[-1], key.name) if rows else after), len(rows)


def sealed_columns(table: Any) -> list[str]:
    """The names of those that are encrypted."""
    columns = sa.inspect(table).columns
    return [column.key for column in columns if isinstance(column.type, SealedText | SealedJson)]
