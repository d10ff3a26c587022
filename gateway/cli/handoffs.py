"""`handoff`: conversations handed to people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from uuid import uuid4

import typer

from billing.api import default_billing
from billing.config import settings
from gateway import migrations
from gateway.cli.output import As, Json, fail, print_json, print_rows, refusals
from gateway.errors import Problem
from gateway.handoff.schemas import Handoff
from gateway.handoff.service import Handoffs

app = typer.Typer(help="Conversations handed to people.", no_args_is_help=True)

Conversation = Annotated[str, typer.Argument(help="The conversation's id.", metavar="CONVERSATION")]
_COLUMNS = {
    "conversation": lambda h: h.conversation,
    "state": lambda h: h.state,
    "account": lambda h: h.account or "",
    "language": lambda h: h.language,
    "request": lambda h: h.request or "",
    "asked": lambda h: f"{h.asked_at:%Y-%m-%d %H:%M} UTC",
    "operator": lambda h: h.taken_by or "",
}
_SPOKEN = {
    "who": lambda said: said.name or said.role,
    "at": lambda said: f"{said.created_at:%Y-%m-%d %H:%M:%S}",
    "text": lambda said: said.text,
}


@app.command("list")
def list_handoffs(as_json: Json = False) -> None:
    """Those that wait or are taken; those that were asked for first come first."""
    with _handoffs() as service:
        print_rows([*service.listed()], _COLUMNS, as_json)


@app.command()
def show(conversation: Conversation, as_json: Json = False) -> None:
    """What was said in the conversation."""
    with _handoffs() as service:
        said, page = [], service.transcript(conversation)
        while page.messages:
            said += page.messages
            page = service.transcript(conversation, page.next)
        print_rows([*said], _SPOKEN, as_json)


@app.command()
def take(
    conversation: Conversation,
    name: Annotated[str, typer.Option(help="How the customer sees you.")],
    uninvited: Annotated[bool, typer.Option("--uninvited", help="Also where nobody was asked for.")] = False,
    as_json: Json = False,
    operator: As = "cli",
) -> None:
    """Answer the conversation in the assistant's place from now on."""
    with _handoffs() as service:
        _show(service.take(conversation, f"operator:{operator}", name, uninvited=uninvited), as_json)


@app.command()
def say(
    conversation: Conversation,
    text: Annotated[str, typer.Argument(help="What the customer is to read.")],
    key: Annotated[str | None, typer.Option(help="Makes a repeat of the command write nothing.")] = None,
    as_json: Json = False,
    operator: As = "cli",
) -> None:
    """Write to the customer."""
    with _handoffs() as service:
        said = service.say(conversation, f"operator:{operator}", text, key or str(uuid4()))
        print_json(said) if as_json else print_rows([said], {"id": lambda m: m.id, "text": lambda m: m.text}, False)


@app.command()
def back(conversation: Conversation, as_json: Json = False, operator: As = "cli") -> None:
    """Let the assistant answer again."""
    with _handoffs() as service:
        _show(service.hand_back(conversation, f"operator:{operator}"), as_json)


@app.command()
def close(
    conversation: Conversation,
    note: Annotated[str | None, typer.Option(help="A last note to the request.")] = None,
    as_json: Json = False,
    operator: As = "cli",
) -> None:
    """Let the assistant answer again, and close the request."""
    with _handoffs() as service:
        _show(service.close(conversation, f"operator:{operator}", note), as_json)


@contextmanager
def _handoffs() -> Iterator[Handoffs]:
    """With the gateway's tables up to date, whether or not a server ever ran here; a refusal ends with exit 1."""
    with refusals():
        billing = default_billing()
        migrations.upgrade(billing.database.engine)
        try:
            yield Handoffs(billing, settings())
        except Problem as problem:
            fail(problem.code, problem.detail)


def _show(handoff: Handoff, as_json: bool) -> None:
    print_json(handoff) if as_json else print_rows([handoff], _COLUMNS, False)
