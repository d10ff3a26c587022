"""The console's words are there in three languages, and each that a template asks for."""

from __future__ import annotations

import re

import pytest

from gateway.console.rendering import FOLDER
from gateway.console.words import LANGUAGES, Words, catalogue, language_of

_PLACES = re.compile(r"\{(\w*)\}")
_ASKED = re.compile(r"""\bt\(\s*["']([a-z_.]+)["']\s*[,)]""")


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_text_is_there_with_the_same_values(language: str) -> None:
    english, other = catalogue("en"), catalogue(language)
    assert list(english) == list(other)
    assert [key for key, text in english.items() if not other[key].strip()] == []
    assert [k for k, text in english.items() if set(_PLACES.findall(text)) != set(_PLACES.findall(other[k]))] == []


def test_every_text_that_a_template_asks_for_is_there() -> None:
    asked = {key for path in FOLDER.glob("*.html") for key in _ASKED.findall(path.read_text(encoding="utf-8"))}
    assert len(asked) > 100
    assert asked - catalogue("en").keys() == set()


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ja", "ja"),
        ("ko-KR,en;q=0.5", "ko"),
        ("fr,ja;q=0.5", "ja"),
        ("fr", "en"),
        (None, "en"),
        ("*", "en"),
        ("é,--", "en"),
    ],
)
def test_the_browsers_language_is_taken_where_it_is_spoken(header: str | None, language: str) -> None:
    assert language_of(header) == language


def test_a_code_without_a_name_is_shown_as_it_is() -> None:
    assert Words("en").named("topic", "faq/our_own") == "faq/our_own"
