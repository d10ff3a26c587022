"""Words spelt as the rules expect them."""

import pytest

from assistant.nlu.slots.spelling import mend, sounded, spoken


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("tranfer", "transfer"),
        ("tranfser", "transfer"),
        ("premuim", "premium"),
        ("dolars", "dollars"),
        ("tunning", "tuning"),
        ("Stater plan", "Starter plan"),
        ("クレジットカ一ド", "クレジットカード"),
        ("ごまんえん", "五万えん"),
        ("さんぜんごひゃく円", "三千五百円"),
        ("5마넌", "5만원"),
        ("닷새 전", "5일 전"),
    ],
)
def test_a_slip_is_mended(written, meant):
    assert mend(written) == meant


@pytest.mark.parametrize(
    "text",
    [
        "started contained containers starters basis smarter",
        "STATER",
        "stater1",
        "stater@example.com",
        "me@stater.com",
        "https://stater.example",
        "一万円",
        "보름달",
        "만언",
    ],
)
def test_another_word_a_code_and_an_address_stay_as_they_are(text):
    assert mend(text) == text


@pytest.mark.parametrize(("one", "other"), [("그로쓰", "그로스"), ("스텐다드", "스탠다드"), ("계좌이채", "계좌이체")])
def test_letters_that_are_confused_by_ear_sound_the_same(one, other):
    assert sounded(one) == sounded(other)


def test_letters_that_are_told_apart_by_ear_sound_different():
    assert sounded("파") != sounded("바")


def test_a_pattern_in_katakana_is_found_in_hiragana_too():
    assert spoken("カード").search("くれじっとかーどで")
