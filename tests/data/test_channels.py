"""What the channels say and understand is there in three languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from gateway.channels.texts import LANGUAGES, catalogue, sign_in_texts, word_in
from tests.data.test_nlu import topics
from tests.data.test_responses import ALL

PACKAGE = Path(__file__).resolve().parents[2] / "gateway" / "channels"


@pytest.mark.parametrize("key", catalogue("texts"))
def test_a_text_has_three_languages_with_the_same_values(key: str) -> None:
    variants = catalogue("texts")[key]
    assert list(variants) == list(LANGUAGES)
    assert len({frozenset(re.findall(r"\{([^{}]*)\}", text)) for text in variants.values()}) == 1
    assert all(text.strip() for text in variants.values())


def test_every_text_is_used_and_every_used_text_is_there() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    used = set(re.findall(r'(?:text_of|own)\(\s*"([a-z_]+)"', code))
    used |= {f"chart_{step}" for step in ("day", "week", "month")}
    assert used == set(catalogue("texts"))


@pytest.mark.parametrize("command", ["link", "unlink"])
def test_a_word_is_of_one_command_and_one_language(command: str) -> None:
    words = [(language, word) for language, said in catalogue("words")[command].items() for word in said]
    assert all(word_in(command, word) == language for language, word in words)
    assert {language for language, _ in words} == set(LANGUAGES)
    other = "unlink" if command == "link" else "link"
    assert not any(word_in(other, word) for _, word in words)


@pytest.mark.parametrize("said", ["Link.", "LINK", " sign in! ", "連携。", "ｌｉｎｋ", "연결"])
def test_case_width_and_closing_punctuation_do_not_matter(said: str) -> None:
    assert word_in("link", said)


@pytest.mark.parametrize("said", ["link my usage", "how do I sign in?", "linked", "", "."])
def test_a_message_that_only_holds_a_word_is_for_the_assistant(said: str) -> None:
    assert word_in("link", said) is None


def test_what_is_answered_where_others_read_is_of_no_account_and_moves_no_money() -> None:
    public = set(catalogue("groups")["topics"])
    known = set(topics()) | {"choose_language"}
    assert public <= known
    named = {"show_", "recharge", "redeem", "plan", "contact", "upgrade", "affirm"}
    assert not any(part in topic for topic in public for part in named)


@pytest.mark.parametrize("kind", catalogue("facts"))
def test_a_line_of_a_card_is_called_something_in_three_languages(kind: str) -> None:
    for line in catalogue("facts")[kind]:
        assert {"path", *LANGUAGES} <= line.keys() <= {"path", "as", "zero", *LANGUAGES}


def test_how_one_is_told_to_sign_in_is_known_word_for_word() -> None:
    assert sign_in_texts() == {variant["text"].strip() for variant in ALL["utter_sign_in"]}
    assert not any("{" in text for text in sign_in_texts())


def test_the_catalogues_hold_no_key_twice() -> None:
    for path in sorted((PACKAGE.parents[1] / "data" / "channels").glob("*.yml")):
        keys = re.findall(r"^([a-z_]+):", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert len(keys) == len(set(keys)) == len(yaml.safe_load(path.read_text(encoding="utf-8")))
