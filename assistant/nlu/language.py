"""Which of the assistant's languages a message is in; nothing where it is too short to tell."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import regex
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from assistant import yaml_files
from assistant.nlu.component import Component

ANOTHER = "another_language"
"""The property of a message that is in none of the assistant's languages: it is answered in English."""

WORDS = Path(__file__).resolve().parents[2] / "data" / "languages.yml"

_HANGUL = regex.compile(r"\p{Hangul}")
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_HAN = regex.compile(r"\p{Han}")
_CHINESE = regex.compile(
    r"[我你您她哪怎吗嗎吧呢么麼们們这這还還没沒给让请谢单额钱现账户发费应业务对关时动问题为说话语买卖见开过进选销错银预领验]"
)
"""Characters that Japanese does not write."""
_OTHER_SCRIPT = regex.compile(
    r"[\p{L}--\p{Latin}--\p{Han}--\p{Hangul}--\p{Hiragana}--\p{Katakana}--\p{Common}]", regex.V1
)
_NO_WORD = regex.compile(r"\S*[@/\d_]\S*|\b[A-Z]{2,}\b")  # addresses, links, amounts, codes: the same in any language
_LATIN_WORD = regex.compile(r"\p{Latin}[\p{Latin}'’]+")
_ANY_LATIN_WORD = regex.compile(r"[\p{Latin}\p{M}]+")
_NO_ENGLISH_LETTER = regex.compile(r"[^\x00-\x7f]")
_WORDS_TO_TELL = 2


class Language(NamedTuple):
    """What a message is answered in, and whether it is written in another language than that."""

    code: str | None
    another: bool = False


def detect(text: str) -> str | None:
    """`en`, `ja` or `ko` by the scripts used; None when the text is too short to tell (`OK`, `50 USD`, `Growth`)."""
    return language(text).code


def language(text: str) -> Language:
    """The language of the answer.

    Hangul is Korean and kana is Japanese however much English is mixed in; Han alone is Japanese, the only one of
    the three that writes so, unless Japanese does not know a character. Latin letters are English from two words on:
    one word is what anybody may type. What is in another language is answered in English.
    """
    hangul, kana = len(_HANGUL.findall(text)), len(_KANA.findall(text))
    if hangul or kana:
        return Language("ko" if hangul >= kana else "ja")
    if _OTHER_SCRIPT.search(text) or _CHINESE.search(text):
        return Language("en", another=True)
    if _HAN.search(text):
        return Language("ja")
    rest = _NO_WORD.sub(" ", text)
    if len(_LATIN_WORD.findall(rest)) < _WORDS_TO_TELL:
        return Language(None)
    return Language("en", another=_is_not_english(rest))


def _is_not_english(text: str) -> bool:
    """Whether more of its words are of other languages than of English; an accent counts as such a word."""
    listed, words = _words(), _ANY_LATIN_WORD.findall(text.casefold())
    others = sum(word in listed["others"] or _NO_ENGLISH_LETTER.search(word) is not None for word in words)
    return others > sum(word in listed["english"] for word in words)


@cache
def _words() -> dict[str, frozenset[str]]:
    return {kind: frozenset(words.split()) for kind, words in yaml_files.read(WORDS).items()}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LanguageDetector(Component):
    """Reports the language as the entity `language`, from which the slot of that name is filled."""

    def process_training_data(self, training_data: Any) -> Any:
        """Training data carries no language of its own."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Detect each message's language."""
        for message in messages:
            found = language(message.get(TEXT) or "")
            if found.code:
                self.add_entities(message, {"language": found.code})
            if found.another:
                message.set(ANOTHER, True, add_to_output=True)
        return messages
