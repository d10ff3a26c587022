"""`catalogue`: load a file, show what is on offer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from billing.api import default_billing
from gateway.cli.output import As, Json, print_json, print_rows, refusals

app = typer.Typer(help="Plans, services and rates.", no_args_is_help=True)


@app.command()
def load(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    as_json: Json = False,
    operator: As = "cli",
) -> None:
    """Load a catalogue (YAML). A mistake is told with its line, and nothing is loaded."""
    with refusals():
        loaded = default_billing().load_catalogue(file, actor=f"operator:{operator}")
    if as_json:
        print_json(loaded)
    else:
        state = "loaded as" if loaded.changed else "unchanged, it is"
        sys.stdout.write(f"{state} version {loaded.version}\n")


@app.command()
def show(
    currency: Annotated[str, typer.Option(help="Prices in this currency.")] = "USD", as_json: Json = False
) -> None:
    """The plans and services on offer."""
    with refusals():
        plans, services = default_billing().plans(currency), default_billing().services(currency)
    if as_json:
        print_json(
            {
                "plans": [p.model_dump(mode="json") for p in plans],
                "services": [s.model_dump(mode="json") for s in services],
            }
        )
        return
    print_rows(
        [*plans],
        {
            "plan": lambda p: p.plan,
            "interval": lambda p: p.interval,
            "price": lambda p: p.price,
            "amount": lambda p: p.amount,
            "services": lambda p: ", ".join(p.services) or "all",
        },
        False,
    )
    print_rows([*services], {"service": lambda s: s.service, "unit": lambda s: s.unit, "rate": lambda s: s.rate}, False)
