"""`request` and `outbox`: what customers asked of people, and its delivery."""

from __future__ import annotations

import sys

import typer

from billing.api import default_billing
from gateway.cli.output import Json, print_json, print_rows, refusals

requests = typer.Typer(help="Requests to sales and support.", no_args_is_help=True)
outbox = typer.Typer(help="Requests on their way to the webhook.", no_args_is_help=True)


@requests.callback()
def _requests() -> None:
    """Requests to sales and support."""


@requests.command("list")
def list_requests(as_json: Json = False) -> None:
    """All requests, newest first."""
    with refusals():
        print_rows(
            [*default_billing().all_requests()],
            {
                "id": lambda r: r.id,
                "kind": lambda r: r.kind,
                "topic": lambda r: r.topic,
                "state": lambda r: r.state,
                "contact": lambda r: r.contact or "",
                "message": lambda r: r.message,
            },
            as_json,
        )


@outbox.command("list")
def list_outbox() -> None:
    """What was not delivered yet, with the last error, as JSON."""
    with refusals():
        print_json(default_billing().undelivered())


@outbox.command()
def deliver() -> None:
    """Deliver what is due now (a running server does so by itself)."""
    with refusals():
        sys.stdout.write(f"{default_billing().deliver_outbox()} delivered\n")


@outbox.command()
def retry() -> None:
    """Try again what was given up."""
    with refusals():
        sys.stdout.write(f"{default_billing().retry_dead_letters()} to be tried again\n")
