"""`channel`: what is on its way to messaging channels."""

from __future__ import annotations

import sys

import typer

from billing.api import Billing, default_billing
from gateway import migrations
from gateway.channels.undelivered import retry_dead, undelivered
from gateway.cli.output import print_json, refusals

app = typer.Typer(help="Messages on their way to Slack, Teams and the other channels.", no_args_is_help=True)


@app.command("list")
def list_undelivered() -> None:
    """What was not delivered yet, with the last error, as JSON; not what it says."""
    with refusals(), _billing().database.snapshot() as session:
        print_json([each.model_dump(mode="json") for each in undelivered(session)])


@app.command()
def retry() -> None:
    """Try again what was given up (a running server does it)."""
    with refusals():
        billing = _billing()
        with billing.database.transaction() as session:
            sys.stdout.write(f"{retry_dead(session, billing.now())} to be tried again\n")


def _billing() -> Billing:
    """With the gateway's tables up to date, whether or not a server ever ran here."""
    billing = default_billing()
    migrations.upgrade(billing.database.engine)
    return billing
