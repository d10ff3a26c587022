"""The command and its groups."""

from __future__ import annotations

import typer

from gateway.cli import accounts, catalogue, data, ledger, people, serving, talking, transfers

app = typer.Typer(
    name="billing-assistant",
    help="A billing assistant: the server, a conversation in the terminal, and an operator's commands.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(serving.serve)
app.command()(talking.chat)
app.command()(talking.parse)
app.command()(serving.token)
app.add_typer(accounts.app, name="account")
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(data.usage, name="usage")
app.add_typer(transfers.app, name="transfer")
app.add_typer(ledger.app, name="ledger")
app.add_typer(people.requests, name="request")
app.add_typer(people.outbox, name="outbox")
app.add_typer(data.demo, name="demo")


def main() -> None:
    """Run the command."""
    app()
