"""Finding the events that were counted before."""

from __future__ import annotations

import json
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.db import chunks
from billing.metering.models import UsageEvent
from billing.metering.schemas import Use

_CHUNK = 300
_COLUMNS = (
    UsageEvent.source,
    UsageEvent.event_id,
    UsageEvent.account_id,
    UsageEvent.service,
    UsageEvent.at,
    UsageEvent.quantity,
    UsageEvent.details,
)


def known(session: Session, uses: Sequence[Use]) -> dict[tuple[str, str], Use]:
    """What was counted before under the sources and ids of these events."""
    keys = list({(use.source, use.event_id) for use in uses})
    if session.get_bind().dialect.name == "postgresql" and len(keys) > _CHUNK:
        return _looked_up(session, keys)
    found: dict[tuple[str, str], Use] = {}
    columns = sa.tuple_(UsageEvent.source, UsageEvent.event_id)
    for some in chunks(keys, _CHUNK):
        query = sa.select(*_COLUMNS).where(columns.in_(some))
        found.update(((row[0], row[1]), Use(*row)) for row in session.execute(query))
    return found


_LOOK_UP = sa.text("""
    SELECT one.source, one.event_id, one.account_id, one.service, one.at, one.quantity, one.details
    FROM ROWS FROM (
        json_array_elements_text(CAST(:sources AS json)), json_array_elements_text(CAST(:ids AS json))
    ) AS asked (source, event_id)
    CROSS JOIN LATERAL (
        SELECT * FROM usage_event e WHERE e.source = asked.source AND e.event_id = asked.event_id LIMIT 1
    ) AS one
""").columns(*_COLUMNS)
"""One look-up in the index a key: LATERAL keeps the planner from reading the whole table for a long list. The keys go
as JSON, which is written twenty times as fast as an array's elements are adapted."""


def _looked_up(session: Session, keys: list[tuple[str, str]]) -> dict[tuple[str, str], Use]:
    asked = {
        "sources": json.dumps([source for source, _ in keys]),
        "ids": json.dumps([event_id for _, event_id in keys]),
    }
    return {(row[0], row[1]): Use(*row) for row in session.execute(_LOOK_UP, asked)}


def differ(before: Use, use: Use) -> bool:
    """Whether an event says something else than the one counted under its source and id.

    What a conversation's event says is its `details`: how many sessions it counts depends on the other event.
    """
    if before.details != use.details or before[2:5] != use[2:5]:
        return True
    return use.details is None and before.quantity != use.quantity
