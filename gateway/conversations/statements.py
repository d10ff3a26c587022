"""What every turn asks of the database, each statement made once: making them anew takes longer than answering them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam

from gateway.conversations.models import ConversationRow, TurnRow
from gateway.handoff.models import HandoffRow

_conversation: Any = ConversationRow.__table__
_turn: Any = TurnRow.__table__
_handoff: Any = HandoffRow.__table__
_key = _turn.alias("by_key")
_of: sa.BindParameter[str] = bindparam("conversation")

_NEWEST = (
    sa.select(_turn.c.message_id)
    .where(
        _turn.c.conversation_id == _of,
        _turn.c.state == "done",
        _turn.c.handoff_id.is_(None),
        _turn.c.done_at <= bindparam("at"),
    )
    .order_by(_turn.c.done_at.desc(), _turn.c.id.desc())
    .limit(1)
)
_PERSON = sa.select(_handoff.c.id).where(
    _handoff.c.conversation_id == _of, _handoff.c.ended_at.is_(None), _handoff.c.state == "taken"
)

KNOWN = (
    sa.select(
        _conversation.c.account,
        _conversation.c.user,
        _conversation.c.visitor_hash,
        _key.c.id.label("turn"),
        _key.c.fingerprint,
        _key.c.state,
        _key.c.lease_until,
        _key.c.message_id,
        _key.c.seen,
        _key.c.created_at,
        _key.c.reply,
        _NEWEST.scalar_subquery().label("newest"),
        _PERSON.scalar_subquery().label("person"),
    )
    .select_from(
        _conversation.outerjoin(
            _key, sa.and_(_key.c.conversation_id == _conversation.c.id, _key.c.key == bindparam("key"))
        )
    )
    .where(_conversation.c.id == _of)
)
"""A conversation's owner; the turn of a key, where it was sent before; the message whose reply was done last before
`at` (what was said while a person answered is none: the assistant goes on where it was); the handoff by which a person
answers now."""
HELD = sa.select(_conversation.c.id).where(_conversation.c.id == _of).with_for_update()
NEW = sa.insert(_turn)
RUN = (
    sa.update(_turn)
    .where(_turn.c.id == bindparam("turn_id"))
    .values(state="running", lease_until=bindparam("until", type_=_turn.c.lease_until.type))
)
DONE = (
    sa.update(_turn)
    .where(_turn.c.id == bindparam("turn_id"), _turn.c.state != "done")
    .values(state="done", reply=bindparam("reply"), done_at=bindparam("done_at"), form=bindparam("form"))
)
KEPT = sa.select(_turn.c.reply).where(_turn.c.id == bindparam("turn_id"))
REPLY = sa.select(_turn.c.reply).where(_turn.c.message_id == bindparam("message_id"))
