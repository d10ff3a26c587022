"""Pressed buttons."""

from __future__ import annotations

from tests.builders.slack import SlackUser, button, buttons_of, posts, text_of, token_in


def test_after_a_press_the_choice_stays_in_sight_and_the_buttons_are_gone(say, user, linked, vendors, quiet) -> None:
    linked("paused")
    terms = say("top up 40 dollars by card")[-1]
    no = button(terms, "No")
    assert user.interact(user.press(no["value"], "No", "1700000000.000100")).text == ""
    quiet()
    [update] = posts(vendors, user.direct, "chat.update")
    assert (update.body["ts"], update.body["text"]) == ("1700000000.000100", text_of(terms))
    assert buttons_of(update) == []
    assert update.body["blocks"][-1]["elements"][0]["text"] == "✓ No"


def test_a_recharge_is_confirmed_once_although_slack_tells_twice_and_the_user_presses_twice(
    say, user, linked, vendors, quiet, billing
) -> None:
    linked("paused")
    before = billing.balance("paused").top_up
    yes = button(say("top up 50 dollars by card")[-1], "Yes, top up")
    press, again = (user.press(yes["value"], "Yes, top up", "1700000000.000200") for _ in range(2))
    for payload in (press, press, again):
        assert user.interact(payload).status_code == 200
    quiet()
    assert (billing.balance("paused").top_up - before).plain() == "50.00"
    assert sum("was added" in text_of(sent) for sent in posts(vendors, user.direct)) == 1


def test_a_button_of_an_earlier_message_is_told_so_and_does_nothing(say, user, linked, vendors, quiet) -> None:
    linked("paused")
    yes = button(say("top up 60 dollars by card")[-1], "Yes, top up")
    say("cancel")
    user.interact(user.press(yes["value"], "Yes, top up", "1700000000.000300"))
    quiet()
    assert text_of(posts(vendors, user.direct)[-1]).startswith("That button belongs to an earlier message")


def test_a_button_of_somebody_else_does_nothing(http, say, user, linked, vendors, quiet, billing) -> None:
    linked("paused")
    before = billing.balance("paused").top_up
    yes = button(say("top up 70 dollars by card")[-1], "Yes, top up")
    stranger = SlackUser(http)
    stranger.interact(stranger.press(yes["value"], "Yes, top up", "1700000000.000400"))
    quiet()
    assert text_of(posts(vendors, stranger.direct)[-1]).startswith("That button belongs")
    assert billing.balance("paused").top_up == before


def test_the_sign_in_button_offers_the_link(say, user, vendors, quiet) -> None:
    value = button(say("残高を教えて")[0], "サインイン")["value"]
    user.interact(user.press(value, "サインイン", "1700000000.000500"))
    quiet()
    offer = posts(vendors, user.direct)[-1]
    assert text_of(offer).startswith("このチャットをアカウントに連携するには")
    assert token_in(offer)


def test_a_button_that_opens_a_page_and_other_interactions_are_let_be(user, vendors, quiet) -> None:
    payload = user.press("", "Sign in", "1700000000.000600")
    del payload["actions"][0]["value"]
    assert user.interact(payload).status_code == 200
    assert (
        user.interact({"type": "view_submission", "user": {"id": user.id}, "team": {"id": "T"}, "view": {}}).status_code
        == 200
    )
    quiet()
    assert posts(vendors, user.direct) == []
