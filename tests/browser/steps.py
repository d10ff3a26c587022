"""What a customer does in the panel."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

ANSWER_WITHIN = 20_000  # milliseconds


def field(page: Page) -> Locator:
    return page.locator("textarea")


def replies(page: Page) -> Locator:
    return page.locator(".log .message:not(.own)")


def own(page: Page) -> Locator:
    return page.locator(".log .message.own")


def card(page: Page, kind: str) -> Locator:
    """The newest card of the kind."""
    return page.locator(f".card[data-kind={kind}]").last


def launcher(page: Page) -> Locator:
    return page.locator(".launcher")


def panel(page: Page) -> Locator:
    return page.locator(".panel")


def quick_reply(page: Page, title: str | re.Pattern[str]) -> None:
    """Press a button of the newest answer and wait for what it brings."""
    sent = own(page).count()
    replies(page).last.locator(".buttons").get_by_role("button", name=title).click()
    expect(own(page)).to_have_count(sent + 1)
    wait_for_reply(page)


def say(page: Page, text: str) -> None:
    """Write it, press Enter and wait until the reply is whole."""
    sent = own(page).count()
    field(page).fill(text)
    field(page).press("Enter")
    expect(own(page)).to_have_count(sent + 1)
    wait_for_reply(page)


def wait_for_reply(page: Page) -> None:
    expect(page.locator(".status")).to_be_empty(timeout=ANSWER_WITHIN)
