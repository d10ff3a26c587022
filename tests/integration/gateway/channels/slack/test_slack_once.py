"""Each message is answered once, whatever Slack tells twice and whatever fails."""

from __future__ import annotations

import time

import pytest

from tests.builders.slack import posts, text_of
from tests.builders.vendors import Answer


def test_a_message_is_answered(say) -> None:
    [reply] = say("hello")
    assert text_of(reply).startswith("Hello!")
    assert reply.headers["authorization"] == "Bearer xoxb-17653672481-19874698323"


def test_slacks_retry_is_answered_once(user, vendors, quiet) -> None:
    event = user.message("hello")
    for number in range(3):
        assert user.tell(event, **{"X-Slack-Retry-Num": str(number)}).status_code == 200
    quiet()
    assert user.tell(event).status_code == 200  # a replay of what is long answered
    quiet()
    assert len(posts(vendors, user.direct)) == 1


def test_one_message_told_as_two_events_is_answered_once(user, vendors, quiet) -> None:
    event = user.message("hello")
    twin = event | {"event_id": "Ev0TWIN", "event": event["event"] | {"type": "app_mention"}}
    user.tell(event)
    user.tell(twin)
    quiet()
    assert len(posts(vendors, user.direct)) == 1


@pytest.mark.parametrize(
    "event",
    [
        {"bot_id": "B19LU7CSY"},
        {"subtype": "bot_message", "bot_id": "B1"},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"type": "reaction_added"},
    ],
)
def test_the_bots_own_messages_and_what_is_no_message_are_not_answered(say, event) -> None:
    assert say("hello", **event) == []


def test_messages_are_answered_in_their_order(user, vendors, quiet) -> None:
    for text in ("hello", "What is a voucher?", "bye"):
        user.tell(user.message(text))
    quiet()
    said = [text_of(sent) for sent in posts(vendors, user.direct)]
    assert [said[0][:6], said[1][:8], len(said)] == ["Hello!", "Vouchers", 3]


def test_a_call_that_slack_puts_off_is_made_again_when_slack_says(say, user, vendors) -> None:
    vendors.will(
        "chat.postMessage", Answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"}), user.direct
    )
    begun = time.monotonic()
    assert [text_of(sent)[:6] for sent in say("hello")] == ["Hello!", "Hello!"]
    assert time.monotonic() - begun > 1


def test_a_call_that_will_never_be_taken_does_not_hold_up_the_next(say, user, vendors) -> None:
    vendors.will("chat.postMessage", Answer(200, {"ok": False, "error": "is_archived"}), user.direct)
    assert len(say("hello")) == 1
    assert text_of(say("What is a voucher?")[0]).startswith("Vouchers")
