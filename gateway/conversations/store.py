"""Keeping conversations and turns: opening, finding for their owner, claiming a message once."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.db import Database
from gateway.auth import Identity
from gateway.conversations.models import ConversationRow, TurnRow
from gateway.conversations.schemas import NewMessage
from gateway.deflection import noting
from gateway.errors import Problem
from gateway.handoff.holding import taken

LEASE = timedelta(seconds=12)
"""How long a turn that says nothing is taken to be running. A second runner does nothing twice (ADR 0004)."""
PAGE = 50


@dataclass(frozen=True, slots=True)
class Claimed:
    """A turn to run, or one that was done before (`reply`)."""

    id: int
    message_id: str
    seen: str | None
    retried: bool
    reply: list[dict[str, Any]] | None


class Owner(NamedTuple):
    """Who says that a conversation is theirs: a verified identity, or a visitor's secret."""

    identity: Identity | None
    visitor: str | None


class ConversationStore:
    """Every method is one transaction and blocks: call it off the event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, identity: Identity | None, at: datetime) -> tuple[str, str | None]:
        """A new conversation's id, and the visitor's secret when nobody is signed in."""
        visitor = None if identity else secrets.token_urlsafe(24)
        row = ConversationRow(
            id=secrets.token_urlsafe(16),
            account=identity.account if identity else None,
            user=identity.user if identity else None,
            visitor_hash=_hash(visitor) if visitor else None,
            created_at=at,
        )
        with self._database.transaction() as session:
            session.add(row)
        return row.id, visitor

    def check(self, conversation_id: str, identity: Identity | None, visitor: str | None) -> None:
        """Nothing, for the owner.

        Raises:
            Problem: 404 for everybody else, as for a conversation that is not there.
        """
        with self._database.snapshot() as session:
            _check(session, conversation_id, Owner(identity, visitor))

    def sign_in(self, conversation_id: str, identity: Identity, visitor: str | None) -> None:
        """Give a visitor's conversation to whoever proves to be that visitor and this customer; once (ADR 0009).

        A repeat by its new owner changes nothing.

        Raises:
            Problem: 404 for everybody else, as for a conversation that is not there.
        """
        with self._database.transaction() as session:
            lock(session, conversation_id)
            row = session.get(ConversationRow, conversation_id)
            if row is None or not (_owns(row, None, visitor) or _owns(row, identity, None)):
                raise _no_conversation()
            row.account, row.user, row.visitor_hash = identity.account, identity.user, None
            noting.sign_in(session, row)

    def claim(
        self, conversation_id: str, key: str, message: NewMessage, at: datetime, owner: Owner | None = None
    ) -> Claimed:
        """Take the key for this message, take over a failed try of it, or give the reply that it had.

        While a person answers, a new message is theirs: it is done at once, without a reply. `owner`: who must own the
        conversation, where that is not known yet.

        Raises:
            Problem: 404, the conversation is not the owner's; 409 while the first try is running, or the button is not
                one of the newest reply; 422 when the key was spent on another message.
        """
        fingerprint = _hash(json.dumps([message.text, message.choice]))
        with self._database.transaction() as session:
            lock(session, conversation_id)
            if owner is not None:
                _check(session, conversation_id, owner)
            row = session.scalar(
                sa.select(TurnRow).where(TurnRow.conversation_id == conversation_id, TurnRow.key == key)
            )
            retried = row is not None
            if row is None:
                newest, person = _newest(session, conversation_id, at), taken(session, conversation_id)
                row = TurnRow(
                    conversation_id=conversation_id,
                    key=key,
                    message_id=secrets.token_hex(12),
                    fingerprint=fingerprint,
                    text=message.text or _title(newest, message.choice or ""),
                    seen=newest.message_id if newest else None,
                    created_at=at,
                )
                if person is not None:
                    session.add(_left_to(person, row, at))
                    session.flush()
                    return Claimed(row.id, row.message_id, row.seen, retried, [])
                session.add(row)
            elif row.fingerprint != fingerprint:
                raise Problem(422, "idempotency_key_reused", "The Idempotency-Key was spent on another message.")
            elif row.state == "done":
                return Claimed(row.id, row.message_id, row.seen, retried, row.reply)
            elif row.state == "running" and row.lease_until > at:
                raise Problem(409, "turn_running", "The first try of this message is running.", {"Retry-After": "1"})
            row.state, row.lease_until = "running", at + LEASE
            session.flush()
            return Claimed(row.id, row.message_id, row.seen, retried, None)

    def reply(self, conversation_id: str, at: datetime, message_id: str | None = None) -> list[dict[str, Any]]:
        """The reply that was kept to that message, else to the newest; empty where there is none.

        While a person answers, there is none that a message of now could answer.
        """
        with self._database.snapshot() as session:
            if message_id is None:
                row = None if taken(session, conversation_id) else _newest(session, conversation_id, at)
            else:
                query = sa.select(TurnRow).where(TurnRow.conversation_id == conversation_id)
                row = session.scalar(query.where(TurnRow.message_id == message_id))
        return (row.reply if row else None) or []

    def said(self, message_id: str) -> dict[str, Any] | None:
        """A message of the assistant by its id (`<turn>-<number>`); None where there is none."""
        query = sa.select(TurnRow.reply).where(TurnRow.message_id == message_id.rpartition("-")[0])
        with self._database.snapshot() as session:
            reply = session.scalar(query) or []
        return next((message for message in reply if message["id"] == message_id), None)

    def finish(
        self,
        turn_id: int,
        reply: list[dict[str, Any]],
        at: datetime,
        *also: Callable[[Session], object] | None,
        form: str | None = None,
    ) -> list[dict[str, Any]]:
        """Keep the reply: the message is done; the reply that was kept, which is that of whoever was first.

        `also` is done with it, once, whoever else finishes the same turn.

        Raises:
            Problem: 404, the conversation was erased meanwhile.
        """
        with self._database.transaction() as session:
            _lock_of_turn(session, turn_id)
            row = session.get_one(TurnRow, turn_id, with_for_update=True)
            if row.state == "done":
                return row.reply or []
            row.state, row.reply, row.done_at, row.form = "done", reply, at, form
            for each in also:
                if each is not None:
                    each(session)
            return reply

    def fail(self, turn_id: int) -> None:
        """Let the same message be sent again at once."""
        with self._database.transaction() as session:
            row = session.get(TurnRow, turn_id)
            if row is not None and row.state != "done":
                row.state = "failed"

    def history(self, conversation_id: str, cursor: str | None) -> tuple[list[dict[str, Any]], str | None]:
        """A page of finished turns, oldest first, and the cursor of the next page.

        Raises:
            Problem: 422, not a cursor.
        """
        if cursor is not None and not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 19):
            raise Problem(422, "cursor_invalid", "The cursor is not one that was given out.")
        query = (
            sa.select(TurnRow)
            .where(TurnRow.conversation_id == conversation_id, TurnRow.state == "done", TurnRow.id > int(cursor or 0))
            .order_by(TurnRow.id)
            .limit(PAGE + 1)
        )
        with self._database.snapshot() as session:
            rows = list(session.scalars(query))
        messages: list[dict[str, Any]] = []
        for row in rows[:PAGE]:
            if not row.pushed:
                asked = {"id": row.message_id, "role": "user", "text": row.text}
                messages.append(asked | {"created_at": row.created_at.isoformat()})
            messages.extend(row.reply or [])
        return messages, str(rows[PAGE - 1].id) if len(rows) > PAGE else None


def _no_conversation() -> Problem:
    return Problem(404, "conversation_not_found", "There is no such conversation.")


def _check(session: Session, conversation_id: str, owner: Owner) -> None:
    row = session.get(ConversationRow, conversation_id)
    if row is None or not _owns(row, owner.identity, owner.visitor):
        raise _no_conversation()


def _owns(row: ConversationRow, identity: Identity | None, visitor: str | None) -> bool:
    if row.visitor_hash is not None:
        return identity is None and visitor is not None and hmac.compare_digest(row.visitor_hash, _hash(visitor))
    return identity is not None and (row.account, row.user) == (identity.account, identity.user)


def lock(session: Session, conversation_id: str) -> None:
    """Changes of one conversation wait for each other. SQLite's transactions do anyway: nothing is asked of it."""
    if session.get_bind().dialect.name == "sqlite":
        return
    session.scalar(sa.select(ConversationRow.id).where(ConversationRow.id == conversation_id).with_for_update())


def _lock_of_turn(session: Session, turn_id: int) -> None:
    conversation_id = session.scalar(sa.select(TurnRow.conversation_id).where(TurnRow.id == turn_id))
    if conversation_id is None:
        raise _no_conversation()
    lock(session, conversation_id)


def _newest(session: Session, conversation_id: str, at: datetime) -> TurnRow | None:
    """The turn that was done last before this instant: its reply is the newest that a message of then can answer.

    What was said while a person answered is none: the assistant goes on where it was.
    """
    query = sa.select(TurnRow).where(
        TurnRow.conversation_id == conversation_id,
        TurnRow.state == "done",
        TurnRow.handoff_id.is_(None),
        TurnRow.done_at <= at,
    )
    return session.scalar(query.order_by(TurnRow.done_at.desc(), TurnRow.id.desc()).limit(1))


def _left_to(handoff_id: str, row: TurnRow, at: datetime) -> TurnRow:
    """A message that a person reads: done as it comes.

    Raises:
        Problem: 409, it presses a button that is not there.
    """
    if not row.text:
        raise Problem(409, "stale_choice", "The button is not one of the newest reply.")
    row.handoff_id, row.state, row.lease_until, row.done_at, row.reply = handoff_id, "done", at, at, []
    return row


def _title(newest: TurnRow | None, choice: str) -> str:
    """What the button pressed says; the newest reply shows it."""
    buttons = [button for message in (newest.reply or [] if newest else []) for button in message["buttons"]]
    return next((str(button["title"]) for button in buttons if button["choice"] == choice), "")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
