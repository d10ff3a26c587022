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
        if "OPERATOR" in os.environ:
            console(browser, server, *os.environ["OPERATOR"].split(":"))
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


def console(browser: Browser, server: str, name: str, password: str) -> None:
    """`OPERATOR=name:password`, an administrator's."""
    page = browser.new_page(viewport={"width": 1280, "height": 820}, locale="en-US")
    page.goto(f"{server}/console/")
    page.screenshot(path=PICTURES / "console-sign-in.png")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")
    page.locator(".tiles").wait_for()
    page.screenshot(path=PICTURES / "console-start.png")
    for picture, path in CONSOLE.items():
        page.goto(f"{server}/console/{path}")
        page.wait_for_timeout(200)
        page.screenshot(path=PICTURES / f"console-{picture}.png")
    page.get_by_label("Language").select_option("ja")
    page.get_by_role("button", name="Change").click()
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    page.goto(f"{server}/console/accounts/sakura")
    page.screenshot(path=PICTURES / "console-phone-ja.png")


CONSOLE = {
    "request": "requests/R-000001",
    "offer": "accounts/acme/offers/new?plan=scale&interval=monthly&payment=full_upfront&method=card",
    "account": "accounts/acme",
    "corrections": "corrections",
    "transfers": "transfers",
    "audit": "audit",
}


def shoot(page: Page, name: str) -> None:
    page.wait_for_timeout(300)  # fonts
    panel(page).screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
