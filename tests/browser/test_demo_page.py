"""The gateway's own page, which embeds the widget."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.steps import card, own, panel, replies, say, wait_for_reply


@pytest.fixture
def demo(context: BrowserContext, server: str) -> Iterator[Page]:
    page = context.new_page()
    page.goto(server)
    page.locator(".welcome button").first.wait_for()
    page.wait_for_load_state("networkidle")
    yield page


def test_the_assistant_is_open_and_knows_the_chosen_account(demo: Page) -> None:
    demo.locator("#questions button").first.click()
    wait_for_reply(demo)
    expect(card(demo, "balance").locator(".lead")).to_contain_text("$")

    demo.locator("#account").select_option("hangang")
    expect(own(demo)).to_have_count(0)
    say(demo, "What is my balance?")
    expect(card(demo, "balance").locator(".lead")).to_contain_text("₩")
    demo.reload()
    expect(demo.locator("#account")).to_have_value("hangang")
    expect(replies(demo)).to_have_count(1)


def test_a_visitor_who_chooses_an_account_keeps_the_conversation(demo: Page) -> None:
    demo.locator("#account").select_option("visitor")
    say(demo, "What is a billing plan?")
    demo.locator("#account").select_option("acme")
    say(demo, "What is my balance?")

    expect(card(demo, "balance")).to_be_visible()
    expect(own(demo)).to_have_count(2)


@pytest.mark.parametrize(("language", "title"), [("ja", "請求アシスタント"), ("ko", "결제 도우미")])
def test_page_and_assistant_speak_the_chosen_language_and_remember_it(demo: Page, language: str, title: str) -> None:
    demo.locator("#language").select_option(language)
    for _ in range(2):
        expect(demo.locator("html")).to_have_attribute("lang", language)
        expect(panel(demo).locator("h2")).to_have_text(title)
        demo.reload()


def test_without_demo_accounts_the_page_is_a_visitors(demo: Page) -> None:
    demo.route("**/demo/token", lambda route: route.fulfill(status=404, body="{}"))
    demo.reload()

    expect(demo.locator(".welcome")).to_contain_text("need signing in")
    expect(demo.locator("#account-field")).to_be_hidden()
    say(demo, "What is a billing plan?")
    expect(replies(demo)).to_have_count(1)


@pytest.mark.parametrize("language", ["en", "ja", "ko"])
def test_every_sentence_of_the_page_is_there_and_axe_finds_nothing(demo: Page, language: str) -> None:
    demo.locator("#language").select_option(language)
    for account in ("visitor", "acme"):
        demo.locator("#account").select_option(account)
        assert "undefined" not in demo.locator("body").inner_text()
        assert Axe().run(demo)["violations"] == []


def test_on_a_small_screen_the_page_comes_first(context: BrowserContext, server: str) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(server)
    page.locator(".launcher").wait_for()
    expect(panel(page)).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
