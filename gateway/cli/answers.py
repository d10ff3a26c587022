"""`answer`: what a past answer came from, the same answer again, and whether every numeral in it can be derived."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from billing.api import Billing, default_billing
from gateway.cli.output import Json, fail, print_json, progress, refusals

if TYPE_CHECKING:
    from gateway.answers.replay import Replayed

app = typer.Typer(help="Answers: trace, replay, check.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="The answer's id (`answer_id` of a message).", metavar="ID")]


@app.callback()
def _answer() -> None:
    """Answers: trace, replay, check."""


@contextmanager
def _opened() -> Iterator[Billing]:
    from gateway import migrations
    from gateway.errors import Problem

    with refusals():
        billing = default_billing()
        migrations.upgrade(billing.database.engine)
        try:
            yield billing
        except Problem as problem:
            fail(problem.code, problem.detail)


@app.command()
def trace(answer_id: Id, as_json: Json = False) -> None:
    """Each figure with its formula and what it came from, as of the answer's position in the ledger."""
    from gateway.answers.service import Answers

    with _opened() as billing:
        told = Answers(billing).explain(answer_id)
    if as_json:
        print_json(told)
        return
    for message in told.messages:
        at = f"{message.as_of.isoformat()}, ledger {message.ledger_position}, catalogue {message.catalogue_version}"
        sys.stdout.write(f"{message.message_id} {message.topic} as of {at}\n")
        for figure in message.figures:
            name = f"{figure.formula} {figure.of}".strip()
            sys.stdout.write(f"  {name} = {figure.value} {figure.unit}".rstrip() + f"  [{figure.expression}]\n")
            for source in figure.sources:
                total = "" if source.sum is None else f", sum {source.sum}"
                sys.stdout.write(f"    {source.kind} {source.ref}: {source.count}{total}\n")


@app.command()
def replay(answer_id: Id, as_json: Json = False) -> None:
    """Say a past answer again, from the ledger, catalogue and texts of then; exit 1 where it differs.

    Says, too, what the same question would be answered today.
    """
    from billing.config import settings
    from gateway.answers.replay import Replays

    with _opened() as billing:
        replayed = Replays(billing, settings()).of(answer_id)
    if as_json:
        print_json(replayed)
    else:
        for each in replayed:
            _print(each)
    if not all(each.identical for each in replayed):
        raise typer.Exit(1)


def _print(replayed: Replayed) -> None:
    told = "identical, byte for byte" if replayed.identical else "DIFFERS"
    sys.stdout.write(f"{replayed.message_id} as of {replayed.as_of.isoformat()}: {told}\n{replayed.again['text']}\n")
    if not replayed.identical:
        sys.stdout.write(f"\nit was said:\n{replayed.then['text']}\n")
    if not replayed.model_is_present:
        sys.stdout.write("\nanother model understood the question then\n")
    sys.stdout.write("\ntoday: the same\n" if replayed.unchanged else f"\ntoday:\n{replayed.today['text']}\n")


@app.command()
def check(
    answer_id: Annotated[str | None, typer.Argument(help="The answer's id.", metavar="[ID]")] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Check all answers that were kept.")] = False,
    as_json: Json = False,
) -> None:
    """Derive every numeral of an answer again from the database alone; exit 1 lists those that cannot be."""
    from gateway.answers.service import Answers

    if everyone == (answer_id is not None):
        raise typer.BadParameter("give either an id or --all")
    checked = numerals = 0
    broken = []
    with _opened() as billing, progress("checking"):
        for each in Answers(billing).check(answer_id):
            checked, numerals = checked + 1, numerals + each.numerals
            if each.orphans:
                broken.append(each)
    if as_json:
        print_json({"ok": not broken, "messages": checked, "numerals": numerals, "broken": broken})
    else:
        for each in broken:
            for orphan in each.orphans:
                sys.stdout.write(f"{each.message_id}: {orphan.text!r}: {orphan.reason}\n")
        sys.stdout.write(f"{numerals} numerals in {checked} messages; {len(broken)} messages with orphans\n")
    if broken:
        raise typer.Exit(1)
