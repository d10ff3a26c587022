"""Leases of conversations in the database: what the turns of several processes wait by while their Redis is away.

Not in the order of their coming, and dearer than Redis: each look is a transaction.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import sqlalchemy as sa

_NOW = {
    "postgresql": "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)",
    "sqlite": "CAST((julianday('now') - 2440587.5) * 86400000 AS integer)",
}
"""Milliseconds, by the database's own clock."""
_KEPT_MS = 3_600_000
"""How long the row of a holder that was killed stays."""
_TABLE = """
CREATE TABLE IF NOT EXISTS conversation_lease (
  sender_id varchar(255) PRIMARY KEY, holder varchar(32) NOT NULL, until_ms bigint NOT NULL
)"""
_TAKE = """
INSERT INTO conversation_lease (sender_id, holder, until_ms) VALUES (:sender, :holder, {now} + :lease)
ON CONFLICT (sender_id) DO UPDATE SET holder = excluded.holder, until_ms = excluded.until_ms
WHERE conversation_lease.until_ms < {now} OR conversation_lease.holder = excluded.holder"""
_RENEW = "UPDATE conversation_lease SET until_ms = {now} + :lease WHERE sender_id = :sender AND holder = :holder"
_LEAVE = """
DELETE FROM conversation_lease
WHERE (sender_id = :sender AND holder = :holder) OR until_ms < {now} - :kept"""


class Leases:
    """The table, beside the events of conversations. PostgreSQL or SQLite."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        now = _NOW[engine.dialect.name]
        self._take, self._renew, self._leave = (sa.text(each.format(now=now)) for each in (_TAKE, _RENEW, _LEAVE))
        with suppress(sa.exc.DBAPIError), engine.begin() as connection:  # another process made it at the same time
            connection.exec_driver_sql(_TABLE)

    async def take(self, sender_id: str, holder: str, seconds: float) -> bool:
        """Whether the holder has the conversation, for so long from now."""
        return await self._changed(self._take, sender=sender_id, holder=holder, lease=int(seconds * 1000))

    async def renew(self, sender_id: str, holder: str, seconds: float) -> bool:
        """False: another has it."""
        return await self._changed(self._renew, sender=sender_id, holder=holder, lease=int(seconds * 1000))

    async def leave(self, sender_id: str, holder: str) -> None:
        """Give it back."""
        await self._changed(self._leave, sender=sender_id, holder=holder, kept=_KEPT_MS)

    async def _changed(self, statement: sa.TextClause, **values: object) -> bool:
        def change() -> bool:
            with self._engine.begin() as connection:
                return connection.execute(statement, values).rowcount > 0

        return await asyncio.to_thread(change)
