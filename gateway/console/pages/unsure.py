"""Messages that the assistant was unsure of, to be labelled."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from gateway.console.guard import Here
from gateway.console.paging import PAGE
from gateway.console.roles import may
from gateway.console.route import ConsoleRoute
from gateway.console.words import LANGUAGES
from gateway.errors import Problem
from gateway.unsure.labels import labels
from gateway.unsure.service import Unsure

router = APIRouter(route_class=ConsoleRoute)


@router.get("/unsure")
@may("unsure")
def list_unsure(visit: Here) -> Response:
    """The most frequent first, a label to choose beside each."""
    unsure, wanted = Unsure(visit.billing, visit.settings), visit.asked("language")
    language = next((each for each in LANGUAGES if each == wanted), None)
    rows = unsure.messages(language=language, limit=PAGE)
    return visit.page(
        "unsure.html",
        rows=rows,
        waiting=unsure.count(language=language),
        labels=sorted(labels()),
        languages=LANGUAGES,
    )


@router.post("/unsure/{number}/label")
@may("unsure")
def label(visit: Here, number: str) -> Response:
    """Say what it means."""
    if not (number.isascii() and number.isdecimal() and len(number) < 18):
        raise Problem(404, "unsure_message_not_found", "There is no such message.")
    Unsure(visit.billing, visit.settings).label(int(number), visit.given("label", 200), actor=visit.actor)
    return visit.see("unsure", done="labelled")
