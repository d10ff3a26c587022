"""Exporting and erasing what is kept of a customer: crash-safe, done again without harm, audited."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.api import Billing
from billing.config import Settings
from gateway.channels.blind import BlindIndexKey
from gateway.channels.models import (
    ChannelConversation,
    ChannelDelivery,
    ChannelEvent,
    ChannelLink,
    ChannelLinkOffer,
)
from gateway.errors import Problem
from gateway.privacy import erasing, exporting, learnt, proposals, sweeping
from gateway.privacy.finding import Found, Whose, find
from gateway.privacy.models import ErasureProposalRow, ErasureRow
from gateway.privacy.schemas import ErasureReceipt, PersonalData, Plan
from gateway.unsure.models import UnsureRow

LATE = timedelta(minutes=10)
"""A turn that ran while its conversation was erased has stored its events by then: they are removed again."""

SEALED: tuple[Any, ...] = (
    *(BlindIndexKey, ChannelLink, ChannelLinkOffer, ChannelConversation, ChannelEvent, ChannelDelivery),
    ErasureProposalRow,
)
"""The gateway's tables with encrypted columns."""


class _Undo(Exception):
    """Ends a transaction that only looked."""


class Privacy:
    """Every method blocks: call it off the event loop. `actor` is who does it, as the audit trail has them."""

    def __init__(self, billing: Billing, settings: Settings) -> None:
        self._billing, self._database = billing, billing.database
        self._tracker_address = settings.tracker_address

    def export(self, whose: Whose, *, actor: str) -> PersonalData:
        """All that is kept of them, as one document.

        Raises:
            AccountNotFound: there is no such account.
        """
        with self._database.transaction() as session:
            found, unsure = self._found(session, whose)
            messages = [turn.message_id for turn in found.turns]
            billing = self._billing.personal_data(session, whose.account, messages, whole_account=whose.user is None)
            told = exporting.gather(session, found, unsure)
            self._audit(session, "export", whose, actor, {"conversations": len(found.conversations)})
        at = self._billing.now()
        return PersonalData(account=whose.account, user=whose.user, exported_at=at, billing=billing, **told)

    def plan(self, whose: Whose) -> Plan:
        """What an erasure would remove; nothing is.

        Raises:
            AccountNotFound: there is no such account.
        """
        counts: dict[str, int] = {}

        def look(session: Session) -> None:
            counts.update(self._erase(session, whose)[0])
            raise _Undo

        with suppress(_Undo):
            self._database.run(look)
        return Plan(account=whose.account, user=whose.user, counts=counts, confirm=_checksum(whose, counts))

    def erase(
        self, whose: Whose, *, confirm: str, actor: str, within: Callable[[Session, ErasureRow], None] | None = None
    ) -> ErasureReceipt:
        """Remove what `plan` told, for good. Where nothing is left, the receipt is the one of before.

        `within` is done in the same transaction; what it raises leaves everything as it was.

        All of it goes in one transaction with its audit entry; the assistant's own events and the bytes of what was
        deleted go after it, and a death between the two is made up for by the next call or by `sweep`.

        Raises:
            AccountNotFound: there is no such account.
            Problem: 409 `erasure_changed`, there is another amount to erase by now; nothing was.
        """

        def work(session: Session) -> ErasureRow:
            counts, conversations = self._erase(session, whose)
            row = self._newest(session, whose)
            if any(counts.values()) or row is None:
                if confirm != _checksum(whose, counts):
                    raise Problem(409, "erasure_changed", "There is another amount to erase by now: ask again.")
                row = self._kept(session, whose, actor, counts, conversations)
            if within is not None:
                within(session, row)
            proposals.supersede(session, whose)
            return row

        row = self._database.run(work)
        complete = self.sweep()
        return self._receipt(row, whose, complete=complete)

    def rotate_keys(self, *, actor: str) -> int:
        """Encrypt anew, by the first of `DATA_KEYS`, all that is encrypted; how many rows.

        Raises:
            DataKeyWrong: something is kept by a key that is not among them; what was done before stays done.
        """
        return self._billing.rotate_keys(actor=actor, beside=SEALED)

    def sweep(self) -> bool:
        """Go on with what erasures have begun; whether nothing of it is left in any file."""
        with self._database.snapshot() as session:
            rows = list(session.scalars(sa.select(ErasureRow).where(ErasureRow.swept_at.is_(None))))
        if not rows:
            return True
        with sweeping.opened(self._tracker_address) as engine:
            for row in rows:
                sweeping.remove_events(engine, row.conversations)
            own, talk = sweeping.scrub(self._database.engine), sweeping.scrub(engine)
        if own and talk:
            self._database.run(self._done_with([row.id for row in rows]))
        return own and talk

    def _done_with(self, ids: list[int]) -> Callable[[Session], None]:
        at = self._billing.now()

        def work(session: Session) -> None:
            for row in session.scalars(sa.select(ErasureRow).where(ErasureRow.id.in_(ids))):
                if row.erased_at + LATE <= at:
                    row.swept_at, row.conversations = at, []

        return work

    def _found(self, session: Session, whose: Whose) -> tuple[Found, list[UnsureRow]]:
        found = find(session, whose)
        name = self._billing.account(whose.account).name
        users = {row.user or "" for row in found.conversations}
        known = [[whose.account, user, name] for user in sorted(users)] + [[]]
        tied = [row for names in known for row in learnt.tied(session, found.turns, names)]
        return found, list({row.id: row for row in tied}.values())

    def _erase(self, session: Session, whose: Whose) -> tuple[dict[str, int], list[str]]:
        found, unsure = self._found(session, whose)
        messages = [turn.message_id for turn in found.turns]
        counts = self._billing.erase_personal_data(
            session, whose.account, messages, whole_account=whose.user is None
        ) | erasing.erase(session, found, unsure)
        return counts, found.ids

    def _kept(
        self, session: Session, whose: Whose, actor: str, counts: dict[str, int], conversations: list[str]
    ) -> ErasureRow:
        row = ErasureRow(
            account=whose.account,
            user_hash=_hash(whose),
            actor=actor,
            erased_at=self._billing.now(),
            counts=counts,
            conversations=conversations,
        )
        session.add(row)
        session.flush()
        self._audit(session, "erase", whose, actor, counts)
        return row

    def _newest(self, session: Session, whose: Whose) -> ErasureRow | None:
        query = sa.select(ErasureRow).where(ErasureRow.account == whose.account)
        whom = ErasureRow.user_hash.is_(None) if whose.user is None else ErasureRow.user_hash == _hash(whose)
        return session.scalar(query.where(whom).order_by(ErasureRow.id.desc()).limit(1))

    def _audit(self, session: Session, verb: str, whose: Whose, actor: str, after: dict[str, int]) -> None:
        whom = {"whose": "account" if whose.user is None else "user"}
        self._billing.record_change(
            session, actor=actor, action=f"privacy.{verb}", subject=whose.account, after=after | whom
        )

    def _receipt(self, row: ErasureRow, whose: Whose, *, complete: bool) -> ErasureReceipt:
        return ErasureReceipt(
            id=row.number,
            account=row.account,
            user=whose.user,
            erased_at=row.erased_at,
            by=row.actor,
            counts=row.counts,
            complete=complete,
        )


def _checksum(whose: Whose, counts: dict[str, int]) -> str:
    told = json.dumps([whose.account, whose.user, sorted(counts.items())])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _hash(whose: Whose) -> str | None:
    return None if whose.user is None else whose.digest
