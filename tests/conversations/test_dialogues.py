"""Whole dialogues, a table a language (`<language>/dialogues.yml`): slots, corrections, interruptions, follow-ups.

A turn is what the customer says (`say`) or the number of the button pressed (`press`), the responses that answer it
(`says`), and, where it matters, words that the answer holds (`has`) or its language. `top_up`, `requests` and `plan`
are what came of it: credit added, requests opened, the plan's status. A dialogue without them changed nothing.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from billing.api import Billing

HERE = Path(__file__).resolve().parent
LANGUAGES = ("en", "ja", "ko")


def dialogues(language: str) -> list[dict[str, Any]]:
    return yaml.safe_load((HERE / language / "dialogues.yml").read_text(encoding="utf-8"))


CASES = [pytest.param(lang, each, id=f"{lang}: {each['what']}") for lang in LANGUAGES for each in dialogues(lang)]


def test_the_three_languages_have_the_same_dialogues() -> None:
    english, *others = [[each["what"] for each in dialogues(language)] for language in LANGUAGES]
    assert others == [english, english]
    assert len(set(english)) == len(english) >= 20


@pytest.mark.parametrize(("language", "dialogue"), CASES)
def test_dialogue(talk, billing: Billing, language: str, dialogue: dict[str, Any]) -> None:
    account = dialogue["account"]
    before = state(billing, account)
    conversation, reply = talk(account), None
    for turn in dialogue["turns"]:
        if "press" in turn:
            assert reply is not None
            reply = conversation.press(reply.buttons[turn["press"]])
        else:
            reply = conversation.say(turn["say"], locale=language)
        assert reply.says(*turn["says"]), turn
        for words in turn.get("has", []):
            assert words in reply.text
        assert reply.language == turn.get("language", reply.language)
    after = state(billing, account)
    assert after["top_up"] - before["top_up"] == Decimal(dialogue.get("top_up", 0))
    assert after["requests"] - before["requests"] == dialogue.get("requests", 0)
    assert after["plan"] == dialogue.get("plan", before["plan"])


def state(billing: Billing, account: str | None) -> dict[str, Any]:
    plan = billing.plan(account) if account else None
    return {
        "top_up": billing.balance(account).top_up.amount if account else Decimal(0),
        "requests": len(billing.all_requests()),
        "plan": plan and plan.status,
    }
