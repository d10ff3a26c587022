"""The pictures of `docs/`, taken anew: `TEST_BASE_URL=http://127.0.0.1:8000 python -m tests.browser.pictures`."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.host import serving
from tests.browser.steps import card, launcher, panel, replies, say
from tests.browser.visit import Visit

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
DESK = {"width": 1100, "height": 860}
PHONE = {"width": 390, "height": 780}


def main() -> None:
    server = os.environ["TEST_BASE_URL"]
    PICTURES.mkdir(exist_ok=True)
    with serving(server) as host, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])

        def visit(account: str | None, language: str = "en", *, scheme: str = "light", size: dict = DESK) -> Page:
            context = browser.new_context(viewport=size, color_scheme=scheme, locale="en-US")
            return Visit(context, host, server)(account, language=language)

        usage(visit("acme"))
        dark(visit("sakura", "ja", scheme="dark"))
        phone(visit("hangang", "ko", size=PHONE))
        confirmation(visit("empty"))
        comparison(visit("acme"))
        demo(browser, server)
        browser.close()


def usage(page: Page) -> None:
    say(page, "My usage last month")
    card(page, "usage").locator(".chart").focus()
    for _ in range(9):
        page.keyboard.press("ArrowLeft")
    shoot(page, "widget-usage")


def dark(page: Page) -> None:
    say(page, "プランの詳細を教えて")
    shoot(page, "widget-dark-ja")


def phone(page: Page) -> None:
    launcher(page).click()
    say(page, "잔액이 얼마인가요?")
    say(page, "언제 다 떨어져요?")
    shoot(page, "widget-phone-ko")


def confirmation(page: Page) -> None:
    say(page, "top up 50 USD by card")
    shoot(page, "widget-confirmation")


def comparison(page: Page) -> None:
    say(page, "Which plan fits my usage?")
    shoot(page, "widget-plans")


def demo(browser: Browser, server: str) -> None:
    page = browser.new_page(viewport=DESK, locale="en-US")
    page.goto(server)
    page.locator(".welcome").wait_for()
    say(page, "What is my balance?")
    replies(page).last.wait_for()
    page.screenshot(path=PICTURES / "demo-page.png")


def shoot(page: Page, name: str) -> None:
    page.wait_for_timeout(300)  # fonts
    panel(page).screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
