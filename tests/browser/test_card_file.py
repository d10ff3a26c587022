"""Cards are a file of their own: fetched when they may be needed, done without where it cannot be had."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.steps import card, launcher, replies, say

CARDS = re.compile(r"/widget\.cards\.js\?v=\w{16}")
PAUSE = 31_000  # milliseconds after which the widget asks again


def asked_for(page: Page) -> list[str]:
    """The addresses of card files that the page has asked for from here on, as they come."""
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url) if CARDS.search(request.url) else None)
    return addresses


def test_neither_a_closed_panel_nor_a_visitor_fetches_the_cards(visit) -> None:
    page = visit("acme", attributes="")
    addresses = asked_for(page)
    page.reload()
    launcher(page).wait_for()
    page.wait_for_load_state("networkidle")
    assert addresses == []

    visitor = visit(None)
    addresses = asked_for(visitor)
    visitor.reload()
    say(visitor, "What is a billing plan?")
    expect(replies(visitor)).to_have_count(1)
    assert addresses == []


def test_a_customer_who_opens_the_panel_has_them_before_the_first_answer(visit) -> None:
    page = visit("acme", attributes="")
    with page.expect_response(CARDS) as fetched:
        launcher(page).click()
    assert fetched.value.ok
    say(page, "What is my balance?")
    expect(card(page, "balance")).to_be_visible()


def test_the_text_stands_whole_where_they_cannot_be_had_and_a_later_try_brings_them(visit) -> None:
    page = visit("acme", attributes="")
    page.clock.install()
    addresses = asked_for(page)
    page.route(CARDS, lambda route: route.abort())
    launcher(page).click()
    say(page, "What is my balance?")
    expect(replies(page).last.locator(".text")).to_contain_text("Top-up credit: $")
    expect(page.locator(".card")).to_have_count(0)
    assert len(addresses) == 1  # not at every message

    page.unroute(CARDS)
    page.clock.fast_forward(PAUSE)
    say(page, "Show my invoices")
    expect(card(page, "invoices")).to_be_visible()
    expect(card(page, "balance")).to_be_visible()
    expect(replies(page).first.locator(".text")).not_to_contain_text("Top-up credit: $")
