from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.fitting import Abilities, chosen, fit, split, utf16
from gateway.channels.schemas import Choice, Fact, Said

YES, NO = Choice("Yes, top up", "m:0"), Choice("No", "m:1")
TERMS = Said("m-1", "Top up $50.00 by card?", "en", (YES, NO), (Fact("Amount", "$50.00"),))
RICH = Abilities(text=3000, buttons=25, title=75, links=True, facts=True, pictures=True)
PLAIN = Abilities(text=1600)


def test_a_channel_that_can_shows_all_as_it_is():
    shown = fit(TERMS, RICH)

    assert (shown.texts, shown.buttons, shown.facts) == (("Top up $50.00 by card?",), (YES, NO), TERMS.facts)
    assert shown.numbered == ()


def test_without_buttons_the_text_lists_them_and_says_how_to_choose():
    shown = fit(TERMS, PLAIN)

    assert shown.texts == ("Top up $50.00 by card?\n\n1. Yes, top up\n2. No\n\nTo choose, reply with the number.",)
    assert (shown.buttons, shown.facts, shown.numbered) == ((), (), (YES, NO))


@pytest.mark.parametrize(("language", "said"), [("ja", "番号を返信して"), ("ko", "번호를 답장으로")])
def test_how_to_choose_is_said_in_the_language_of_the_message(language, said):
    assert said in fit(Said("m-1", "…", language, (YES,)), PLAIN).texts[0]


def test_a_title_that_would_be_cut_stands_whole_in_the_text():
    shown = fit(TERMS, Abilities(text=2000, buttons=13, title=10))

    assert "1. Yes, top up" in shown.texts[0]
    assert shown.buttons == (Choice("1", "m:0"), Choice("2", "m:1"))


def test_a_link_without_a_button_is_a_line():
    said = Said("m-1", "Look here.", "en", links=(Choice("Sign in", "https://a.example/#x"),))

    assert fit(said, PLAIN).texts == ("Look here.\n\nSign in: https://a.example/#x",)
    assert fit(said, RICH).links == said.links


def test_a_chart_is_shown_where_there_are_pictures_only():
    said = Said("m-1", "…", "en", chart="Spend per day")

    assert fit(said, RICH).chart.title == "Spend per day"
    assert fit(said, PLAIN).chart is None


@pytest.mark.parametrize(
    ("typed", "token"),
    [
        ("1", "m:0"),
        (" 2. ", "m:1"),
        ("１", "m:0"),
        ("2)", "m:1"),
        ("２。", "m:1"),
        ("0", None),
        ("3", None),
        ("1.5", None),
    ],
)
def test_a_typed_number_chooses_what_is_listed(typed, token):
    assert chosen((YES, NO), typed) == token


@pytest.mark.parametrize("typed", ["", "1.5", "one", "12345", "1 2", "-1", "Yes, top up"])
def test_what_is_no_number_of_the_list_chooses_nothing(typed):
    assert chosen((YES, NO), typed) is None


def test_a_text_is_cut_at_the_end_of_a_paragraph_else_of_a_line_a_sentence_a_word():
    assert split("aaaa aaaa\n\nbbbb", 12) == ["aaaa aaaa", "bbbb"]
    assert split("aaaa aaaa\nbbbb", 12) == ["aaaa aaaa", "bbbb"]
    assert split("aaaa. aaa bbbb", 9) == ["aaaa.", "aaa bbbb"]
    assert split("ああああ。いいいい", 6) == ["ああああ。", "いいいい"]
    assert split("abcdefgh", 3) == ["abc", "def", "gh"]


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=200), st.integers(4, 50), st.sampled_from([len, utf16])
)
def test_no_part_is_too_long_and_no_word_is_lost(text, most, width):
    parts = split(text, most, width)

    assert all(0 < width(part) <= most for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
