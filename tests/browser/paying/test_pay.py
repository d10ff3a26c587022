"""A customer pays in a real browser, with localstripe in Stripe's place and its own fields on the page."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from billing.api import Billing
from billing.config import Settings
from billing.signing import Signer
from tests.browser.paying.steps import WITHIN, confirm, fill, pay_page, status
from tests.browser.steps import quick_reply, replies, say
from tests.browser.visit import Visit
from tests.builders.localstripe import ASKS, DECLINED, GOOD, LocalStripe
from tests.builders.payments import a_saved_card
from tests.builders.server import Client, Server
from tests.builders.vendors import until
from tests.integration.gateway.conftest import problem


def ask(page: Page, text: str) -> None:
    """Top up in the widget, up to the link."""
    say(page, text)
    quick_reply(page, re.compile("go on|進む|진행"))


def balance(server: Server, account: str) -> Decimal:
    return Decimal(server.customer(account).get("/v1/account/balance").json()["available"]["amount"])


def test_a_top_up_is_paid_on_the_page_and_the_card_kept_pays_the_next(
    visit: Visit, own_server: Server, stripe: LocalStripe
):
    chat = visit("acme")
    before = balance(own_server, "acme")
    ask(chat, "top up 50 dollars by card")
    paying = pay_page(chat)
    expect(paying.get_by_role("heading", name="Pay $50.00")).to_be_visible()
    paying.get_by_label("Save this card").check()
    confirm(paying, GOOD)
    expect(status(paying)).to_contain_text("is paid. Thank you", timeout=WITHIN)
    assert balance(own_server, "acme") == before + 50
    paying.reload()
    expect(status(paying)).to_contain_text("is paid already")
    expect(paying.locator("form")).to_have_count(0)

    chat.bring_to_front()
    until(lambda: own_server.customer("acme").get("/v1/account/cards").json()["cards"])
    say(chat, "top up 35 dollars by card")
    expect(replies(chat).last).to_contain_text("Charge $35.00 to your Visa card ending in 4242?")
    quick_reply(chat, "Yes, charge it")

    expect(replies(chat).last).to_contain_text("$35.00 is being processed")
    until(lambda: balance(own_server, "acme") == before + 85, within=15)
    off_session = [call for call in stripe.calls if call.form.get("off_session") == "true"]
    assert [call.form["amount"] for call in off_session] == ["3500"]


def test_after_a_decline_it_says_so_and_takes_another_card(visit: Visit, own_server: Server):
    chat = visit("paused")
    before = balance(own_server, "paused")
    ask(chat, "top up 30 dollars by card")
    paying = pay_page(chat)
    confirm(paying, DECLINED)
    expect(paying.get_by_role("alert")).to_contain_text("Your bank declined the card. Nothing was charged.")
    say(chat, "show my balance")
    expect(replies(chat).last).to_contain_text(
        re.compile("not charged. The bank declined the card|waiting for your payment")
    )
    assert balance(own_server, "paused") == before

    paying.bring_to_front()
    confirm(paying, GOOD)

    expect(status(paying)).to_contain_text("is paid. Thank you", timeout=WITHIN)
    assert balance(own_server, "paused") == before + 30


def test_the_bank_may_ask_the_customer_first(visit: Visit, own_server: Server):
    chat = visit("expired")
    before = balance(own_server, "expired")
    ask(chat, "top up 30 dollars by card")
    paying = pay_page(chat)
    confirm(paying, ASKS)
    expect(status(paying)).to_contain_text("Your bank may ask you to confirm")
    paying.get_by_role("button", name="Fail authentication").click()
    expect(paying.get_by_role("alert")).to_contain_text("The confirmation with your bank did not succeed")
    assert balance(own_server, "expired") == before

    confirm(paying, ASKS)
    paying.get_by_role("button", name="Complete authentication").click()

    expect(status(paying)).to_contain_text("is paid. Thank you", timeout=WITHIN)
    assert balance(own_server, "expired") == before + 30


def test_a_cancelled_payment_is_told_on_the_page_and_in_the_chat(visit: Visit, own_server: Server):
    chat = visit("sakura", language="ja")
    before = balance(own_server, "sakura")
    say(chat, "カードで5000円チャージして")
    quick_reply(chat, "はい、進む")
    paying = pay_page(chat)
    paying.get_by_role("button", name="支払わない").click()

    expect(status(paying)).to_contain_text("このお支払いは取り消されました")
    paying.reload()
    expect(status(paying)).to_contain_text("このお支払いは取り消されました")
    assert balance(own_server, "sakura") == before


def test_a_card_is_saved_without_a_payment(context: BrowserContext, own_server: Server, stripe: LocalStripe):
    client = own_server.customer("hangang")
    answer = client.http.post("/v1/account/cards", json={"language": "ko"}, headers={"Idempotency-Key": "k-1"})
    page = context.new_page()
    page.goto(answer.json()["url"])
    fill(page, GOOD)
    page.get_by_role("button", name="카드 저장하기").click()

    expect(status(page)).to_contain_text("카드를 저장했어요", timeout=WITHIN)
    conversation = client.open()
    told = client.say(conversation, "카드로 5만원 충전해 주세요")
    assert "Visa(끝자리 4242)" in told[-1]["text"]


def test_a_saved_card_whose_bank_asks_is_paid_on_the_page(
    context: BrowserContext, own_server: Server, stripe: LocalStripe
):
    given = {name.lower(): value for name, value in stripe.environment.items()}
    billing = Billing.open(Settings(database_url=own_server.database_url, **given))
    a_saved_card(billing, stripe, "empty", ASKS)
    billing.close()
    client = own_server.customer("empty")
    conversation = client.open()
    asked = client.say(conversation, "top up 30 dollars by card")
    assert "Charge $30.00 to your Visa card ending in 3155?" in asked[-1]["text"]
    told = client.press(conversation, asked)
    assert "$30.00 could not be charged: Your bank asks you to confirm this payment." in told[-1]["text"]

    page = context.new_page()
    page.goto(own_server.address + told[-1]["links"][0]["url"])
    expect(page.get_by_role("alert")).to_contain_text("Your bank asks you to confirm")
    confirm(page, GOOD)
    expect(status(page)).to_contain_text("is paid. Thank you", timeout=WITHIN)
    assert balance(own_server, "empty") == 30


def test_an_invoice_is_paid_on_the_page_that_the_chat_links(context: BrowserContext, own_server: Server):
    client = own_server.customer("hangang")
    invoices = client.get("/v1/account/invoices").json()["invoices"]
    number = next(each["number"] for each in invoices if each["status"] != "paid")
    asked = client.http.post(
        f"/v1/account/invoices/{number}/payments", json={"method": "e_wallet"}, headers={"Idempotency-Key": "i-1"}
    )
    assert asked.status_code == 201, asked.text
    told = client.say(client.open(), "show my credit history")
    assert number in told[-1]["text"]

    page = context.new_page()
    page.goto(own_server.address + told[-1]["links"][0]["url"])
    expect(page.locator("header")).to_contain_text(f"Invoice {number}")
    confirm(page, GOOD)
    expect(status(page)).to_contain_text("is paid. Thank you", timeout=WITHIN)
    invoices = client.get("/v1/account/invoices").json()["invoices"]
    assert {each["number"]: each["status"] for each in invoices}[number] == "paid"


def test_a_link_that_expired_or_was_changed_shows_nothing(context: BrowserContext, own_server: Server, visit: Visit):
    chat = visit("acme")
    say(chat, "top up 41 dollars by e-wallet")
    quick_reply(chat, re.compile("go on"))
    address = f"{own_server.address}{link_of(own_server, chat)}"
    good = address.rpartition("/")[2]
    expired = Signer(own_server.settings.secret("internal_secret"), "pay:payment").sign(
        good.split(".")[0], datetime(2026, 1, 1, tzinfo=UTC)
    )
    card = Signer(own_server.settings.secret("internal_secret"), "pay:card").sign(
        good.split(".")[0], datetime(2099, 1, 1, tzinfo=UTC)
    )
    for token in (expired, card, good[:-1] + ("A" if good[-1] != "A" else "B"), "x"):
        answer = httpx.get(f"{own_server.address}/pay/{token}", headers={"Accept-Language": "ja"})
        assert answer.status_code == 404
        assert "このリンクは有効期限切れです" in answer.text
        assert "41" not in answer.text
        for method, call in (("GET", "state"), ("POST", "session"), ("POST", "cancel")):
            told = httpx.request(
                method, f"{own_server.address}/pay/{token}/{call}", json={} if method == "POST" else None
            )
            assert problem(told, 404, "pay_link_not_found")
    page = context.new_page()
    page.goto(f"{own_server.address}/pay/{expired}")
    expect(page.get_by_role("heading", name="This link has expired")).to_be_visible()


def test_the_page_is_for_nobody_else(own_server: Server, visit: Visit, stripe: LocalStripe):
    chat = visit("acme")
    ask(chat, "top up 42 dollars by e-wallet")
    address = f"{own_server.address}{link_of(own_server, chat)}"
    answer = httpx.get(address)

    policy = answer.headers["content-security-policy"]
    assert f"script-src 'self' {stripe.address};" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert "acme" not in answer.text.lower()
    assert "$42.00" in answer.text
    session = httpx.post(f"{address}/session", json={})
    assert session.headers["cache-control"] == "no-store"
    assert session.json().keys() == {"client_secret", "publishable_key", "state", "failure"}
    assert stripe.secret_key not in answer.text + session.text
    assert (
        httpx.get(f"{address}/state", headers={"Origin": "https://evil.example"}).headers.get(
            "access-control-allow-origin"
        )
        is None
    )


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("ja", "dark"), ("ko", "light")])
def test_the_page_is_accessible(browser: Browser, own_server: Server, stripe: LocalStripe, language: str, scheme: str):
    client = own_server.customer("acme")
    told = top_up(client, language)
    context = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(own_server.address + told[-1]["links"][0]["url"])
    expect(page.locator("#confirm")).to_be_enabled()
    assert page.locator("html").get_attribute("lang") == language
    confirm(page, DECLINED)
    expect(page.get_by_role("alert")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [found["id"] for found in Axe().run(page)["violations"]] == []
    context.close()


TOP_UPS = {
    "en": "top up 43 dollars by e-wallet",
    "ja": "電子ウォレットで43ドルチャージしたい",
    "ko": "전자지갑으로 43달러 충전해 주세요",
}


def top_up(client: Client, language: str) -> list[dict]:
    conversation = client.open()
    asked = client.say(conversation, TOP_UPS[language])
    return client.press(conversation, asked)


def link_of(server: Server, chat: Page) -> str:
    """The address in the newest reply, below the gateway's."""
    href = replies(chat).last.locator(".links a").get_attribute("href") or ""
    return href.removeprefix(server.address)
