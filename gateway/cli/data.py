"""`usage import` and `demo load`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from billing.api import default_billing
from gateway.cli.output import Json, print_json, progress, refusals, streamed

usage = typer.Typer(help="Usage events.", no_args_is_help=True)
demo = typer.Typer(help="The demo data.", no_args_is_help=True)


@usage.callback()
def _usage() -> None:
    """Usage events."""


@demo.callback()
def _demo() -> None:
    """The demo data."""


@usage.command("import")
def import_usage(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    any_age: Annotated[bool, typer.Option("--any-age", help="Take use of more than 34 days ago too.")] = False,
    as_json: Json = False,
) -> None:
    """Record usage from JSON lines {"source", "id", "account", "service", "time", "quantity"}, CloudEvents, or a .csv.

    An event counts once for its source and id, however often it is imported: after a failure, import the file again.
    Exit 1 when lines were refused.
    """
    with refusals(), streamed("importing", file.stat().st_size) as progressed:
        result = default_billing().import_usage(file, progressed, any_age=any_age)
    if as_json:
        print_json(result)
    else:
        sys.stdout.write(
            f"{result.accepted} recorded, {result.repeated} known already, {len(result.refused)} refused\n"
        )
        for line in result.refused:
            sys.stderr.write(f"line {line.line}: {line.reason}\n")
    if result.refused:
        raise typer.Exit(1)


@demo.command("load")
def load_demo() -> None:
    """Load the demo accounts, laid out backwards from today; nothing is done when they are there."""
    with refusals(), progress("loading the demo data") as step:
        loaded = default_billing().load_demo(step)
    sys.stdout.write("the demo data is loaded\n" if loaded else "the demo data was there already\n")
