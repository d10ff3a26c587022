"""A customer pays in a real browser, with localstripe in Stripe's place and its own fields on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

from billing.api import Billing
from tests.browser.host import Host, serving
from tests.browser.steps import quick_reply, replies, say
from tests.browser.visit import Visit
from tests.builders.localstripe import ASKS, DECLINED, GOOD, LocalStripe
from tests.builders.server import Server

WITHIN = 15_000  # milliseconds: localstripe sends its webhooks a second later


@pytest.fixture(scope="module")
def stripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStripe]:
    with LocalStripe(tmp_path_factory.mktemp("stripe")) as running:
        yield running


@pytest.fixture(scope="module")
def own_server(chromium: Path, stripe: LocalStripe, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("paying")
    started = Server(folder, **stripe.environment).with_demo_data().start()
    stripe.send_webhooks_to(f"{started.address}/v1/payments/stripe/webhook")
    yield started
    assert started.stop() == 0, started.log
    billing = Billing.open(started.settings)
    assert billing.verify_ledger() == []
    billing.close()


@pytest.fixture(scope="module")
def server(own_server: Server) -> str:
    return own_server.address


@pytest.fixture(scope="module")
def host(server: str) -> Iterator[Host]:
    with serving(server) as site:
        yield site


def ask(page: Page, text: str) -> None:
    """Top up in the widget, up to the link."""
    say(page, text)
    quick_reply(page, re.compile("go on|進む|진행"))


def pay_page(page: Page) -> Page:
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


def balance(server: Server, account: str) -> str:
    return server.customer(account).get("/v1/account/balance").json()["available"]["amount"]


def test_a_top_up_is_paid_on_the_page_and_credited_once(visit: Visit, own_server: Server, stripe: LocalStripe):
    chat = visit("acme")
    before = float(balance(own_server, "acme"))
    ask(chat, "top up 50 dollars by card")
    paying = pay_page(chat)

    expect(paying.get_by_role("heading", name="Pay $50.00")).to_be_visible()
    confirm(paying, GOOD)

    expect(status(paying)).to_contain_text("is paid. Thank you", timeout=WITHIN)
    assert float(balance(own_server, "acme")) == before + 50
