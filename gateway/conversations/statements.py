"""What every turn asks of the database, each statement made once: making them anew takes longer than answering them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam

from gateway.conversations.models import ConversationRow, TurnRow
from gateway.handoff.holding import TAKEN

_conversation: Any = ConversationRow.__table__
_turn: Any = TurnRow.__table__
_key = _turn.alias("by_key")
_of: sa.BindParameter[str] = bindparam("conversation")


def _of_newest(column: Any) -> sa.Select[Any]:
    """Of the turn that was done last before `at`: its reply is the newest that a message of then can answer.

    What was said while a person answered is none: the assistant goes on where it was.
    """
    return (
        sa.select(column)
        .where(
            _turn.c.conversation_id == _of,
            _turn.c.state == "done",
            _turn.c.handoff_id.is_(None),
            _turn.c.done_at <= bindparam("at"),
        )
        .order_by(_turn.c.done_at.desc(), _turn.c.id.desc())
        .limit(1)
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
        _of_newest(_turn.c.message_id).scalar_subquery().label("newest"),
        TAKEN.scalar_subquery().label("person"),
    )
    .select_from(
        _conversation.outerjoin(
            _key, sa.and_(_key.c.conversation_id == _conversation.c.id, _key.c.key == bindparam("key"))
        )
    )
    .where(_conversation.c.id == _of)
)
"""A conversation's owner; the turn of a key, where it was sent before; the message of the newest reply; the handoff by
which a person answers now."""
NEWEST_REPLY = _of_newest(_turn.c.reply)
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
