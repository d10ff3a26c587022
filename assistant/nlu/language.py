"""Which of the assistant's languages a message is in; nothing where it is too short to tell."""

from __future__ import annotations

from typing import Any

import regex
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from assistant.nlu.component import Component

_HANGUL = regex.compile(r"\p{Hangul}")
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_HAN = regex.compile(r"\p{Han}")
_NO_WORD = regex.compile(r"\S*[@/\d_]\S*|\b[A-Z]{2,}\b")  # addresses, links, amounts, codes: the same in any language
_LATIN_WORD = regex.compile(r"\p{Latin}[\p{Latin}'’]+")
_WORDS_TO_TELL = 2


def detect(text: str) -> str | None:
    """`en`, `ja` or `ko` by the scripts used; None when the text is too short to tell (`OK`, `50 USD`, `Growth`).

    Hangul is Korean and kana is Japanese however much English is mixed in; Han alone is Japanese, the only one of
    the three that writes so. Latin letters are English from two words on: one word is what anybody may type.
    """
    hangul, kana = len(_HANGUL.findall(text)), len(_KANA.findall(text))
    if hangul or kana:
        return "ko" if hangul >= kana else "ja"
    if _HAN.search(text):
        return "ja"
    words = _LATIN_WORD.findall(_NO_WORD.sub(" ", text))
    return "en" if len(words) >= _WORDS_TO_TELL else None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LanguageDetector(Component):
    """Reports the language as the entity `language`, from which the slot of that name is filled."""

    def process_training_data(self, training_data: Any) -> Any:
        """Training data carries no language of its own."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Detect each message's language."""
        for message in messages:
            language = detect(message.get(TEXT) or "")
            if language:
                self.add_entities(message, {"language": language})
        return messages
