"""`understanding`: how well the trained model understands sentences that it was not trained on."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from billing.config import ROOT
from gateway.cli.output import Json, print_json, progress
from gateway.unsure.schemas import Language

if TYPE_CHECKING:
    from assistant.evaluation.measure import Measured

app = typer.Typer(help="How well messages are understood.", no_args_is_help=True)

LANGUAGES: tuple[Language, ...] = get_args(Language)
HELD_OUT = ROOT / "tests" / "nlu" / "held_out"


Sentences = Annotated[
    Path,
    typer.Option(help="A folder with en.yml, ja.yml and ko.yml in Rasa's NLU format.", file_okay=False, exists=True),
]


@app.callback()
def _understanding() -> None:
    """How well messages are understood."""


@app.command()
def report(
    language: Annotated[Language | None, typer.Option(help="Of this language only.")] = None,
    sentences: Sentences = HELD_OUT,
    as_json: Json = False,
) -> None:
    """Precision and recall of every topic, confusions, calibration and latency, by language, on held-out sentences."""
    from gateway.cli import understanding_tables as tables

    for code in [language] if language else LANGUAGES:
        measured = _measured(sentences, code)
        print_json(tables.as_data(code, measured)) if as_json else tables.print_report(code, measured)


@app.command()
def check(
    record: Annotated[
        bool, typer.Option("--record", help="Let this be the result that later ones are held to.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Hold the held-out sentences against the floors and the last recorded result; exit 1 where they fall short."""
    from assistant.evaluation import gate
    from gateway.cli import understanding_tables as tables

    measured = _measured(HELD_OUT, None)
    failures = gate.failures(measured.guesses, {} if record else gate.recorded())
    if record and not failures:
        gate.record(measured.guesses)
    print_json(tables.summary_data(measured, failures)) if as_json else sys.stdout.write(tables.summary(measured))
    for failure in failures:
        sys.stderr.write(f"{failure}\n")
    raise typer.Exit(1 if failures else 0)


def _measured(folder: Path, language: str | None) -> Measured:
    with progress("measuring"):
        from assistant.evaluation.corpus import held_out

        sentences = [each for each in held_out(folder) if language in {None, each.language}]
        return asyncio.run(_parsed(sentences))


async def _parsed(sentences: list[Any]) -> Measured:
    from assistant import logs
    from assistant.agent import Assistant
    from assistant.evaluation.measure import measure
    from assistant.train import MODEL

    logs.configure()
    assistant = Assistant.load(MODEL, tracker_url="sqlite://")
    try:
        return await measure(assistant, sentences)
    finally:
        await assistant.close()
