"""Every mail about an alert is there in three languages, with the same values."""

from __future__ import annotations

import re

import pytest
import yaml

from billing.alerts.texts import TEXTS

ALL = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
KNOWN = {
    "low_balance_raised",
    "low_balance_cleared",
    "plan_used_raised",
    "plan_used_up_raised",
    "plan_ending_raised",
    "plan_renewed",
}


def test_every_mail_is_there() -> None:
    assert ALL.keys() == KNOWN


@pytest.mark.parametrize("key", sorted(KNOWN))
@pytest.mark.parametrize("part", ["subject", "text"])
def test_a_mail_has_three_languages_with_the_same_values(key: str, part: str) -> None:
    texts = ALL[key]
    assert texts.keys() == {"en", "ja", "ko"}
    values = {language: set(re.findall(r"\{([a-z_]+)\}", text[part])) for language, text in texts.items()}
    assert values["en"] == values["ja"] == values["ko"]
    assert all("\n" not in text["subject"] for text in texts.values())
