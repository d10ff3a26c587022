"""Unsure messages: kept with the turn that they are of, labelled by people, forgotten in time."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.orm import Session

from assistant.masking.personal import mask
from billing.api import Billing
from billing.config import Settings
from gateway.errors import Problem
from gateway.unsure import store
from gateway.unsure.labels import labels
from gateway.unsure.models import UnsureRow
from gateway.unsure.schemas import Afterwards, Language, Ranked, State, UnsureMessage
from gateway.unsure.store import Masked

if TYPE_CHECKING:  # a command that labels does without Rasa
    from assistant.doubts import Doubt, Noticed
    from gateway.auth import Identity

log = structlog.get_logger()

LONGEST = 256
"""Characters of a message that is kept: the encoders read no more, and what is longer tells of its writer."""
_MASK = re.compile(r"<[a-z]+>")
_LETTER = re.compile(r"[^\W\d_]")


class Unsure:
    """Every method is one transaction and blocks: call it off the event loop."""

    def __init__(self, billing: Billing, settings: Settings) -> None:
        self._billing, self._database = billing, billing.database
        self._retention = timedelta(days=settings.unsure_retention_days)

    def keeping(self, noticed: Noticed, identity: Identity | None, at: datetime) -> Callable[[Session], None] | None:
        """What keeps what a turn tells, to be called in the transaction that keeps its reply; mostly None.

        In that transaction it is counted once with the reply, and costs no commit of its own. Masking comes before: a
        transaction that is open longer than it needs makes others wait. Neither can fail the turn, whose reply matters
        more than a sentence to learn from: what breaks is rolled back to before it and logged as an error.
        """
        if not self._retention or not (noticed.doubt or noticed.afterwards):
            return None
        try:
            known = self._known(identity)
            own = _masked(noticed.doubt, known) if noticed.doubt else None
            former = _masked(noticed.afterwards.doubt, known) if noticed.afterwards else None
        except Exception:
            log.exception("unsure message not masked, so not kept")
            return None
        return partial(_keep, noticed, own, former, at)

    def messages(
        self, *, language: Language | None = None, state: State = "open", limit: int | None = None
    ) -> list[UnsureMessage]:
        """Those that wait for a label (`open`), have one, or all; most frequent first."""
        with self._database.snapshot() as session:
            return [_out(row) for row in store.find(session, language=language, state=state, limit=limit)]

    def count(self, *, language: Language | None = None, state: State = "open") -> int:
        """How many there are."""
        with self._database.snapshot() as session:
            return store.count(session, language=language, state=state)

    def label(self, message_id: int, label: str, *, actor: str) -> UnsureMessage:
        """Say what a message means: a topic, `out_of_scope`, or `drop`. A later label takes the place of an earlier.

        Raises:
            Problem: 404 `unsure_message_not_found`; 422 `label_unknown`.
        """
        if label not in labels():
            raise Problem(422, "label_unknown", "The label is neither a topic, nor out_of_scope, nor drop.")
        at = self._billing.now()
        with self._database.transaction() as session:
            row = session.get(UnsureRow, message_id, with_for_update=True)
            if row is None:
                raise Problem(404, "unsure_message_not_found", "There is no such message, or it was forgotten.")
            before = {"label": row.label}
            row.label, row.labelled_by, row.labelled_at = label, actor, at
            self._billing.record_change(
                session, actor=actor, action="unsure.label", subject=f"unsure:{row.id}", before=before,
                after={"label": label},
            )  # fmt: skip
            return _out(row)

    def forget(self) -> int:
        """Delete what was last said longer ago than the retention; how many."""
        with self._database.transaction() as session:
            return store.purge(session, self._billing.now() - self._retention)

    def _known(self, identity: Identity | None) -> list[str]:
        if identity is None:
            return []
        return [identity.account, identity.user, self._billing.account(identity.account).name]


def _masked(doubt: Doubt, known: list[str]) -> Masked | None:
    """None where nothing is left to learn from."""
    text = mask(doubt.text, known)
    return Masked(doubt.language, text) if len(text) <= LONGEST and _LETTER.search(_MASK.sub("", text)) else None


def _keep(noticed: Noticed, own: Masked | None, former: Masked | None, at: datetime, session: Session) -> None:
    try:
        with session.begin_nested():
            if noticed.afterwards and former:
                store.go_on(session, former, noticed.afterwards.how, noticed.afterwards.topic)
            if noticed.doubt and own:
                store.see(session, own, noticed.doubt.ranking, noticed.doubt.outcome, at)
    except Exception:
        log.exception("unsure message not kept")


def _out(row: UnsureRow) -> UnsureMessage:
    return UnsureMessage(
        id=row.id,
        language=row.language,
        text=row.text,
        ranking=[Ranked(topic=topic, confidence=odds) for topic, odds in row.ranking],
        outcome=row.outcome,
        afterwards=Afterwards(**row.afterwards),
        seen=row.seen,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        label=row.label,
        labelled_by=row.labelled_by,
        labelled_at=row.labelled_at,
    )
