"""The pictures of `docs/payments.md`, taken anew: `python -m tests.browser.pay_pictures`."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from billing.api import Billing
from tests.browser.host import serving
from tests.browser.pictures import DESK, PHONE, PICTURES, shoot
from tests.browser.steps import quick_reply, replies, say
from tests.browser.visit import Visit
from tests.builders.localstripe import DECLINED, GOOD, LocalStripe
from tests.builders.server import Server

SAID = {
    "en": ("acme", "top up 50 dollars by card", "Yes, go on"),
    "ja": ("sakura", "カードで5000円チャージして", "はい、進む"),
    "ko": ("hangang", "카드로 5만원 충전해 주세요", "네, 진행할게요"),
}


def main() -> None:
    with TemporaryDirectory() as name, LocalStripe(Path(name)) as stripe, sync_playwright() as playwright:
        server = Server(Path(name), **stripe.environment)
        billing = Billing.open(server.settings)
        billing.load_demo()
        billing.close()
        server.start()
        stripe.send_webhooks_to(f"{server.address}/v1/payments/stripe/webhook")
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        with serving(server.address) as host:
            for language, scheme, size in (("en", "light", DESK), ("ja", "dark", DESK), ("ko", "light", PHONE)):
                context = browser.new_context(viewport=size, color_scheme=scheme, locale="en-US")
                account, said, yes = SAID[language]
                chat = Visit(context, host, server.address)(account, language=language)
                if size == PHONE:
                    chat.locator(".launcher").click()
                say(chat, said)
                quick_reply(chat, yes)
                shoot(chat, f"pay-chat-{language}")
                pay(chat, language)
        browser.close()
        server.stop()


def pay(chat: Page, language: str) -> None:
    with chat.context.expect_page() as opened:
        replies(chat).last.locator(".links a").click()
    page = opened.value
    page.locator("#confirm").wait_for()
    keep(page, f"pay-card-{language}")
    if language == "ja":
        fill(page, DECLINED)
        page.locator("#failure").wait_for()
        keep(page, "pay-declined-ja")
    if language == "ko":
        fill(page, GOOD)
        page.locator("main[data-shown=paid]").wait_for()
        keep(page, "pay-paid-ko")


def fill(page: Page, number: str) -> None:
    for at, value in enumerate((number, "12", "34", "123", "10001")):
        page.locator("#element input").nth(at).fill(value)
    page.locator("#confirm").click()


def keep(page: Page, name: str) -> None:
    page.wait_for_timeout(300)  # fonts
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
