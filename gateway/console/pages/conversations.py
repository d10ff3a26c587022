"""Conversations: what customers and the assistant said."""

from __future__ import annotations

from datetime import date, datetime

from fastapi import APIRouter
from fastapi.responses import Response

from billing.errors import NoteInvalid
from gateway.console.guard import Here
from gateway.console.paging import ASKED, paged
from gateway.console.roles import may
from gateway.console.route import ConsoleRoute
from gateway.console.transcripts import Transcripts
from gateway.console.visit import Visit

router = APIRouter(route_class=ConsoleRoute)


@router.get("/conversations")
@may("conversations.read")
def list_conversations(visit: Here) -> Response:
    """Newest first, filtered by account and day (UTC)."""
    found = Transcripts(visit.billing).page(
        account=visit.asked("account", 64), day=_day(visit), before=_before(visit), limit=ASKED
    )
    rows, older = paged(found, lambda row: row.created_at.isoformat())
    return visit.page("conversations.html", rows=rows, older=older)


@router.get("/conversations/{conversation_id}")
@may("conversations.read")
def read_conversation(visit: Here, conversation_id: str) -> Response:
    """What was said, with personal data masked."""
    told = Transcripts(visit.billing).read(conversation_id, visit.number("after") or 0, masked=True)
    return visit.page("conversation.html", transcript=told, masked=True)


@router.post("/conversations/{conversation_id}/reveal")
@may("conversations.reveal")
def reveal(visit: Here, conversation_id: str) -> Response:
    """As it was said, once, for a reason that stands in the audit trail before anything is shown."""
    reason = visit.given("reason", 1000)
    if not reason:
        raise NoteInvalid
    after = visit.number("after") or 0
    told = Transcripts(visit.billing).read(conversation_id, after, masked=False)
    with visit.billing.database.transaction() as session:
        visit.billing.record_change(
            session,
            actor=visit.actor,
            action="conversation.reveal",
            subject=f"conversation:{conversation_id}",
            after={"reason": reason, "account": told.conversation.account, "after_turn": after},
        )
    return visit.page("conversation.html", transcript=told, masked=False)


def _day(visit: Visit) -> date | None:
    try:
        return date.fromisoformat(visit.asked("day", 10) or "")
    except ValueError:
        return None


def _before(visit: Visit) -> datetime | None:
    try:
        at = datetime.fromisoformat(visit.asked("before", 40) or "")
    except ValueError:
        return None
    return at if at.tzinfo else None
