"""`deflection`: what became of what customers asked."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Annotated

import typer

from billing.api import default_billing
from gateway.cli.output import Json, print_json, print_rows, refusals
from gateway.deflection.schemas import Share

app = typer.Typer(help="What became of what customers asked.", no_args_is_help=True)


class Group(Enum):
    """What a report may be told by; Typer takes no list of literals."""

    topic = "topic"
    language = "language"
    day = "day"


@app.callback()
def _deflection() -> None:
    """What became of what customers asked."""


@app.command()
def report(
    since: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day (UTC); 27 days before --to.")
    ] = None,
    until: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day; today.")] = None,
    by: Annotated[list[Group] | None, typer.Option(help="In groups of these; may be given again.")] = None,
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, with every figure.")] = False,
) -> None:
    """Confirmed, assumed, escalated, abandoned, came back, with 95 % intervals; never added up (docs/operators.md)."""
    from gateway import migrations
    from gateway.deflection.export import as_csv as written
    from gateway.deflection.service import Deflection
    from gateway.errors import Problem

    last = (until or datetime.now(UTC)).date()
    first = since.date() if since else last - timedelta(days=27)
    with refusals():
        billing = default_billing()
        migrations.upgrade(billing.database.engine)
        try:
            told = Deflection(billing).report(first, last, [each.value for each in by or []])
        except Problem as problem:
            sys.stderr.write(f"{problem.code}: {problem.detail}\n")
            raise typer.Exit(1) from problem
    if as_csv:
        sys.stdout.write(written(told))
    elif as_json:
        print_json(told)
    else:
        groups = {name: (lambda r, name=name: getattr(r, name) or "all") for name in told.by}
        print_rows([*told.rows, told.total], groups | _COLUMNS, False)


def _share(share: Share) -> str:
    if share.share is None or share.low is None or share.high is None:
        return "-"
    return f"{share.share:.0%} ({share.low:.0%}-{share.high:.0%}) of {share.of}"


_COLUMNS = {
    "enquiries": lambda r: r.outcomes.enquiries,
    "open": lambda r: r.outcomes.still_open,
    "confirmed": lambda r: _share(r.outcomes.confirmed),
    "assumed": lambda r: _share(r.outcomes.assumed),
    "escalated": lambda r: _share(r.outcomes.escalated),
    "abandoned": lambda r: _share(r.outcomes.abandoned),
    "back in 24 h": lambda r: _share(r.within_24_hours.came_back) + ("" if r.within_24_hours.complete else " …"),
    "back in 7 days": lambda r: _share(r.within_7_days.came_back) + ("" if r.within_7_days.complete else " …"),
    "unsure": lambda r: _share(r.unsure),
    "csat": lambda r: _share(r.csat),
    "p50 s": lambda r: r.seconds_p50 if r.seconds_p50 is not None else "-",
    "p95 s": lambda r: r.seconds_p95 if r.seconds_p95 is not None else "-",
}
