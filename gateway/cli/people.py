"""`request`: what customers asked of people, and the answers."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from billing.api import Request, default_billing
from gateway.cli.output import As, Json, print_json, print_rows, refusals

requests = typer.Typer(help="Requests to sales and support.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="The request's number, R-000012.", metavar="ID")]


class NewState(StrEnum):
    """What a request can be moved to."""

    in_progress = "in_progress"
    offered = "offered"
    answered = "answered"
    won = "won"
    lost = "lost"
    closed = "closed"


_COLUMNS = {
    "id": lambda r: r.id,
    "kind": lambda r: r.kind,
    "topic": lambda r: r.topic,
    "state": lambda r: r.state,
    "contact": lambda r: r.contact or "",
    "message": lambda r: r.message,
    "answer": lambda r: r.answer or "",
}


@requests.callback()
def _requests() -> None:
    """Requests to sales and support."""


@requests.command("list")
def list_requests(as_json: Json = False) -> None:
    """All requests, newest first."""
    with refusals():
        print_rows([*default_billing().all_requests()], _COLUMNS, as_json)


@requests.command()
def answer(
    request: Number,
    note: Annotated[str, typer.Option(help="What the customer is told.")],
    as_json: Json = False,
    operator: As = "cli",
) -> None:
    """Answer a request; the outbox tells of it."""
    with refusals():
        _show(default_billing().answer_request(request, note, actor=f"operator:{operator}"), as_json)


@requests.command()
def move(
    request: Number,
    state: Annotated[NewState, typer.Argument(help="Where it stands now.")],
    note: Annotated[str | None, typer.Option(help="A note for the customer.")] = None,
    as_json: Json = False,
    operator: As = "cli",
) -> None:
    """Say where a request stands; the customer and the outbox are told once."""
    with refusals():
        _show(default_billing().move_request(request, state.value, note, actor=f"operator:{operator}"), as_json)


@requests.command()
def close(
    request: Number,
    note: Annotated[str | None, typer.Option(help="A last note; what it was answered before stays without.")] = None,
    as_json: Json = False,
    operator: As = "cli",
) -> None:
    """Close a request for good; the outbox tells of it."""
    with refusals():
        _show(default_billing().close_request(request, note, actor=f"operator:{operator}"), as_json)


def _show(request: Request, as_json: bool) -> None:
    print_json(request) if as_json else print_rows([request], _COLUMNS, False)
