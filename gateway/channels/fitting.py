"""The one place that decides what becomes of a message where a channel cannot show all of it. No word is ever lost."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from gateway.channels.marks import mark
from gateway.channels.schemas import Choice, Said, Shown
from gateway.channels.texts import text_of

_AFTER_NUMBER = re.compile(r"[.)。]\s*$")


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a channel can show. `width` measures a text in the vendor's unit."""

    text: int
    buttons: int = 0
    title: int = 0
    links: bool = False
    facts: bool = False
    pictures: bool = False
    width: Callable[[str], int] = len


def utf16(text: str) -> int:
    """Length in UTF-16 code units, as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fit(said: Said, can: Abilities) -> Shown:
    """The message as the channel can show it.

    Buttons that are too many, or whose titles would be cut, become a numbered list in the text; the buttons then say
    the numbers, where there is room for them, and a typed number chooses. Links without a button become lines.
    """
    native = len(said.choices) <= can.buttons and all(len(choice.title) <= can.title for choice in said.choices)
    numbered = () if native else said.choices
    paragraphs = [said.text]
    if numbered:
        paragraphs += [_list(numbered), text_of("choose_by_number", said.language)]
    if not can.links:
        paragraphs += [f"{link.title}: {link.token}" for link in said.links]
    return Shown(
        texts=tuple(split("\n\n".join(part for part in paragraphs if part), can.text, can.width)),
        buttons=said.choices if native else _numbers(numbered, can.buttons),
        facts=said.facts if can.facts else (),
        links=said.links if can.links else (),
        chart=Choice(said.chart, mark("chart", said.id)) if can.pictures and said.chart else None,
        numbered=numbered,
    )


def chosen(numbered: tuple[Choice, ...], text: str) -> str | None:
    """The token that a typed number chooses; None where it is none of the list. Full-width digits count."""
    digits = _AFTER_NUMBER.sub("", unicodedata.normalize("NFKC", text).strip())
    if not digits.isdecimal() or len(digits) > 2:
        return None
    number = int(digits)
    return numbered[number - 1].token if 0 < number <= len(numbered) else None


def split(text: str, most: int, width: Callable[[str], int] = len) -> list[str]:
    """Parts of at most `most`, cut at the end of a paragraph, else of a line, a sentence, a word."""
    parts = []
    while width(text) > most:
        end = _end(text, most, width)
        parts.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [part for part in [*parts, text] if part]


def _end(text: str, most: int, width: Callable[[str], int]) -> int:
    longest = most
    while width(text[:longest]) > most:
        longest -= 1
    for stop in ("\n\n", "\n", ". ", "。", " "):
        at = text.rfind(stop, longest // 2, longest)
        if at > 0:
            return at + len(stop)
    return longest


def _list(choices: tuple[Choice, ...]) -> str:
    return "\n".join(f"{number}. {choice.title}" for number, choice in enumerate(choices, start=1))


def _numbers(choices: tuple[Choice, ...], most: int) -> tuple[Choice, ...]:
    if len(choices) > most:
        return ()
    return tuple(Choice(str(number), choice.token) for number, choice in enumerate(choices, start=1))
