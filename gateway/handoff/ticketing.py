"""What the helpdesk gets of a conversation in which a person was asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from assistant.masking.personal import mask
from billing.api import Billing, TicketLine
from gateway.conversations.models import TurnRow

log = structlog.get_logger()

MOST = 40
"""Turns of the conversation, the newest."""


def handing_over(
    billing: Billing, account: str, conversation_id: str, turn_id: int, request: str, reply: list[dict[str, Any]]
) -> Callable[[Session], None] | None:
    """What hands the request over, to be called in the transaction that keeps its reply; None without a helpdesk.

    Nothing of it can fail the turn, whose request is open already: what breaks is logged as an error.
    """
    key = f"{request}-{hashlib.sha256(conversation_id.encode()).hexdigest()[:16]}"
    try:
        lines = _conversation(billing, conversation_id, turn_id, reply)
        ticket = billing.ticket(account, request, key=key, conversation=lines)
    except Exception:
        log.exception("request not handed to the helpdesk", request=request)
        return None
    return partial(billing.hand_over, ticket=ticket) if ticket is not None else None


def _conversation(
    billing: Billing, conversation_id: str, turn_id: int, reply: list[dict[str, Any]]
) -> list[TicketLine]:
    query = sa.select(TurnRow).where(
        TurnRow.conversation_id == conversation_id, sa.or_(TurnRow.state == "done", TurnRow.id == turn_id)
    )
    with billing.database.snapshot() as session:
        turns = list(session.scalars(query.order_by(TurnRow.id.desc()).limit(MOST)))[::-1]
    lines, masked = [], dict[str, str]()
    for turn in turns:
        if not turn.pushed:
            masked[turn.text.strip()] = mask(turn.text)
            lines.append(TicketLine(role="customer", text=mask(turn.text)))
        for said in reply if turn.id == turn_id else turn.reply or []:
            text, topic, answer = _repeating(said["text"], masked), said.get("topic"), said.get("answer_id")
            lines.append(TicketLine(role=said["role"], text=text, topic=topic, answer=answer))
    return lines


def _repeating(text: str, masked: dict[str, str]) -> str:
    """An answer, whose figures and numbers stay; what it repeats of the customer's words is masked as those are."""
    for written, instead in masked.items():
        if written and written != instead:
            text = text.replace(written, instead)
    return text
