"""Connections that break, tokens that end, pages that go: nothing is lost, nothing is said twice."""

from __future__ import annotations

import json

from playwright.sync_api import Page, Route, expect

from tests.browser.steps import card, field, own, replies, say, wait_for_reply

MESSAGES = "**/v1/conversations/*/messages"
OPEN = {"Access-Control-Allow-Origin": "*"}


def failing(status: int, code: str):
    def fulfil(route: Route) -> None:
        body = json.dumps({"status": status, "code": code})
        route.fulfill(status=status, content_type="application/problem+json", headers=OPEN, body=body)

    return fulfil


class Sent:
    """Keys of the messages that were sent; `first` answers the first `times` of them."""

    def __init__(self, page: Page, first, times: int = 1) -> None:
        self.keys: list[str] = []
        self._first, self._times = first, times
        page.route(MESSAGES, self._route)

    def _route(self, route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        self.keys.append(route.request.headers["idempotency-key"])
        return self._first(route) if len(self.keys) <= self._times else route.continue_()


def test_a_reply_lost_on_the_way_is_fetched_with_the_same_key_and_shown_once(page: Page) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    sent = Sent(page, lose)
    say(page, "What is my balance?")
    expect(replies(page)).to_have_count(1)
    page.reload()

    expect(replies(page)).to_have_count(1)
    expect(own(page)).to_have_count(1)
    assert len(sent.keys) == 2
    assert len(set(sent.keys)) == 1


def test_a_stream_cut_in_the_middle_is_read_again_and_each_message_shown_once(page: Page) -> None:
    def cut(route: Route) -> None:
        whole = route.fetch().text()
        first, _, rest = whole.partition("\n\n")
        route.fulfill(content_type="text/event-stream", headers=OPEN, body=f"{first}\n\n{rest[:40]}")

    sent = Sent(page, cut)
    say(page, "I want to top up")

    expect(replies(page)).to_have_count(2)
    expect(own(page)).to_have_count(1)
    assert len(set(sent.keys)) == 1


def test_a_message_that_fails_is_marked_and_sent_again_with_its_own_key(page: Page) -> None:
    sent = Sent(page, failing(500, "turn_failed"), times=3)
    say(page, "What is my balance?")
    expect(page.get_by_role("alert")).to_contain_text("Message not sent. Something went wrong on our side.")
    page.get_by_role("button", name="Send again").click()
    wait_for_reply(page)

    expect(replies(page)).to_have_count(1)
    expect(own(page)).to_have_count(1)
    expect(page.get_by_role("alert")).to_have_count(0)
    assert len(set(sent.keys)) == 1


def test_a_message_that_fails_can_be_discarded(page: Page) -> None:
    page.route(MESSAGES, failing(422, "request_invalid"))
    say(page, "What is my balance?")
    expect(page.get_by_role("alert")).to_contain_text("Please write it differently")
    expect(page.get_by_role("button", name="Send again")).to_have_count(0)
    page.get_by_role("button", name="Discard").click()
    expect(own(page)).to_have_count(0)


def test_a_first_try_that_is_still_running_is_waited_for(page: Page) -> None:
    sent = Sent(page, failing(409, "turn_running"), times=2)
    say(page, "What is my balance?")
    expect(replies(page)).to_have_count(1)
    assert len(sent.keys) == 3


def test_a_message_cut_short_by_a_reload_is_finished_afterwards(page: Page) -> None:
    page.route(MESSAGES, failing(500, "turn_failed"))
    field(page).fill("What is my balance?")
    field(page).press("Enter")
    expect(own(page)).to_have_count(1)
    page.unroute(MESSAGES)

    page.reload()

    expect(replies(page)).to_have_count(1)
    expect(own(page)).to_have_count(1)


def test_what_is_written_offline_is_sent_once_the_connection_is_back(page: Page) -> None:
    say(page, "hello")
    page.context.set_offline(True)
    for text in ("What is my balance?", "Show my plan"):
        field(page).fill(text)
        field(page).press("Enter")
    expect(page.locator(".status")).to_contain_text("You are offline")
    expect(page.locator(".state")).to_have_text(["Waiting to be sent"] * 2)

    page.context.set_offline(False)
    wait_for_reply(page)

    expect(card(page, "balance")).to_be_visible()
    expect(card(page, "plan")).to_be_visible()
    expect(own(page)).to_have_count(3)


def test_a_choice_of_an_earlier_answer_is_told_from_one_of_the_newest(page: Page) -> None:
    say(page, "I want to top up 50 USD by card")
    page.route(MESSAGES, failing(409, "stale_choice"))
    replies(page).last.locator(".buttons button").first.click()
    expect(page.get_by_role("alert")).to_contain_text("choose from the newest answer")


def test_a_conversation_that_is_gone_makes_room_for_another(page: Page) -> None:
    say(page, "hello")
    page.route(MESSAGES, failing(404, "conversation_not_found"))
    say(page, "What is my balance?")
    expect(page.get_by_role("alert")).to_contain_text("This conversation has ended")
    page.unroute(MESSAGES)
    page.get_by_role("alert").get_by_role("button", name="New conversation").click()
    say(page, "What is my balance?")
    expect(replies(page)).to_have_count(1)


def test_a_history_that_cannot_be_read_is_read_on_demand(page: Page) -> None:
    say(page, "What is my balance?")
    page.route(MESSAGES, lambda route: route.abort())
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("That did not work")
    page.unroute(MESSAGES)
    page.get_by_role("button", name="Try again").click()
    expect(replies(page)).to_have_count(1)


def test_a_conversation_that_the_server_forgot_starts_empty(page: Page) -> None:
    say(page, "What is my balance?")
    page.route(MESSAGES, failing(404, "conversation_not_found"))
    page.reload()
    expect(page.locator(".welcome")).to_be_visible()


def test_a_new_conversation_starts_empty(page: Page) -> None:
    say(page, "What is my balance?")
    page.get_by_role("button", name="New conversation").click()

    expect(page.locator(".welcome")).to_be_visible()
    page.reload()
    expect(page.locator(".welcome")).to_be_visible()
