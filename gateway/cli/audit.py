"""`audit`: who changed what."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from billing.api import default_billing
from gateway.cli.output import Json, print_rows, refusals

app = typer.Typer(help="The audit trail.", no_args_is_help=True)


@app.callback()
def _audit() -> None:
    """The audit trail."""


@app.command("list")
def list_audit(
    subject: Annotated[str | None, typer.Option(help="Of this account, request or transfer only.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 100,
    as_json: Json = False,
) -> None:
    """Changes by operators and customers, newest first."""
    with refusals():
        print_rows(
            [*default_billing().audit_trail(subject=subject, limit=limit)],
            {
                "at": lambda e: e.at.isoformat(timespec="seconds"),
                "who": lambda e: e.actor,
                "what": lambda e: e.action,
                "subject": lambda e: e.subject,
                "before": lambda e: _short(e.before),
                "after": lambda e: _short(e.after),
            },
            as_json,
        )


def _short(changed: dict[str, object] | None) -> str:
    return "" if changed is None else json.dumps(changed, ensure_ascii=False)
