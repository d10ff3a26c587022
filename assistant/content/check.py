"""What is wrong with a content folder beyond its form, and what its author should look at."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from assistant import yaml_files
from assistant.content.folder import files
from assistant.content.schemas import Texts
from assistant.content.source import ContentInvalid, Mistake, Source, read
from assistant.content.weave import Responses, language_of, responses, shipped
from assistant.nlu import sentences
from assistant.nlu.sentences import OUT_OF_SCOPE

Parse = Callable[[str], Awaitable[Any]]
"""`Assistant.parse`."""
ENOUGH = 15
"""Sentences of a topic in a language from which it is usually understood."""
_TOPIC = re.compile(r"[a-z][a-z0-9_]{1,39}")
_VALUES = re.compile(r"\{([^{}]*)\}")
_FIGURE = re.compile(r"\d[\d.,]*\s?(?:USD|JPY|KRW|%)|[$¥₩]\s?\d")


def check(folder: Path) -> list[Mistake]:
    """Every mistake and warning; none: the folder can be trained with."""
    try:
        return _found(_source(folder))
    except ContentInvalid as error:
        return error.mistakes


def whole(folder: Path) -> Source:
    """The folder's content, ready to be trained with.

    Raises:
        ContentInvalid: every mistake; warnings do not count.
    """
    source = _source(folder)
    if mistakes := wrong(_found(source)):
        raise ContentInvalid(mistakes)
    return source


def wrong(found: Iterable[Mistake]) -> list[Mistake]:
    """Those that keep the content from being used."""
    return [mistake for mistake in found if not mistake.warning]


def _source(folder: Path) -> Source:
    if not any(files(folder)):
        nothing = "no content.yml, catalogue.yml, texts/*.yml or faq/*.yml here"
        raise ContentInvalid([Mistake(folder, 1, nothing)])
    return read(folder)


def _found(source: Source) -> list[Mistake]:
    ours = shipped()
    found = [*_texts(source, ours), *_links(source, ours), *_topics(source, ours), *_questions(source)]
    return found if wrong(found) else [*found, *_figures_of_another_catalogue(source, ours)]


async def taken_for_another(source: Source, parse: Parse, sure: float) -> AsyncIterator[Mistake]:
    """Warnings of questions that the present model is `sure` are of a topic that comes with the assistant."""
    for topic, faq in source.faqs.items():
        path = source.file_of(topic)
        for text in faq.asked():
            guess = await parse(text)
            ours = guess.topic not in {OUT_OF_SCOPE, *(f"faq/{own}" for own in source.faqs)}
            if ours and guess.confidence >= sure:
                why = f"“{text}” is read as {guess.topic} ({guess.confidence:.2f}): word it otherwise, or change that"
                yield Mistake(path, 1, f"{why} topic's answer", warning=True)


def _texts(source: Source, ours: Responses) -> Iterator[Mistake]:
    for key, (place, said) in source.texts.items():
        if key not in ours:
            yield place._replace(why=f"{key}: there is no such text (data/responses/ has them all)")
            continue
        for variant in ours[key]:
            language = language_of(variant)
            wanted = set(_VALUES.findall(variant["text"]))
            if language in said and wanted != (given := set(_VALUES.findall(said[language]))):
                values = ", ".join(sorted(f"{{{value}}}" for value in wanted ^ given))
                yield place._replace(why=f"{key}: {language} must hold the same values as ours; look at {values}")


def _links(source: Source, ours: Responses) -> Iterator[Mistake]:
    path = source.folder / "content.yml"
    for topic in source.content.links:
        if not topic.startswith("faq/") or f"utter_{topic}" not in ours:
            yield Mistake(path, 1, f"links: {topic} is no knowledge topic of ours (docs/topics.md)")


def _topics(source: Source, ours: Responses) -> Iterator[Mistake]:
    for topic, faq in source.faqs.items():
        path = source.file_of(topic)
        if not _TOPIC.fullmatch(topic):
            yield Mistake(path, 1, "a topic's name is small letters, digits and _, such as data_residency.yml")
        if f"utter_faq/{topic}" in ours:
            yield Mistake(path, 1, f"faq/{topic} is ours: change its answer in texts/ (utter_faq/{topic})")
        for language, asked in faq.questions.items():
            for missing in (part for part, said in _parts(faq.answers, faq.titles) if language not in said):
                yield Mistake(path, 1, f"asked in {language}, but its {missing} are in other languages", warning=True)
            if len(asked) < ENOUGH:
                why = f"{len(asked)} questions in {language}: it is better understood from {ENOUGH}"
                yield Mistake(path, 1, why, warning=True)


def _parts(answers: Texts, titles: Texts) -> tuple[tuple[str, Texts], ...]:
    return ("answers", answers), ("titles", titles)


def _questions(source: Source) -> Iterator[Mistake]:
    """No sentence may stand under two topics; what was out of scope may become a topic."""
    ours = ((topic, text) for path in sentences.files() for topic, text in sentences.sentences(path))
    topics = {sentences.normal(text): topic for topic, text in ours if topic != OUT_OF_SCOPE}
    for topic, faq in source.faqs.items():
        path = source.file_of(topic)
        for text in faq.asked():
            if topics.setdefault(sentences.normal(text), f"faq/{topic}") != f"faq/{topic}":
                yield Mistake(path, 1, f"“{text}” is a question of {topics[sentences.normal(text)]} already")


def _figures_of_another_catalogue(source: Source, ours: Responses) -> Iterator[Mistake]:
    """With a catalogue of one's own, our answers with figures or plan names of the demo's are not true any more."""
    path = source.folder / "catalogue.yml"
    if not path.exists():
        return
    demo = yaml_files.read(sentences.FOLDER.parent / "catalogue" / "demo.yml")
    sold = yaml_files.read(path)
    gone = [plan["names"]["en"] for name, plan in demo["plans"].items() if name not in (sold or {}).get("plans", {})]
    stated = re.compile("|".join([_FIGURE.pattern, *(rf"\b{re.escape(name)}\b" for name in gone)]))
    for key, variants in responses(source).items():
        if key in ours and key.startswith("utter_faq/") and key not in source.texts:
            found = stated.search(variants[0]["text"])
            if found:
                why = f"{key} says “{found.group()}”: give it a text of your own if your catalogue says otherwise"
                yield Mistake(path, 1, why, warning=True)
