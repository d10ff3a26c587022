"""Keeping conversations and turns: opening, finding for their owner, claiming a message once."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from billing.db import Database, new_id
from gateway.auth import Identity
from gateway.conversations import statements
from gateway.conversations.models import ConversationRow, TurnRow
from gateway.conversations.schemas import NewMessage
from gateway.deflection import noting
from gateway.errors import Problem
from gateway.handoff.holding import taken

log = structlog.get_logger()

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
    asked_at: datetime
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
            Problem: 404, the conversation is not there, or not the owner's; 409 while the first try is running, or the
                button is not one of the newest reply; 422 when the key was spent on another message.
        """
        fingerprint = _hash(json.dumps([message.text, message.choice]))
        with self._database.begin_provisionally() as connection:
            found = _locked(connection, statements.KNOWN, conversation=conversation_id, key=key, at=at)
            if found is None or not (owner is None or _owns(found, *owner)):
                raise _no_conversation()
            if found.turn is None:
                return _new(connection, conversation_id, key, message, fingerprint, at, found)
            if found.fingerprint != fingerprint:
                raise Problem(422, "idempotency_key_reused", "The Idempotency-Key was spent on another message.")
            if found.state == "running" and found.lease_until > at:
                raise Problem(409, "turn_running", "The first try of this message is running.", {"Retry-After": "1"})
            if found.state != "done":
                connection.execute(statements.RUN, {"turn_id": found.turn, "until": at + LEASE})
            reply = found.reply if found.state == "done" else None
            return Claimed(found.turn, found.message_id, found.seen, True, found.created_at, reply)

    def reply(self, conversation_id: str, at: datetime, message_id: str | None = None) -> list[dict[str, Any]]:
        """The reply that was kept to that message, else to the newest; empty where there is none.

        While a person answers, there is none that a message of now could answer.
        """
        with self._database.snapshot() as session:
            if message_id is not None:
                query = sa.select(TurnRow.reply).where(TurnRow.conversation_id == conversation_id)
                return session.scalar(query.where(TurnRow.message_id == message_id)) or []
            if taken(session, conversation_id):
                return []
            asked = {"conversation": conversation_id, "at": at}
            return session.connection().execute(statements.NEWEST_REPLY, asked).scalar() or []

    def said(self, message_id: str) -> dict[str, Any] | None:
        """A message of the assistant by its id (`<turn>-<number>`); None where there is none."""
        query = sa.select(TurnRow.reply).where(TurnRow.message_id == message_id.rpartition("-")[0])
        with self._database.snapshot() as session:
            reply = session.scalar(query) or []
        return next((message for message in reply if message["id"] == message_id), None)

    def finish(
        self,
        conversation_id: str,
        turn_id: int,
        reply: list[dict[str, Any]],
        at: datetime,
        *also: Callable[[Session], object] | None,
        noted: Callable[[sa.Connection], object] | None = None,
        form: str | None = None,
    ) -> list[dict[str, Any]]:
        """Keep the reply: the message is done; the reply that was kept, which is that of whoever was first.

        `also` is done with it, once, whoever else finishes the same turn.

        So is what is `noted`, unless that fails: the reply matters more.

        Raises:
            Problem: 404, the conversation was erased meanwhile.
        """
        try:
            return self._finish(conversation_id, turn_id, reply, at, also, noted, form)
        except noting.NotNoted:
            log.exception("turn not noted for deflection", turn=turn_id)
            return self._finish(conversation_id, turn_id, reply, at, also, None, form)

    def _finish(
        self,
        conversation_id: str,
        turn_id: int,
        reply: list[dict[str, Any]],
        at: datetime,
        also: Iterable[Callable[[Session], object] | None],
        noted: Callable[[sa.Connection], object] | None,
        form: str | None,
    ) -> list[dict[str, Any]]:
        with self._database.begin() as connection:
            _hold(connection, conversation_id)
            done = {"turn_id": turn_id, "reply": reply, "done_at": at, "form": form}
            if not connection.execute(statements.DONE, done).rowcount:
                kept = connection.execute(statements.KEPT, {"turn_id": turn_id}).one_or_none()
                if kept is None:
                    raise _no_conversation()
                return kept.reply or []  # whoever else ran it was first
            wanted = [each for each in also if each is not None]
            if wanted:
                with Session(connection, info=self._database.info) as session:
                    for each in wanted:
                        each(session)
                    session.flush()
            if noted is not None:
                noted(connection)
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


def _owns(row: ConversationRow | sa.Row[Any], identity: Identity | None, visitor: str | None) -> bool:
    if row.visitor_hash is not None:
        return identity is None and visitor is not None and hmac.compare_digest(row.visitor_hash, _hash(visitor))
    return identity is not None and (row.account, row.user) == (identity.account, identity.user)


def lock(session: Session, conversation_id: str) -> None:
    """Changes of one conversation wait for each other. SQLite's transactions do anyway: nothing is asked of it."""
    _hold(session.connection(), conversation_id)


def _hold(connection: sa.Connection, conversation_id: str) -> None:
    if connection.dialect.name != "sqlite":
        connection.execute(statements.HELD, {"conversation": conversation_id})


def _locked(connection: sa.Connection, statement: sa.Select[Any], **values: Any) -> sa.Row[Any] | None:
    """The row that the statement finds once the conversation is held: what another wrote meanwhile is seen."""
    _hold(connection, values["conversation"])
    return connection.execute(statement, values).one_or_none()


def _new(
    connection: sa.Connection,
    conversation_id: str,
    key: str,
    message: NewMessage,
    fingerprint: str,
    at: datetime,
    found: sa.Row[Any],
) -> Claimed:
    """The turn of a message that nobody sent before.

    Raises:
        Problem: 409, it presses a button that is not there while a person answers.
    """
    text = message.text or _title(connection, found.newest, message.choice or "")
    turn: dict[str, Any] = {
        "conversation_id": conversation_id,
        "key": key,
        "message_id": secrets.token_hex(12),
        "fingerprint": fingerprint,
        "text": text,
        "seen": found.newest,
        "created_at": at,
    }
    if found.person is None:
        turn |= {"state": "running", "lease_until": at + LEASE, "handoff_id": None, "done_at": None, "reply": None}
    elif text:  # a person reads it: done as it comes
        turn |= {"state": "done", "lease_until": at, "handoff_id": found.person, "done_at": at, "reply": []}
    else:
        raise Problem(409, "stale_choice", "The button is not one of the newest reply.")
    turn_id = new_id(connection.execute(statements.NEW, turn))
    return Claimed(turn_id, turn["message_id"], found.newest, False, at, turn["reply"])


def _title(connection: sa.Connection, message_id: str | None, choice: str) -> str:
    """What the button pressed says; the newest reply shows it."""
    reply = connection.execute(statements.REPLY, {"message_id": message_id}).scalar() or []
    buttons = [button for message in reply for button in message["buttons"]]
    return next((str(button["title"]) for button in buttons if button["choice"] == choice), "")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
