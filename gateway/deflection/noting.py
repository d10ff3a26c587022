"""Noting what a turn was about and how it stood afterwards, in the transaction that keeps its reply."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.db import new_id
from gateway.conversations.models import ConversationRow
from gateway.deflection.models import AnswerRow, EnquiryRow

if TYPE_CHECKING:  # a command that counts does without Rasa
    from assistant.agent import Answered

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


class NotNoted(Exception):
    """The turn could not be noted."""


def keeping(
    answered: Answered, conversation_id: str, turn_id: int, asked_at: datetime, at: datetime
) -> Callable[[sa.Connection], None]:
    """What notes the turn, to be called once in the transaction that keeps its reply.

    It raises NotNoted whatever breaks: the reply is then to be kept without it.
    """
    return partial(_keep, note_of(answered), conversation_id, turn_id, asked_at, at)


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


def note(
    connection: sa.Connection, told: Note, conversation_id: str, turn_id: int, asked_at: datetime, at: datetime
) -> None:
    """Add the turn to the enquiries that it is about; the conversation is locked by the caller."""
    recent = _recent(connection, conversation_id, at)
    in_form = next((each for each in recent if each.form is not None), None)
    about = [_enquiry(topic, recent, at) for topic in told.topics]
    if not about and recent:
        about = [in_form or recent[0]]
    about = list(dict.fromkeys(about))
    waited = max(0, int((at - asked_at) / timedelta(milliseconds=1)))
    for each in about:
        if told.topics:
            each.left = {None: None, _ACTED: None, _ASKED: "asked"}.get(told.doubt, "unsure")
        each.thanked = each.thanked or _THANK in told.steers
    _note_form(told, about, in_form)
    for each in dict.fromkeys((*about, *([in_form] if in_form else []))):
        if each.id is None:
            each.id = _begun(connection, each, conversation_id, asked_at, told.language)
            continue
        said = {"enquiry": each.id, "topic": each.topic, "form": each.form, "left": each.left, "thanked": each.thanked}
        connection.execute(_GOES_ON, said | {"last_at": at if each in about else each.last_at})
    if about:
        answer = {"turn_id": turn_id, "waited_ms": waited, "doubt": told.doubt}
        connection.execute(_ANSWERED, [answer | {"enquiry_id": each.id} for each in about])


def rate(session: Session, turn_id: int, helpful: bool) -> None:
    """The latest word on an answer is that on the enquiries that it answered."""
    answered = sa.select(AnswerRow.enquiry_id).where(AnswerRow.turn_id == turn_id)
    session.execute(sa.update(EnquiryRow).where(EnquiryRow.id.in_(answered)).values(rated=helpful))


def sign_in(session: Session, conversation: ConversationRow) -> None:
    """The visitor of the conversation turned out to be this customer: so were they before."""
    query = sa.select(EnquiryRow).where(EnquiryRow.conversation_id == conversation.id).order_by(EnquiryRow.began_at)
    for row in session.scalars(query):
        row.person = person_of(conversation.id, conversation.account, conversation.user)
        session.flush()
        _note_return(session.connection(), row.id, row.person, row.topic, row.began_at)


def person_of(conversation_id: str, account: str | None, user: str | None) -> str:
    """A digest of who talks: the same in all conversations of an account's user; a visitor's in one."""
    known = f"{account}\x1f{user}" if account else f"\x1f\x1f{conversation_id}"
    return hashlib.sha256(known.encode()).hexdigest()


@dataclass(slots=True, eq=False)
class _Enquiry:
    """What is not over in a conversation, and what the turn makes of it; `id` None: it begins with the turn."""

    id: int | None
    topic: str
    form: str | None
    left: str | None
    thanked: bool
    last_at: datetime


_enquiry_table: Any = EnquiryRow.__table__
_conversation: Any = ConversationRow.__table__
_e = _enquiry_table.c
_RECENT = (
    sa.select(_e.id, _e.topic, _e.form, _e.left, _e.thanked, _e.last_at)
    .where(_e.conversation_id == sa.bindparam("conversation"), _e.last_at > sa.bindparam("since"))
    .order_by(_e.last_at.desc(), _e.id.desc())
)
_WHOSE = sa.select(_conversation.c.account, _conversation.c.user).where(
    _conversation.c.id == sa.bindparam("conversation")
)
_BEGINS = sa.insert(_enquiry_table)
_GOES_ON = (
    sa.update(_enquiry_table)
    .where(_e.id == sa.bindparam("enquiry"))
    .values({name: sa.bindparam(name) for name in ("topic", "form", "left", "thanked", "last_at")})
)
_ANSWERED = sa.insert(AnswerRow)
_BEFORE = (
    sa.select(_e.id, _e.last_at, _e.returned_after)
    .where(
        _e.person == sa.bindparam("of"),
        _e.topic == sa.bindparam("about"),
        _e.began_at < sa.bindparam("began"),
        _e.id != sa.bindparam("enquiry"),
    )
    .order_by(_e.began_at.desc())
    .limit(1)
)
_RETURNED = (
    sa.update(_enquiry_table).where(_e.id == sa.bindparam("enquiry")).values(returned_after=sa.bindparam("after"))
)


def _keep(
    told: Note, conversation_id: str, turn_id: int, asked_at: datetime, at: datetime, connection: sa.Connection
) -> None:
    try:
        note(connection, told, conversation_id, turn_id, asked_at, at)
    except Exception as error:
        raise NotNoted from error


def _recent(connection: sa.Connection, conversation_id: str, at: datetime) -> list[_Enquiry]:
    """What is not over in the conversation, the latest first."""
    found = connection.execute(_RECENT, {"conversation": conversation_id, "since": at - SILENCE})
    return [_Enquiry(*row) for row in found]


def _enquiry(topic: str, recent: Sequence[_Enquiry], at: datetime) -> _Enquiry:
    """That of the topic which goes on, else a new one. Whoever was asked back wanted what they say then all along."""
    for each in recent:
        if each.topic == topic:
            return each
    if recent and recent[0].left == "asked":
        recent[0].topic = topic
        return recent[0]
    return _Enquiry(None, topic[:64], None, None, False, at)


def _begun(connection: sa.Connection, enquiry: _Enquiry, conversation_id: str, began: datetime, language: str) -> int:
    """The id of a new one, which is kept now."""
    account, user = connection.execute(_WHOSE, {"conversation": conversation_id}).one()
    person = person_of(conversation_id, account, user)
    row = {
        "conversation_id": conversation_id,
        "person": person,
        "topic": enquiry.topic,
        "form": enquiry.form,
        "left": enquiry.left,
        "language": language,
        "day": began.astimezone(UTC).date(),
        "began_at": began,
        "last_at": enquiry.last_at,
        "thanked": enquiry.thanked,
    }
    enquiry_id = new_id(connection.execute(_BEGINS, row))
    _note_return(connection, enquiry_id, person, enquiry.topic, began)
    return enquiry_id


def _note_form(told: Note, about: Sequence[_Enquiry], in_form: _Enquiry | None) -> None:
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


def _note_return(connection: sa.Connection, enquiry_id: int, person: str, topic: str, began: datetime) -> None:
    """Whoever begins anew came back on what they had asked about last."""
    asked = {"of": person, "about": topic, "began": began, "enquiry": enquiry_id}
    before = connection.execute(_BEFORE, asked).one_or_none()
    if before is not None and before.last_at <= began:
        after = int((began - before.last_at).total_seconds())
        known = before.returned_after
        least = after if known is None else min(after, known)
        connection.execute(_RETURNED, {"enquiry": before.id, "after": least})
