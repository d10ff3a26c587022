"""`alerts`: look, list, set."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

import typer

from billing.api import AlertSettings, default_billing
from gateway.cli.output import As, Json, amount, print_json, print_rows, refusals

app = typer.Typer(help="Low balance, plans used up or near their end.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="The account's id.", metavar="ID")]


@app.command()
def check(
    at: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"], help="As of then (UTC); now without.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Look at every account (a running server does so by itself). Each crossing is raised once, ever."""
    with refusals():
        changed = default_billing().check_alerts(at.replace(tzinfo=UTC) if at else None)
    print_json(changed) if as_json else sys.stdout.write(f"{changed.raised} raised, {changed.cleared} cleared\n")


@app.command("list")
def list_alerts(
    account: Id,
    everything: Annotated[bool, typer.Option("--all", help="Those that were cleared too.")] = False,
    as_json: Json = False,
) -> None:
    """An account's open alerts, newest first."""
    with refusals():
        print_rows(
            [*default_billing().alerts(account, only_open=not everything)],
            {
                "id": lambda a: a.id,
                "kind": lambda a: a.kind,
                "level": lambda a: a.level or "",
                "raised": lambda a: a.raised_at.isoformat(timespec="minutes"),
                "cleared": lambda a: a.cleared_at.isoformat(timespec="minutes") if a.cleared_at else "",
                "by": lambda a: a.cleared_by or "",
            },
            as_json,
        )


@app.command("set")
def set_alerts(
    account: Id,
    low_balance: Annotated[
        Decimal | None, typer.Option(parser=amount, help="Below this it is low; 0: never; the default without.")
    ] = None,
    email: Annotated[str | None, typer.Option(help="Where alerts are mailed to; nowhere without.")] = None,
    as_json: Json = False,
    operator: As = "cli",
) -> None:
    """Set when an account is told of a low balance, and where by e-mail."""
    with refusals():
        told = default_billing().set_alert_settings(
            account, low_balance=low_balance, email=email, actor=f"operator:{operator}"
        )
    _show(told, as_json)


@app.command("settings")
def show_settings(account: Id, as_json: Json = False) -> None:
    """When an account is told of a low balance, and where by e-mail."""
    with refusals():
        _show(default_billing().alert_settings(account), as_json)


def _show(told: AlertSettings, as_json: bool) -> None:
    columns = {
        "low balance": lambda s: s.low_balance,
        "default": lambda s: s.is_default,
        "e-mail": lambda s: s.email or "",
    }
    print_json(told) if as_json else print_rows([told], columns, False)
