"""Making a content folder, and a topic in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from assistant.content.schemas import LANGUAGES, Faq
from assistant.content.source import plain
from assistant.content.weave import DATA

TEMPLATE = DATA / "content" / "template"
_CATALOGUE = DATA / "catalogue" / "demo.yml"

Ask = Callable[[str], str]
"""A prompt in, a line out; empty where there is nothing more to say."""


def make(folder: Path) -> list[Path]:
    """A folder with every file explained, and the demo's catalogue to start from.

    Raises:
        FileExistsError: there is something at that place.
    """
    shutil.copytree(TEMPLATE, folder)
    shutil.copy(_CATALOGUE, folder / "catalogue.yml")
    return sorted(path for path in folder.rglob("*") if path.is_file())


def ask_for_topic(ask: Ask) -> Faq:
    """A topic, asked for language by language; a language without a title is left out.

    Raises:
        ValueError: what was given is no topic; the message says why.
    """
    parts: dict[str, dict[str, Any]] = {"titles": {}, "answers": {}, "questions": {}}
    for language in LANGUAGES:
        title = ask(f"[{language}] title, as on a button (empty: not in this language)")
        if title:
            parts["titles"][language] = title
            parts["answers"][language] = "\n".join(_lines(ask, f"[{language}] answer (an empty line ends it)"))
            parts["questions"][language] = list(_lines(ask, f"[{language}] a question (an empty line ends them)"))
    link = ask("link to read more, https://… (empty: none)")
    try:
        return Faq.model_validate({**parts, "link": link or None})
    except ValidationError as error:
        reasons = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        raise ValueError("\n".join(reasons)) from error


def save_topic(path: Path, topic: Faq) -> None:
    """Write the file of a topic."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(plain(topic), allow_unicode=True, sort_keys=False, width=120), "utf-8")


def _lines(ask: Ask, prompt: str) -> Iterator[str]:
    while line := ask(prompt):
        yield line
