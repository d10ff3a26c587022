"""`content` and `faq`: a bot builder's own content, made and checked."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli.output import progress

app = typer.Typer(help="Your own catalogue, texts, brand and knowledge topics (docs/content.md).", no_args_is_help=True)
faq = typer.Typer(help="Knowledge topics of your own.", no_args_is_help=True)

Folder = Annotated[Path | None, typer.Option(envvar="CONTENT", help="The content folder.", file_okay=False)]
SURE = 0.8
"""So sure of another topic, a question would be answered by that one."""


@app.command()
def new(folder: Annotated[Path, typer.Argument(help="Where to make it; it must not be there yet.")]) -> None:
    """Make a content folder with everything explained and nothing changed yet."""
    from assistant.content.scaffold import make

    try:
        made = make(folder)
    except FileExistsError as error:
        sys.stderr.write(f"{folder} is there already\n")
        raise typer.Exit(1) from error
    for path in made:
        sys.stdout.write(f"{path}\n")
    sys.stdout.write(f"now edit them, then: CONTENT={folder} make run\n")


@app.command()
def check(folder: Folder = None) -> None:
    """Say every mistake with its file and line; exit 1 when there is one. Warnings are for you to judge."""
    from assistant.content.check import check as look
    from assistant.content.check import wrong

    place = _folder(folder)
    mistakes = [*look(place), *_of_catalogue(place)]
    if not wrong(mistakes):
        mistakes += asyncio.run(_read_as_ours(place))
    for mistake in mistakes:
        sys.stdout.write(f"{mistake}\n")
    number = len(wrong(mistakes))
    sys.stdout.write(f"{number} mistakes, {len(mistakes) - number} warnings\n")
    if number:
        raise typer.Exit(1)


@faq.command()
def add(
    topic: Annotated[str, typer.Argument(help="Its name: small letters, digits and _.", metavar="TOPIC")],
    folder: Folder = None,
) -> None:
    """Add a topic: asks for title, answer, link and questions in each language (lines from a pipe are read too)."""
    from assistant.content.scaffold import ask_for_topic, save_topic

    place = _folder(folder)
    path = place / "faq" / f"{topic}.yml"
    if path.exists():
        sys.stderr.write(f"{path} is there already: edit it\n")
        raise typer.Exit(1)
    try:
        save_topic(path, ask_for_topic(_ask))
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(1) from error
    sys.stdout.write(f"{path}\n")
    check(place)


@faq.command("list")
def list_topics(folder: Folder = None) -> None:
    """The topics of the folder, with how many questions each has in each language."""
    from assistant.content.check import whole
    from assistant.content.source import ContentInvalid

    try:
        topics = whole(_folder(folder)).faqs
    except ContentInvalid as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(1) from error
    for topic, content in topics.items():
        counts = ", ".join(f"{language} {len(asked)}" for language, asked in content.questions.items())
        sys.stdout.write(f"faq/{topic}: {counts}\n")


def _folder(folder: Path | None) -> Path:
    if folder is None:
        raise typer.BadParameter("name the folder: --folder FOLDER, or CONTENT in the environment")
    if not folder.is_dir():
        raise typer.BadParameter(f"no folder: {folder} (`billing-assistant content new {folder}` makes one)")
    return folder


def _ask(prompt: str) -> str:
    """A line; empty where there is none, and at the end of a pipe."""
    if sys.stdin.isatty():
        sys.stdout.write(f"{prompt}: ")
        sys.stdout.flush()
    return sys.stdin.readline().strip()


def _of_catalogue(folder: Path) -> list[Any]:
    from assistant.content.source import Mistake
    from billing.api import Billing
    from billing.errors import CatalogueInvalid

    path = folder / "catalogue.yml"
    if not path.exists():
        return []
    try:
        Billing.check_catalogue(path)
    except CatalogueInvalid as error:
        return [Mistake.of_line(line) for line in str(error).splitlines()]
    return []


async def _read_as_ours(folder: Path) -> list[Any]:
    """Questions that the present model takes for another topic."""
    from assistant import logs
    from assistant.agent import Assistant
    from assistant.content.check import taken_for_another
    from assistant.content.source import read
    from assistant.train import MODEL
    from billing.config import settings

    source = read(folder)
    if not source.faqs or not MODEL.exists():
        return []
    logs.configure()
    with progress("asking the present model"):
        assistant = Assistant.load(MODEL, tracker_url=settings().tracker_address)
        try:
            return [mistake async for mistake in taken_for_another(source, assistant.parse, SURE)]
        finally:
            await assistant.close()
