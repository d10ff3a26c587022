"""`ledger verify`."""

from __future__ import annotations

import sys

import typer

from billing.api import default_billing
from gateway.cli.output import Json, print_json, progress, refusals

app = typer.Typer(help="The ledger.", no_args_is_help=True)


@app.callback()
def _ledger() -> None:
    """The ledger."""


@app.command()
def verify(as_json: Json = False) -> None:
    """Derive every balance again from the entries and check every invariant; exit 1 lists what is broken."""
    with refusals(), progress("verifying"):
        violations = default_billing().verify_ledger()
    if as_json:
        print_json({"ok": not violations, "violations": [v.model_dump(mode="json") for v in violations]})
    else:
        for violation in violations:
            sys.stdout.write(f"{violation.invariant}: {violation.subject}: {violation.detail}\n")
        sys.stdout.write(f"{len(violations)} violations\n" if violations else "every invariant holds\n")
    if violations:
        raise typer.Exit(1)
