"""Noting what a turn was about and how it stood afterwards, in the transaction that keeps its reply."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from gateway.conversations.models import ConversationRow, TurnRow
from gateway.deflection.models import AnswerRow, EnquiryRow

if TYPE_CHECKING:  # a command that counts does without Rasa
    from assistant.agent import Answered

log = structlog.get_logger()

SILENCE = timedelta(hours=1)
"""Whoever says nothing for so long has ended what they wanted."""
_ASKED, _ACTED = "asked", "acted"
"""What was done about a message that was not surely understood: two topics were offered; the guess was acted on."""
_THANK, _CANCEL = "thank", "cancel"


@dataclass(frozen=True, slots=True)
class Note:
    """What a turn tells: its topics (none where it only steers), language, the form it left open, a doubt."""

    topics: tuple[str, ...]
    steers: frozenset[str]
    language: str
    form: str | None
    doubt: str | None


def keeping(answered: Answered, turn_id: int, at: datetime) -> Callable[[Session], None]:
    """What notes the turn, to be called once in the transaction that keeps its reply.

    It cannot fail the turn: what breaks is rolled back to before it and logged as an error.
    """
    return partial(_keep, note_of(answered), turn_id, at)


def note_of(answered: Answered) -> Note:
    """What is to be noted of an answered turn."""
    from assistant.understood import DIALOGUE

    steering = DIALOGUE | {"answer", "another_task", "choose_language", ""}
    topics = tuple(dict.fromkeys(message.topic for message in answered.messages))
    doubt = answered.noticed.doubt
    return Note(
        topics=tuple(topic for topic in topics if topic not in steering),
        steers=frozenset(topics) & steering,
        language=answered.messages[0].language if answered.messages else "en",
        form=answered.form,
        doubt=doubt.outcome if doubt else None,
    )


def note(session: Session, told: Note, turn_id: int, at: datetime) -> None:
    """Add the turn to the enquiries that it is about; the conversation is locked by the caller."""
    turn = session.get_one(TurnRow, turn_id)
    recent = _recent(session, turn.conversation_id, at)
    in_form = next((row for row in recent if row.form is not None), None)
    about = [_enquiry(session, turn, told, topic, recent, at) for topic in told.topics]
    if not about and recent:
        about = [in_form or recent[0]]
    for row in dict.fromkeys(about):
        row.last_at = at
        if told.topics:
            row.left = {None: None, _ACTED: None, _ASKED: "asked"}.get(told.doubt, "unsure")
        row.thanked = row.thanked or _THANK in told.steers
        waited = int((at - turn.created_at) / timedelta(milliseconds=1))
        session.add(AnswerRow(turn_id=turn_id, enquiry_id=row.id, waited_ms=max(0, waited), doubt=told.doubt))
    _note_form(told, about, in_form)
    session.flush()


def rate(session: Session, turn_id: int, helpful: bool) -> None:
    """The latest word on an answer is that on the enquiries that it answered."""
    answered = sa.select(AnswerRow.enquiry_id).where(AnswerRow.turn_id == turn_id)
    session.execute(sa.update(EnquiryRow).where(EnquiryRow.id.in_(answered)).values(rated=helpful))


def sign_in(session: Session, conversation: ConversationRow) -> None:
    """The visitor of the conversation turned out to be this customer: so were they before."""
    query = sa.select(EnquiryRow).where(EnquiryRow.conversation_id == conversation.id).order_by(EnquiryRow.began_at)
    for row in session.scalars(query):
        row.person = person_of(conversation)
        session.flush()
        _note_return(session, row)


def person_of(conversation: ConversationRow) -> str:
    """A digest of who talks: the same in all conversations of an account's user; a visitor's in one."""
    known = f"{conversation.account}\x1f{conversation.user}" if conversation.account else f"\x1f\x1f{conversation.id}"
    return hashlib.sha256(known.encode()).hexdigest()


def _keep(told: Note, turn_id: int, at: datetime, session: Session) -> None:
    try:
        with session.begin_nested():
            note(session, told, turn_id, at)
    except Exception:
        log.exception("turn not noted for deflection", turn=turn_id)


def _recent(session: Session, conversation_id: str, at: datetime) -> list[EnquiryRow]:
    """What is not over in the conversation, the latest first."""
    query = sa.select(EnquiryRow).where(
        EnquiryRow.conversation_id == conversation_id, EnquiryRow.last_at > at - SILENCE
    )
    return list(session.scalars(query.order_by(EnquiryRow.last_at.desc(), EnquiryRow.id.desc())))


def _enquiry(
    session: Session,
    turn: TurnRow,
    told: Note,
    topic: str,
    recent: Sequence[EnquiryRow],
    at: datetime,
) -> EnquiryRow:
    """That of the topic which goes on, else a new one. Whoever was asked back wanted what they say then all along."""
    for row in recent:
        if row.topic == topic:
            return row
    if recent and recent[0].left == "asked":
        recent[0].topic = topic
        return recent[0]
    conversation = session.get_one(ConversationRow, turn.conversation_id)
    began = turn.created_at
    row = EnquiryRow(
        conversation_id=conversation.id,
        person=person_of(conversation),
        topic=topic[:64],
        language=told.language,
        day=began.astimezone(UTC).date(),
        began_at=began,
        last_at=at,
    )
    session.add(row)
    session.flush()
    _note_return(session, row)
    return row


def _note_form(told: Note, about: Sequence[EnquiryRow], in_form: EnquiryRow | None) -> None:
    """A form belongs to what it was opened for, also while a question between is answered."""
    if in_form is not None and told.form != in_form.form:
        in_form.form = None
        in_form.left = "form" if _CANCEL in told.steers else None
        in_form = None
    if told.form is not None and in_form is None and about:
        in_form = about[-1]
        in_form.form = told.form
    if in_form is not None:
        in_form.left = "form"


def _note_return(session: Session, row: EnquiryRow) -> None:
    """Whoever begins anew came back on what they had asked about last."""
    query = sa.select(EnquiryRow).where(
        EnquiryRow.person == row.person,
        EnquiryRow.topic == row.topic,
        EnquiryRow.began_at < row.began_at,
        EnquiryRow.id != row.id,
    )
    before = session.scalar(query.order_by(EnquiryRow.began_at.desc()).limit(1))
    if before is not None and before.last_at <= row.began_at:
        after = int((row.began_at - before.last_at).total_seconds())
        before.returned_after = min(after, before.returned_after if before.returned_after is not None else after)
