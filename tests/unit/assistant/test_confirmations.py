"""A yes moves money: what counts as one is a closed list, and near misses are none."""

from __future__ import annotations

import pytest
import yaml

from assistant.confirmations import LIST, confirms

LISTED = [text for texts in yaml.safe_load(LIST.read_text(encoding="utf-8")).values() for text in texts]


@pytest.mark.parametrize("text", LISTED)
def test_what_is_listed_confirms(text: str) -> None:
    assert confirms(text)
    assert confirms(f" {text.upper()}! ")


@pytest.mark.parametrize(
    "text", ["Yes, go ahead.", "はい、お願いします。", "네, 진행해 주세요!", "ＯＫ", "Yes!!", "Yes that’s right"]
)
def test_case_width_and_punctuation_make_no_difference(text: str) -> None:
    assert confirms(text)


@pytest.mark.parametrize(
    "text",
    [
        "ok?", "yes?", "ok wait", "yes, double it", "yes twice", "yes but 100", "maybe", "yes no", "not yes", "",
        "/affirm", "yes if it is free", "確認させて", "ええと", "大丈夫です", "いいです", "はい？", "結構です",
        "はい、でも待って",
        "네, 나중에요", "확인해 볼게요", "네?", "괜찮아요", "아니요 네",
    ],
)  # fmt: skip
def test_what_may_mean_something_else_does_not(text: str) -> None:
    assert not confirms(text)
