"""What a customer does on the page."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

ANSWER_WITHIN = 20_000  # milliseconds


def field(page: Page) -> Locator:
    return page.locator("#text")


def replies(page: Page) -> Locator:
    return page.locator("#log .message:not(.own)")


def own(page: Page) -> Locator:
    return page.locator("#log .message.own")


def say(page: Page, text: str) -> None:
    """Write it, press Enter and wait until the reply is whole."""
    sent = own(page).count()
    field(page).fill(text)
    field(page).press("Enter")
    expect(own(page)).to_have_count(sent + 1)
    wait_for_reply(page)


def wait_for_reply(page: Page) -> None:
    expect(page.locator("#typing")).to_be_hidden(timeout=ANSWER_WITHIN)


def choose_account(page: Page, account: str) -> None:
    page.locator("#account").select_option(account)
    page.locator("#suggestions button").first.wait_for()
