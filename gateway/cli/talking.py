"""`chat` and `parse`: the same assistant without a server."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Annotated, Any

import typer

from billing.config import settings
from gateway.cli.output import Json, lines, print_json, progress, refusals

Language = Annotated[str | None, typer.Option(help="en, ja or ko: where a message is too short to tell.")]


def chat(
    account: Annotated[str | None, typer.Option(help="Talk as this account; an anonymous visitor without.")] = None,
    language: Language = None,
    as_json: Json = False,
) -> None:
    """Talk in the terminal; lines from a pipe are read too. A button is pressed by its number in brackets."""
    with refusals():
        asyncio.run(_chat(account, language, as_json))


def parse(
    language: Language = None,
    today: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day relative periods end.")] = None,
) -> None:
    """Read JSON lines {"text": …} and print what is understood of each, as JSON lines."""
    asyncio.run(_parse(language, today.date() if today else None))


async def _chat(account: str | None, language: str | None, as_json: bool) -> None:
    async with _conversations() as talk:
        from gateway.auth import Identity

        identity = Identity(account, f"terminal-{account}") if account else None
        opened = await talk.open(identity)
        shown: list[dict[str, str]] = []
        for line in lines("> ", echo=not as_json):
            message = _message(line, shown)
            shown = []
            try:
                async for said in talk.answer(opened.id, identity, message, locale=language):
                    if as_json:
                        print_json(said)
                    else:
                        _print(said, shown)
                    shown.extend(said["buttons"])
            except Exception as error:
                from gateway.errors import of_turn

                print_json(of_turn(error).body())
                raise typer.Exit(1) from error


@asynccontextmanager
async def _conversations() -> AsyncIterator[Any]:
    with progress("loading the model"):
        from assistant import logs
        from billing.api import default_billing
        from gateway.app import conversations_of

        logs.configure()
        talk = conversations_of(default_billing(), settings())
    try:
        yield talk
    finally:
        await talk.close()


def _message(line: str, shown: list[dict[str, str]]) -> Any:
    from gateway.conversations.schemas import NewMessage

    number = line.strip().removeprefix("[").removesuffix("]")
    if number.isascii() and number.isdecimal() and line.strip() != number and 0 < int(number) <= len(shown):
        return NewMessage(choice=shown[int(number) - 1]["choice"])
    return NewMessage(text=line)


def _print(said: dict[str, Any], before: list[dict[str, str]]) -> None:
    sys.stdout.write(said["text"] + "\n")
    for number, button in enumerate(said["buttons"], start=len(before) + 1):
        sys.stdout.write(f"  [{number}] {button['title']}\n")
    sys.stdout.write("\n")
    sys.stdout.flush()


async def _parse(language: str | None, today: date | None) -> None:
    with progress("loading the model"):
        from assistant import logs
        from assistant.agent import Assistant
        from assistant.train import MODEL

        logs.configure()
        assistant = Assistant.load(MODEL, tracker_url=settings().tracker_address)
    for number, line in enumerate(sys.stdin, start=1):
        if not line.strip():
            continue
        try:
            text = json.loads(line)["text"]
            if not isinstance(text, str):
                raise TypeError("text is not a string")
        except (ValueError, KeyError, TypeError) as error:
            sys.stderr.write(f'line {number}: not {{"text": …}}: {error}\n')
            raise typer.Exit(1) from error
        parsed = await assistant.parse(text, language=language, today=today)
        print_json(
            {
                "text": parsed.text,
                "topic": parsed.topic,
                "confidence": round(parsed.confidence, 4),
                "language": parsed.language,
                "slots": parsed.slots,
            }
        )
        sys.stdout.flush()
    await assistant.close()
