"""Who is not linked."""

from __future__ import annotations

import pytest

from gateway.channels.slack.blocks import markup
from tests.builders.slack import button, text_of
from tests.builders.vendors import Answer


def test_who_is_not_linked_gets_knowledge_and_no_figures(say) -> None:
    assert text_of(say("What is a voucher?")[0]).startswith("Vouchers are credits")
    [refused] = say("show my balance")
    assert "sign in" in text_of(refused)
    assert button(refused, "Sign in")["value"] == "channel:link"


def test_an_answer_is_in_the_language_of_the_user(say) -> None:
    assert "サインイン" in text_of(say("残高を教えて")[0])


def test_a_message_too_short_to_tell_is_answered_in_the_language_of_the_users_slack(say, vendors) -> None:
    vendors.will("users.info", Answer(body={"ok": True, "user": {"id": "U1", "locale": "ko-KR", "real_name": "김"}}))
    assert "안녕하세요" in text_of(say("😀👍")[0]) or any("가" <= c <= "힣" for c in text_of(say("😀")[0]))


@pytest.mark.parametrize("text", ["", "   "])
def test_what_holds_no_text_is_told_so(say, text) -> None:
    [told] = say(text, subtype="file_share", files=[{"id": "F1"}])
    assert text_of(told).startswith("I can only read text")


def test_a_text_beyond_the_limit_is_told_so(say) -> None:
    assert "2000" in text_of(say("a" * 2001)[0])


def test_markup_in_a_message_is_read_as_the_user_wrote_it(say) -> None:
    assert text_of(say("<@U0BOTBOT0> what is a <http://voucher.com|voucher>?")[0]).startswith("Vouchers")


def test_markup_that_comes_back_is_defused() -> None:
    assert (
        markup("<!channel> <@U1> & https://a.example/?x=1&y")
        == "&lt;!channel&gt; &lt;@U1&gt; &amp; <https://a.example/?x=1&amp;y>"
    )
