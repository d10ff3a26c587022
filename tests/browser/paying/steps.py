"""What a customer does on the payment page."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from tests.browser.steps import replies

WITHIN = 15_000  # milliseconds: localstripe sends its webhooks a second later


def pay_page(page: Page) -> Page:
    """The page behind the link of the newest answer."""
    with page.context.expect_page() as opened:
        replies(page).last.locator(".links a").click()
    return opened.value


def fill(page: Page, number: str) -> None:
    """The provider's own fields: number, month, year, security code, postal code."""
    inputs = page.locator("#element input")
    for at, value in enumerate((number, "12", "34", "123", "10001")):
        inputs.nth(at).fill(value)


def status(page: Page) -> Locator:
    return page.locator("#status")


def confirm(page: Page, number: str) -> None:
    fill(page, number)
    page.locator("#confirm").click()
