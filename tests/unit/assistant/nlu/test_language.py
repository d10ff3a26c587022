"""The language of the answer, and whether the message is in another one than that."""

from __future__ import annotations

import pytest
import yaml

from assistant.evaluation.corpus import ROOT, held_out, trained
from assistant.nlu.language import Language, language

OTHERS = yaml.safe_load((ROOT / "tests" / "nlu" / "others.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("what is my balance", Language("en")),
        ("残高", Language("ja")),
        ("残高確認", Language("ja")),
        ("잔액", Language("ko")),
        ("GPUの使用量", Language("ja")),
        ("OK", Language(None)),
        ("50 USD", Language(None)),
        ("saldo", Language(None)),
        ("a café in Zürich has my invoice", Language("en")),
        ("我的余额是多少", Language("en", another=True)),
        ("какой баланс", Language("en", another=True)),
        ("¿cuál es mi saldo?", Language("en", another=True)),
    ],
)
def test_language(text: str, found: Language) -> None:
    assert language(text) == found


def test_no_sentence_of_the_three_languages_is_taken_for_another() -> None:
    assert [s.text for s in [*trained(), *held_out()] if language(s.text).another] == []


def test_nearly_every_sentence_of_another_language_is_seen_as_such() -> None:
    said = [text for topics in OTHERS.values() for texts in topics.values() for text in texts]
    assert sum(language(text).another for text in said) / len(said) >= 0.95
