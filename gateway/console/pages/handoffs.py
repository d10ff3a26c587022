"""Conversations handed to people: take one, write in it, hand it back. Whoever answers reads it as it was written."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from assistant.masking.personal import mask
from billing.errors import BillingError
from gateway.console.guard import Here
from gateway.console.rendering import render
from gateway.console.roles import may
from gateway.console.route import ConsoleRoute
from gateway.console.visit import Visit
from gateway.errors import Problem
from gateway.handoff.schemas import Handoff, Spoken
from gateway.handoff.service import Handoffs

PAGES = 20
"""Of a transcript, that are shown at once."""

router = APIRouter(route_class=ConsoleRoute)


@router.get("/handoffs")
@may("handoffs")
def list_handoffs(visit: Here) -> Response:
    """Those who wait first, then those that somebody answers."""
    return visit.page("handoffs.html", rows=_service(visit).listed())


@router.get("/handoffs/{conversation}")
@may("handoffs")
def show_handoff(visit: Here, conversation: str) -> Response:
    """The conversation; with a field to write in for whoever answers it."""
    return visit.page("handoff.html", **_told(visit, conversation))


@router.get("/handoffs/{conversation}/lines")
@may("handoffs", passive=True)
def new_lines(visit: Here, conversation: str) -> Response:
    """What was said after the cursor, for the page's script; `X-Next` is the next one, `X-State` what became of it."""
    told = _service(visit).transcript(conversation, visit.asked("after", 20))
    headers = {"X-Next": told.next or "", "X-State": told.handoff.state if told.handoff else ""}
    lines = _shown(told.messages, masked=not _is_mine(visit, told.handoff))
    return HTMLResponse(render("lines.html", {"t": visit.words, "lines": lines}), headers=headers)


@router.post("/handoffs/{conversation}/take")
@may("handoffs")
def take(visit: Here, conversation: str) -> Response:
    """Answer from now on; the assistant is silent."""
    _service(visit).take(conversation, visit.actor, visit.given("name", 60))
    return visit.see(f"handoffs/{conversation}", done="taken")


@router.post("/handoffs/{conversation}/say")
@may("handoffs")
def say(visit: Here, conversation: str) -> Response:
    """Write to the customer, once for the form."""
    text = visit.given("text", 10_000)
    try:
        _service(visit).say(conversation, visit.actor, text, visit.key)
    except Problem as refused:
        return visit.refused("handoff.html", refused, **_told(visit, conversation, text))
    return visit.see(f"handoffs/{conversation}")


@router.post("/handoffs/{conversation}/back")
@may("handoffs")
def hand_back(visit: Here, conversation: str) -> Response:
    """Let the assistant go on."""
    _service(visit).hand_back(conversation, visit.actor)
    return visit.see("handoffs", done="returned")


@router.post("/handoffs/{conversation}/close")
@may("handoffs")
def close(visit: Here, conversation: str) -> Response:
    """The same, and the request is closed."""
    try:
        _service(visit).close(conversation, visit.actor, visit.given("note", 10_000) or None)
    except BillingError as refused:
        return visit.refused("handoff.html", refused, **_told(visit, conversation))
    return visit.see("handoffs", done="closed")


def _service(visit: Visit) -> Handoffs:
    return visit.request.app.state.handoffs  # type: ignore[no-any-return]


def _told(visit: Visit, conversation: str, typed: str = "") -> dict[str, Any]:
    told = _service(visit).transcript(conversation)
    lines, after = [*told.messages], told.next
    for _ in range(PAGES - 1):
        told = _service(visit).transcript(conversation, after)
        lines += told.messages
        if told.next == after or not told.messages:
            break
        after = told.next
    mine = _is_mine(visit, told.handoff)
    shown = _shown(lines, masked=not mine)
    return {"handoff": told.handoff, "lines": shown, "next": after, "mine": mine, "typed": typed, "error": None}


def _is_mine(visit: Visit, handoff: Handoff | None) -> bool:
    return handoff is not None and handoff.state == "taken" and handoff.taken_by == visit.actor


def _shown(lines: list[Spoken], *, masked: bool) -> list[Spoken]:
    return [line.model_copy(update={"text": mask(line.text)}) for line in lines] if masked else lines
