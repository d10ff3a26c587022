"""The command and its groups. A command that is named is all that is imported: `serve` needs no other's libraries."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Any

import typer

_COMMANDS = {
    "serve": "serving.serve",
    "chat": "talking.chat",
    "parse": "talking.parse",
    "token": "serving.token",
    "what-if": "what_if.ask",
    "migrate": "database.migrate",
    "backup": "database.backup",
    "restore": "database.restore",
    "account": "accounts.app",
    "api-key": "api_keys.app",
    "catalogue": "catalogue.app",
    "channel": "channels.app",
    "content": "content.app",
    "faq": "content.faq",
    "plan": "plans.app",
    "billing": "due.app",
    "usage": "data.usage",
    "transfer": "transfers.app",
    "payment": "payments.app",
    "voucher": "vouchers.app",
    "invoice": "documents.invoices",
    "receipt": "receipts.app",
    "ledger": "ledger.app",
    "answer": "answers.app",
    "request": "people.requests",
    "operator": "operators.app",
    "handoff": "handoffs.app",
    "outbox": "outbox.app",
    "alerts": "alerts.app",
    "audit": "audit.app",
    "understanding": "understanding.app",
    "unsure": "unsure.app",
    "deflection": "deflection.app",
    "privacy": "privacy.app",
    "analytics": "analytics.app",
    "demo": "data.demo",
}
"""The name → the module of this package, and the command or the group of commands in it; in the order of the help."""


def application(names: Iterable[str] = _COMMANDS) -> typer.Typer:
    """The command with these of its commands."""
    app = typer.Typer(
        name="billing-assistant",
        help="A billing assistant: the server, a conversation in the terminal, and an operator's commands.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.callback()(lambda: None)  # else one command alone would be the whole
    for name in names:
        module, _, attribute = _COMMANDS[name].partition(".")
        found: Any = getattr(import_module(f"gateway.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)
    return app


def main() -> None:
    """Run the command that is named, or tell of all."""
    gc.disable()  # nothing that an import makes is garbage, and each look for cycles walks through all of it
    app = application([name for name in sys.argv[1:2] if name in _COMMANDS] or _COMMANDS)
    gc.enable()
    app()
