from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from tests.browser.steps import own, replies, say, wait_for_reply

MESSAGES = "**/v1/conversations/*/messages"


def test_a_reply_lost_on_the_way_is_fetched_with_the_same_key_and_shown_once(
    page: Page,
) -> None:
    keys: list[str] = []

    def lose_the_first(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) > 1:
            return route.continue_()
        route.fetch()
        return route.abort("connectionreset")

    page.route(MESSAGES, lose_the_first)
    say(page, "What is my balance?")
    expect(replies(page)).to_have_count(1)
    page.reload()

    expect(replies(page)).to_have_count(1)
    expect(own(page)).to_have_count(1)
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_a_failed_message_is_sent_again_with_its_own_key(page: Page) -> None:
    keys: list[str] = []

    def fail_the_first(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) > 1:
            return route.continue_()
        return route.fulfill(
            status=500,
            content_type="application/problem+json",
            body='{"status":500,"code":"turn_failed"}',
        )

    page.route(MESSAGES, fail_the_first)
    say(page, "What is my balance?")
    expect(page.locator("#problem")).to_contain_text("on our side")
    page.get_by_role("button", name="Send again").click()
    wait_for_reply(page)

    expect(replies(page)).to_have_count(1)
    expect(own(page)).to_have_count(1)
    expect(page.locator("#problem")).to_be_hidden()
    assert keys[0] == keys[1]


def test_a_message_cut_short_by_a_reload_is_finished_afterwards(page: Page) -> None:
    page.route(MESSAGES, lambda route: route.fulfill(status=500, body="{}"))
    say(page, "What is my balance?")
    page.unroute(MESSAGES)

    page.reload()

    expect(replies(page)).to_have_count(1, timeout=20_000)
    expect(own(page)).to_have_count(1)


def test_without_demo_accounts_the_page_is_a_visitors(page: Page) -> None:
    page.route("**/demo/token", lambda route: route.fulfill(status=404, body="{}"))
    page.reload()

    expect(page.locator("#welcome-text")).to_contain_text("signing in")
    expect(page.locator("#account-field")).to_be_hidden()
    say(page, "What is a billing plan?")
    expect(replies(page)).to_have_count(1)
