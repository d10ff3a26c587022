"""Keeping unsure messages, in the caller's transaction: nothing here commits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.db import insert_of
from gateway.unsure.models import UnsureRow
from gateway.unsure.schemas import Language, State


@dataclass(frozen=True, slots=True)
class Masked:
    """A message that holds no personal data any more."""

    language: str
    text: str

    @property
    def digest(self) -> str:
        """By which the same text is found; an index does not hold long texts."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def see(session: Session, message: Masked, ranking: Sequence[tuple[str, float]], outcome: str, at: datetime) -> None:
    """The message was said, and this was guessed and done: the first time, or once more."""
    latest = {"ranking": [[topic, round(odds, 4)] for topic, odds in ranking], "outcome": outcome, "last_seen": at}
    insert = insert_of(session.get_bind().dialect.name)(UnsureRow).values(
        language=message.language,
        digest=message.digest,
        text=message.text,
        afterwards={},
        seen=1,
        first_seen=at,
        **latest,
    )
    again = {**latest, "seen": UnsureRow.seen + 1}
    session.execute(insert.on_conflict_do_update(index_elements=["language", "digest"], set_=again))


def go_on(session: Session, message: Masked, how: str, topic: str) -> None:
    """Its writer pressed or wrote that next. Nothing where the message was purged meanwhile."""
    row = session.scalar(
        sa.select(UnsureRow)
        .where(UnsureRow.language == message.language, UnsureRow.digest == message.digest)
        .with_for_update()
    )
    if row is not None:
        times = row.afterwards.get(how, {})
        row.afterwards = {**row.afterwards, how: {**times, topic: times.get(topic, 0) + 1}}


def find(
    session: Session, *, language: Language | None = None, state: State = "open", limit: int | None = None
) -> list[UnsureRow]:
    """Most frequent first."""
    query = sa.select(UnsureRow).where(*_those(language, state))
    return list(session.scalars(query.order_by(UnsureRow.seen.desc(), UnsureRow.id).limit(limit)))


def count(session: Session, *, language: Language | None = None, state: State = "open") -> int:
    """How many there are."""
    return session.scalar(sa.select(sa.func.count(UnsureRow.id)).where(*_those(language, state))) or 0


def purge(session: Session, before: datetime) -> int:
    """Delete what was last said before then, labelled or not; how many."""
    found = session.execute(sa.delete(UnsureRow).where(UnsureRow.last_seen < before))
    return int(found.rowcount)  # type: ignore[attr-defined]


def _those(language: Language | None, state: State) -> Iterator[sa.ColumnElement[bool]]:
    if language is not None:
        yield UnsureRow.language == language
    if state != "all":
        yield UnsureRow.label.is_(None) if state == "open" else UnsureRow.label.is_not(None)
