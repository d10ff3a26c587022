"""What a helpdesk gets: the request, the conversation that led to it, and the state of the customer's own account."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from billing.config import ROOT
from billing.outbox import service as outbox
from billing.schemas import MoneyField, Request, Schema

if TYPE_CHECKING:
    import jinja2

HELPDESK = "helpdesk"
"""The destination of the outbox."""
KIND = "request.support.handed_over"
TEMPLATE = ROOT / "data" / "helpdesk" / "ticket.txt"
LONGEST = 60_000
"""Characters of a ticket's text; Zendesk takes 64 kB, Chatwoot 150,000 characters."""


class Line(Schema):
    """A line of the conversation, personal data masked; `answer` is the reference of what the assistant answered."""

    role: str
    text: str
    topic: str | None = None
    answer: str | None = None


class AccountState(Schema):
    """What the team must know of the account: nothing that its customer is not told."""

    id: str
    name: str
    support_tier: str
    plan: str | None
    plan_status: str | None
    balance: MoneyField


class Ticket(Schema):
    """A request with all that the helpdesk gets with it; `key` names it there for good, however often it is sent."""

    key: str
    request: Request
    account: AccountState
    conversation: list[Line]


def add(session: Session, ticket: Ticket, at: datetime) -> None:
    """Write the event that hands it over; the caller's transaction keeps it or not."""
    body = ticket.model_dump(mode="json", by_alias=True)
    number = int(ticket.request.id.removeprefix("R-"))
    outbox.add(session, KIND, body, subject=number, at=at, destination=HELPDESK)


def subject_of(body: dict[str, Any]) -> str:
    """One line that names a ticket, of an event's body."""
    return f"{body['request']['id']} · {body['account']['name']}"


def text_of(body: dict[str, Any]) -> str:
    """All of a ticket for a person to read, by the template; the end of what is too long is left out."""
    text = _template().render(body)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


@cache
def _template() -> jinja2.Template:
    import jinja2

    written = jinja2.Environment(trim_blocks=True, undefined=jinja2.StrictUndefined)  # noqa: S701  plain text
    return written.from_string(TEMPLATE.read_text(encoding="utf-8"))
