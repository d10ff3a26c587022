"""The command and its groups."""

from __future__ import annotations

import typer

from gateway.cli import (
    accounts,
    alerts,
    analytics,
    answers,
    api_keys,
    audit,
    catalogue,
    channels,
    content,
    data,
    database,
    deflection,
    documents,
    due,
    handoffs,
    ledger,
    operators,
    outbox,
    payments,
    people,
    plans,
    privacy,
    receipts,
    serving,
    talking,
    transfers,
    understanding,
    unsure,
    vouchers,
    what_if,
)

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
app.command("what-if")(what_if.ask)
app.command()(database.migrate)
app.command()(database.backup)
app.command()(database.restore)
app.add_typer(accounts.app, name="account")
app.add_typer(api_keys.app, name="api-key")
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(channels.app, name="channel")
app.add_typer(content.app, name="content")
app.add_typer(content.faq, name="faq")
app.add_typer(plans.app, name="plan")
app.add_typer(due.app, name="billing")
app.add_typer(data.usage, name="usage")
app.add_typer(transfers.app, name="transfer")
app.add_typer(payments.app, name="payment")
app.add_typer(vouchers.app, name="voucher")
app.add_typer(documents.invoices, name="invoice")
app.add_typer(receipts.app, name="receipt")
app.add_typer(ledger.app, name="ledger")
app.add_typer(answers.app, name="answer")
app.add_typer(people.requests, name="request")
app.add_typer(operators.app, name="operator")
app.add_typer(handoffs.app, name="handoff")
app.add_typer(outbox.app, name="outbox")
app.add_typer(alerts.app, name="alerts")
app.add_typer(audit.app, name="audit")
app.add_typer(understanding.app, name="understanding")
app.add_typer(unsure.app, name="unsure")
app.add_typer(deflection.app, name="deflection")
app.add_typer(privacy.app, name="privacy")
app.add_typer(analytics.app, name="analytics")
app.add_typer(data.demo, name="demo")


def main() -> None:
    """Run the command."""
    app()
