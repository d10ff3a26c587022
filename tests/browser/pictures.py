"""The pictures of `docs/`, taken anew: `TEST_BASE_URL=http://127.0.0.1:8000 python -m tests.browser.pictures`."""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.host import serving
from tests.browser.steps import card, launcher, panel, quick_reply, replies, say
from tests.browser.test_cards import ASKED, LANGUAGES
from tests.browser.visit import Visit

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
DESK = {"width": 1100, "height": 860}
PHONE = {"width": 390, "height": 780}
SHEET = """<!doctype html><style>
    body { columns: 3; margin: 16px; background: #f6f7f9 }
    img { width: 100%; margin-bottom: 12px }
</style>"""


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
        break_even(visit("paused"))
        demo(browser, server)
        for language in LANGUAGES:
            every_card(browser, language, visit("acme", language), visit("empty", language))
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


def break_even(page: Page) -> None:
    say(page, "Which plan fits my usage?")
    page.wait_for_timeout(300)  # fonts
    card(page, "plans").locator(".volumes").screenshot(path=PICTURES / "break-even.png")


def demo(browser: Browser, server: str) -> None:
    page = browser.new_page(viewport=DESK, locale="en-US")
    page.goto(server)
    page.locator(".welcome").wait_for()
    say(page, "What is my balance?")
    replies(page).last.wait_for()
    page.screenshot(path=PICTURES / "demo-page.png")


ASKING = {
    "en": ("top up 50 USD by card", "contact support", "my bot is down", "Yes", "show my requests"),
    "ja": (
        "カードで50ドルチャージして",
        "サポートに連絡したい",
        "ボットが動きません",
        "はい",
        "リクエストの状況を見せて",
    ),
    "ko": ("카드로 50달러 충전해 줘", "상담원에게 문의할래요", "봇이 작동하지 않아요", "네|예", "내 문의 상태 보여줘"),
}


def every_card(browser: Browser, language: str, page: Page, empty: Page) -> None:
    """One picture of all kinds, side by side."""
    top_up, support, trouble, yes, requests = ASKING[language]
    shot = {kind: _asked(page, kind, questions[LANGUAGES.index(language)]) for kind, questions in ASKED.items()}
    shot["confirmation"] = _asked(empty, "confirmation", top_up)
    quick_reply(empty, re.compile(yes))
    shot["receipt"] = _taken(empty, "receipt")
    for said in (support, trouble):
        say(page, said)
    quick_reply(page, re.compile(yes))
    shot["requests"] = _asked(page, "requests", requests)
    pictures = "".join(f'<img src="data:image/png;base64,{base64.b64encode(png).decode()}">' for png in shot.values())
    sheet = browser.new_page(viewport={"width": 1240, "height": 600})
    sheet.set_content(f"{SHEET}{pictures}")
    sheet.wait_for_function("[...document.images].every((image) => image.complete)")
    sheet.screenshot(path=PICTURES / f"cards-{language}.png", full_page=True)


def _asked(page: Page, kind: str, question: str) -> bytes:
    say(page, question)
    return _taken(page, kind)


def _taken(page: Page, kind: str) -> bytes:
    page.wait_for_timeout(200)  # fonts, and the scroll to the end
    return card(page, kind).screenshot()


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
