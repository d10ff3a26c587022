"""`outbox`: what is on its way to webhooks and by e-mail."""

from __future__ import annotations

import sys

import typer

from billing.api import default_billing
from gateway.cli.output import As, print_json, refusals

app = typer.Typer(help="Events on their way to webhooks and by e-mail.", no_args_is_help=True)


@app.command("list")
def list_outbox() -> None:
    """What was not delivered yet, with the last error, as JSON."""
    with refusals():
        print_json(default_billing().undelivered())


@app.command()
def deliver() -> None:
    """Deliver what is due now (a running server does so by itself)."""
    with refusals():
        sys.stdout.write(f"{default_billing().deliver_outbox()} delivered\n")


@app.command()
def retry(operator: As = "cli") -> None:
    """Try again what was given up."""
    with refusals():
        sys.stdout.write(f"{default_billing().retry_dead_letters(actor=f'operator:{operator}')} to be tried again\n")
