"""`unsure`: list, label, review and export the messages that the assistant was unsure of."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from billing.api import default_billing
from billing.config import settings
from gateway.cli.output import As, Json, print_json, print_rows, refusals
from gateway.unsure.schemas import Language, State

if TYPE_CHECKING:
    from gateway.unsure.service import Unsure

app = typer.Typer(help="Messages that the assistant was unsure of, masked.", no_args_is_help=True)

OnlyOf = Annotated[Language | None, typer.Option(help="Of this language only.")]
_COLUMNS = {
    "id": lambda m: m.id,
    "language": lambda m: m.language,
    "seen": lambda m: m.seen,
    "outcome": lambda m: m.outcome,
    "guess": lambda m: f"{m.ranking[0].topic} {m.ranking[0].confidence:.0%}" if m.ranking else "",
    "label": lambda m: m.label or "",
    "text": lambda m: m.text,
}


@app.command("list")
def list_messages(
    language: OnlyOf = None,
    everything: Annotated[bool, typer.Option("--all", help="Those that have a label too.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 100,
    as_json: Json = False,
) -> None:
    """Messages that wait for a label, most frequent first."""
    with _unsure() as unsure:
        state: State = "all" if everything else "open"
        print_rows([*unsure.messages(language=language, state=state, limit=limit)], _COLUMNS, as_json)


@app.command()
def label(
    message: Annotated[int, typer.Argument(help="The message's id.", metavar="ID")],
    topic: Annotated[str, typer.Argument(help="A topic (docs/topics.md), out_of_scope, or drop.")],
    as_json: Json = False,
    operator: As = "cli",
) -> None:
    """Say what a message means; `drop`: nothing is to be learnt from it. A later label takes an earlier one's place."""
    with _unsure() as unsure:
        labelled = unsure.label(message, topic, actor=f"operator:{operator}")
        print_json(labelled) if as_json else print_rows([labelled], _COLUMNS, False)


@app.command()
def review(language: OnlyOf = None, operator: As = "cli") -> None:
    """Label one message after the other; leave at any time, what is labelled is kept. Reads lines from a pipe too."""
    from gateway.cli.reviewing import review_all

    with _unsure() as unsure:
        review_all(unsure, language, f"operator:{operator}")


@app.command()
def export(
    folder: Annotated[Path | None, typer.Argument(help="Where <language>/<topic>.yml are written.")] = None,
    into_training: Annotated[
        bool, typer.Option("--into-training", help="Append to the training sentences, data/nlu, instead.")
    ] = False,
    language: OnlyOf = None,
    as_json: Json = False,
) -> None:
    """Write what was labelled as Rasa's NLU data, without what is trained on or held out already."""
    if (folder is None) == (not into_training):
        raise typer.BadParameter("either a folder or --into-training")
    from assistant.evaluation.corpus import TRAINING, topics
    from gateway.unsure.training import choose, write

    with _unsure() as unsure:
        chosen = choose(unsure.messages(language=language, state="labelled"))
    ours = [each for each in chosen.sentences if folder or each.topic in topics()]
    for topic in sorted({each.topic for each in chosen.sentences} - {each.topic for each in ours}):
        sys.stderr.write(f"{topic} is of the content folder: export to a folder, and add it to {topic}.yml there\n")
    files = [os.path.relpath(file) for file in write(ours, folder or TRAINING)]
    if as_json:
        print_json({"sentences": len(ours), "known": chosen.known, "files": files})
    else:
        sys.stdout.write("".join(f"{file}\n" for file in files))
        sys.stdout.write(f"{len(ours)} labelled, {chosen.known} known already\n")


@contextmanager
def _unsure() -> Iterator[Unsure]:
    """The messages; a refusal ends the command with exit 1 and its reason."""
    from gateway import migrations
    from gateway.errors import Problem
    from gateway.unsure.service import Unsure

    with refusals():
        billing = default_billing()
        migrations.upgrade(billing.database.engine)
        try:
            yield Unsure(billing, settings())
        except Problem as problem:
            sys.stderr.write(f"{problem.code}: {problem.detail}\n")
            raise typer.Exit(1) from problem
