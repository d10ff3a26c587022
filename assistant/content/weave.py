"""What the assistant says and knows once a content folder is laid over what comes with it.

Later wins: our texts, the tone, the brand, the hours, the links, the builder's own texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any

import yaml
from babel.dates import format_time, get_day_names

from assistant import yaml_files
from assistant.content.claims import claimed
from assistant.content.folder import present
from assistant.content.schemas import DAYS, Faq, Hours, Language, Texts, in_language
from assistant.content.source import Source, read
from assistant.nlu import sentences
from assistant.nlu.sentences import OUT_OF_SCOPE

DATA = Path(__file__).resolve().parents[2] / "data"
_OWN = DATA / "content"
_LINK = re.compile(r"\nhttps://\S+\s*$")
_HOURS_ARE_SAID_IN = ("utter_contact_support_start", "utter_contact_sales_start")
_FEW = 3

Variant = dict[str, Any]
Responses = dict[str, list[Variant]]


def shipped() -> Responses:
    """The responses that come with the assistant, by key."""
    found: Responses = {}
    for path in sorted((DATA / "responses").rglob("*.yml")):
        found |= yaml_files.read(path)["responses"]
    return found


_ONE_READS = RLock()


def _present() -> Responses:
    with _ONE_READS:  # the first who ask at once would each read all of it
        return _read_once()


@cache
def _read_once() -> Responses:
    folder = present()
    return shipped() if folder is None else responses(read(folder))


_SAYING: ContextVar[Responses | None] = ContextVar("saying", default=None)


def spoken() -> Responses:
    """What this process's assistant says: with the folder that CONTENT names, if it names one."""
    return _SAYING.get() or _present()


@contextmanager
def saying(responses: Responses) -> Iterator[None]:
    """Meanwhile these are what is said: those of a past answer."""
    token = _SAYING.set(responses)
    try:
        yield
    finally:
        _SAYING.reset(token)


def responses(source: Source) -> Responses:
    """Our responses with the folder's content laid over them, and those of its own topics."""
    content, found = source.content, shipped()
    if content.tone != "plain":
        _lay_over(found, _texts(_OWN / "tones" / f"{content.tone}.yml"))
    if content.brand is not None:
        _lay_over(found, _branded(content.brand.name, content.brand.assistant))
    if content.hours is not None:
        _say_hours(found, content.hours)
    for topic, link in content.links.items():
        for variant in found[f"utter_{topic}"]:
            variant["text"] = f"{_LINK.sub('', variant['text'])}\n{in_language(link, language_of(variant))}"
    _lay_over(found, {key: said for key, (_, said) in source.texts.items()})
    for topic, faq in source.faqs.items():
        found[f"utter_faq/{topic}"] = list(_variants(faq.answers, faq))
        found[f"utter_term_title_faq_{topic}"] = list(_variants(faq.titles))
    return found


def weave(source: Source, target: Path) -> list[Path]:
    """Write the content as Rasa reads it; the files to train on, those of `data/nlu` that stay as they are included.

    What is out of scope for us and asked under a topic of the folder is not out of scope any more.
    """
    asked = {topic: faq.asked() for topic, faq in source.faqs.items()}
    blocks = [{"intent": f"faq/{topic}", "examples": _lines(said)} for topic, said in asked.items()]
    kept = [path for path in sentences.files() if path.stem != OUT_OF_SCOPE]
    outside = [text for path in sorted({*sentences.files()} - {*kept}) for _, text in sentences.sentences(path)]
    theirs = claimed([text for said in asked.values() for text in said], outside)
    blocks.append({"intent": OUT_OF_SCOPE, "examples": _lines([text for text in outside if text not in theirs])})
    _write(target / "responses.yml", {"responses": responses(source)})
    _write(target / "nlu.yml", {"nlu": blocks})
    return [*kept, target]


def language_of(variant: Variant) -> Language:
    """The language of a variant: English has no condition."""
    conditions: list[dict[str, Language]] = variant.get("condition", [])
    return conditions[0]["value"] if conditions else "en"


def _texts(path: Path) -> dict[str, Texts]:
    return dict(yaml_files.read(path)["texts"])


def _lay_over(found: Responses, texts: dict[str, Texts]) -> None:
    for key, said in texts.items():
        for variant in found[key]:
            text = said.get(language_of(variant))
            if text is not None:
                link = _LINK.search(variant["text"]) if key.startswith("utter_faq/") else None
                variant["text"] = text if link is None or _LINK.search(text) else text.rstrip() + link.group()


def _branded(brand: str | Texts, assistant: str | Texts | None) -> dict[str, Texts]:
    texts = _texts(_OWN / "brand.yml")
    names = assistant or texts.pop("billing_assistant")
    texts.pop("billing_assistant", None)
    return {
        key: {
            language: text.replace("{brand}", in_language(brand, language)).replace(
                "{assistant}", in_language(names, language)
            )
            for language, text in said.items()
        }
        for key, said in texts.items()
    }


def _say_hours(found: Responses, hours: Hours) -> None:
    texts = _texts(_OWN / "hours.yml")
    for key in _HOURS_ARE_SAID_IN:
        for variant in found[key]:
            language = language_of(variant)
            sentence = texts["hours"][language].format(
                days=_days(hours, language, texts["range"][language]),
                opens=format_time(hours.opens, "short", locale=language),
                closes=format_time(hours.closes, "short", locale=language),
                zone=hours.time_zone,
            )
            variant["text"] = f"{variant['text']}\n{sentence}"


def _days(hours: Hours, language: Language, pattern: str) -> str:
    """Monday to Friday; or one by one where they are few or not in a row."""
    places = sorted({DAYS.index(day) for day in hours.days})
    names = get_day_names("wide", locale=language)
    if len(places) >= _FEW and places[-1] - places[0] == len(places) - 1:
        return pattern.format(first=names[places[0]], last=names[places[-1]])
    return ("、" if language == "ja" else ", ").join(names[place] for place in places)


def _variants(said: Texts, faq: Faq | None = None) -> Iterator[Variant]:
    """A variant a language, the first without a condition: what readers of other languages get."""
    for number, (language, text) in enumerate(said.items()):
        variant: Variant = {"text": text}
        if number:
            variant["condition"] = [{"type": "slot", "name": "language", "value": language}]
        if faq is not None and faq.link is not None:
            variant["text"] = f"{text.rstrip()}\n{in_language(faq.link, language)}"
            variant["metadata"] = {"link_title": faq.link_titles.get(language) or in_language(faq.titles, language)}
        yield variant


def _lines(texts: list[str]) -> str:
    return "".join(f"- {' '.join(text.split())}\n" for text in texts)


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump({"version": "3.1", **content}, allow_unicode=True, sort_keys=False), "utf-8")
