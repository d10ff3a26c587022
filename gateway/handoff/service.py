"""Taking over a conversation, writing in it, and handing it back. All state is in the database."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy.orm import Session

from billing.api import Billing
from billing.config import Settings
from billing.errors import RequestClosed, RequestNotFound
from gateway.conversations.models import ConversationRow, TurnRow
from gateway.conversations.schemas import LONGEST_TEXT, Handover, MessageOut, OperatorMessage
from gateway.conversations.store import lock
from gateway.errors import Problem
from gateway.handoff import store
from gateway.handoff.models import HandoffRow
from gateway.handoff.schemas import Handoff, Spoken, State, Transcript
from gateway.handoff.speaking import Speaking
from gateway.handoff.texts import text_of

SUPPORT = "contact_support"
LONGEST_NAME = 60
"""Characters of the name that a customer sees."""


class Handoffs:
    """What the console, the operator's calls and the commands do. Every method is one transaction and blocks.

    `operator` is who does it, as the audit trail has them (`operator:ann`).
    """

    def __init__(self, billing: Billing, settings: Settings) -> None:
        self._billing, self._database = billing, billing.database
        self._patience = timedelta(minutes=settings.handoff_patience_minutes)
        self._speaking = Speaking(settings)

    def listed(self, states: Iterable[State] = ("waiting", "taken"), limit: int = 100) -> list[Handoff]:
        """Handoffs of those states; those that were asked for first come first."""
        with self._database.snapshot() as session:
            return store.listed(session, states, limit)

    def waiting(self, limit: int = 100) -> list[Handoff]:
        """Conversations that wait for a person; those that have waited longest first."""
        return self.listed(("waiting",), limit)

    def take(self, conversation_id: str, operator: str, name: str, *, uninvited: bool = False) -> Handoff:
        """Answer the conversation from now on, seen as `name`; the assistant is silent. One operator can.

        Taking again what one has taken changes nothing. `uninvited`: also a conversation that asked for nobody.

        Raises:
            Problem: 404 `handoff_not_found`, nobody was asked for; 409 `handoff_taken`, by another operator;
                422 `name_invalid`.
        """
        name = _line(name)
        if not name:
            raise Problem(422, "name_invalid", f"The name that customers see has 1 to {LONGEST_NAME} characters.")

        def work(session: Session, at: datetime) -> HandoffRow:
            row = store.unended(session, conversation_id)
            if row is None and uninvited and session.get(ConversationRow, conversation_id) is not None:
                row = store.ask(session, conversation_id, None, _language(session, conversation_id), at)
            if row is None:
                raise _not_found()
            if row.state == "taken":
                if row.taken_by != operator:
                    raise Problem(409, "handoff_taken", "Another operator answers this conversation.")
                return row
            row.state, row.taken_by, row.shown_name, row.taken_at = "taken", operator, name, at
            self._audit(session, operator, "take", row, {"state": "waiting"})
            self._tell(session, row, "taken", at, [])
            return row

        return self._change(conversation_id, work)

    def say(self, conversation_id: str, operator: str, text: str, key: str) -> OperatorMessage:
        """Write to the customer, once for the key.

        Raises:
            Problem: 404 `handoff_not_found`; 409 `handoff_not_yours`, it is not this operator who answers;
                422 `text_invalid`; 422 `idempotency_key_reused`, the key was spent on another text.
        """
        text = text.replace("\x00", "").encode(errors="ignore").decode().strip()
        if not text or len(text) > LONGEST_TEXT:
            raise Problem(422, "text_invalid", f"A message has 1 to {LONGEST_TEXT} characters.")
        fingerprint = hashlib.sha256(text.encode()).hexdigest()
        with self._database.transaction() as session:
            lock(session, conversation_id)
            row = self._mine(session, conversation_id, operator)
            before = store.pushed(session, row, f"say:{key}")
            if before is None:
                at = self._billing.now()
                said = OperatorMessage(name=row.shown_name or "", text=text, **_plain(row, at))
                turn = store.push(session, row, f"say:{key}", [said.model_dump(mode="json")], at, fingerprint)
                self._speaking.send(session, row.conversation_id, turn.reply or [], at)
                self._audit(session, operator, "say", row, {}, message=turn.message_id)
                return _operators(turn)
            if before.fingerprint != fingerprint:
                raise Problem(422, "idempotency_key_reused", "The Idempotency-Key was spent on another message.")
            return _operators(before)

    def hand_back(self, conversation_id: str, operator: str) -> Handoff:
        """Let the assistant answer again, where it was: a form that was open is asked anew. The request stays open.

        Raises:
            Problem: 404 `handoff_not_found`; 409 `handoff_not_yours`.
        """
        return self._end(conversation_id, operator, "returned")

    def close(self, conversation_id: str, operator: str, note: str | None = None) -> Handoff:
        """The same, and the matter is done: the request is closed, with a last note where one is given.

        Raises:
            Problem: 404 `handoff_not_found`; 409 `handoff_not_yours`.
            NoteInvalid: the handoff has ended, the request is as it was.
        """
        ended = self._end(conversation_id, operator, "closed")
        if ended.request is not None:
            with suppress(RequestClosed, RequestNotFound):  # closed by hand meanwhile
                self._billing.close_request(ended.request, note, actor=operator)
        return ended

    def transcript(self, conversation_id: str, after: str | None = None) -> Transcript:
        """A page of the conversation after that cursor, oldest first.

        Raises:
            Problem: 404 `conversation_not_found`; 422 `cursor_invalid`.
        """
        if after is not None and not (after.isascii() and after.isdecimal() and len(after) < 19):
            raise Problem(422, "cursor_invalid", "The cursor is not one that was given out.")
        with self._database.snapshot() as session:
            conversation = session.get(ConversationRow, conversation_id)
            if conversation is None:
                raise Problem(404, "conversation_not_found", "There is no such conversation.")
            row = store.newest(session, conversation_id)
            human = store.human_time(session, conversation_id, self._billing.now())
            turns, _ = store.said_after(session, conversation_id, int(after or 0), self._billing.now())
        return Transcript(
            conversation=conversation_id,
            human=human,
            handoff=row and store.out(row, conversation),
            messages=[spoken for turn in turns for spoken in _spoken(turn)],
            next=str(turns[-1].id) if turns else after,
        )

    def tell_late(self) -> int:
        """Tell those who have waited longer than the patience set that nobody has come yet, once each; how many."""
        with self._database.snapshot() as session:
            conversations = store.overdue(session, self._billing.now() - self._patience)
        return sum(self._tell_late(conversation_id) for conversation_id in conversations)

    def _tell_late(self, conversation_id: str) -> bool:
        with self._database.transaction() as session:
            lock(session, conversation_id)
            row = store.unended(session, conversation_id)
            if row is None or row.state != "waiting" or row.late_at is not None:
                return False
            row.late_at = at = self._billing.now()
            self._tell(session, row, "late", at, [])
            return True

    def _end(self, conversation_id: str, operator: str, state: Literal["returned", "closed"]) -> Handoff:
        def work(session: Session, at: datetime) -> HandoffRow:
            ended = store.newest(session, conversation_id)
            if ended is not None and (ended.state, ended.taken_by) == (state, operator):
                return ended
            row = self._mine(session, conversation_id, operator)
            row.state, row.ended_at = state, at
            self._audit(session, operator, "return" if state == "returned" else "close", row, {"state": "taken"})
            self._tell(session, row, state, at, _asked_anew(store.last_reply(session, conversation_id)))
            return row

        return self._change(conversation_id, work)

    def _change(self, conversation_id: str, work: Callable[[Session, datetime], HandoffRow]) -> Handoff:
        with self._database.transaction() as session:
            lock(session, conversation_id)
            row = work(session, self._billing.now())
            session.flush()
            return store.out(row, session.get_one(ConversationRow, conversation_id))

    def _mine(self, session: Session, conversation_id: str, operator: str) -> HandoffRow:
        row = store.unended(session, conversation_id)
        if row is None:
            raise _not_found()
        if row.state != "taken" or row.taken_by != operator:
            raise Problem(409, "handoff_not_yours", "You do not answer this conversation: take it first.")
        return row

    def _tell(
        self, session: Session, row: HandoffRow, what: Handover, at: datetime, more: list[dict[str, Any]]
    ) -> None:
        """What the assistant says of it to the customer, and what comes with it."""
        values = {"name": row.shown_name or "", "request": row.request or ""}
        notice = MessageOut(text=text_of(what, row.language, **values), handoff=what, **_plain(row, at))
        said = [notice.model_dump(mode="json"), *({**each, "created_at": at.isoformat()} for each in more)]
        turn = store.push(session, row, f"{what}:{at.isoformat()}", said, at)
        self._speaking.send(session, row.conversation_id, turn.reply or [], at)

    def _audit(
        self, session: Session, operator: str, verb: str, row: HandoffRow, before: dict[str, Any], **after: str
    ) -> None:
        after = after or {"state": row.state, "request": row.request or ""}
        self._billing.record_change(
            session, actor=operator, action=f"handoff.{verb}", subject=row.conversation_id, before=before, after=after
        )


def _asked_anew(last: TurnRow | None) -> list[dict[str, Any]]:
    """The question that a form was left at: its buttons are still those of the newest reply."""
    return (last.reply or [])[-1:] if last is not None and last.form else []


def _plain(row: HandoffRow, at: datetime) -> dict[str, Any]:
    """The rest of a message that is text alone; its ids are those of the turn."""
    ids = {"id": "", "answer_id": ""}
    return {
        **ids,
        "language": row.language,
        "topic": SUPPORT,
        "buttons": [],
        "links": [],
        "card": None,
        "created_at": at,
    }


def _language(session: Session, conversation_id: str) -> str:
    last = store.last_reply(session, conversation_id)
    return str(last.reply[-1]["language"]) if last is not None and last.reply else "en"


def _spoken(turn: TurnRow) -> list[Spoken]:
    asked = [] if turn.pushed else [Spoken(id=turn.message_id, role="user", text=turn.text, created_at=turn.created_at)]
    return asked + [Spoken.model_validate(said) for said in turn.reply or []]


def _operators(turn: TurnRow) -> OperatorMessage:
    return OperatorMessage.model_validate((turn.reply or [])[0])


def _line(name: str) -> str:
    """A name on one line; empty where it is none."""
    name = " ".join(name.replace("\x00", "").split())
    return name if len(name) <= LONGEST_NAME else ""


def _not_found() -> Problem:
    return Problem(404, "handoff_not_found", "Nobody was asked for in this conversation.")
