"""The card of an explanation unfolds down to the uses, by pointer, by keyboard and by asking further."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.steps import card, quick_reply, replies, say
from tests.browser.test_access import violations
from tests.browser.test_cards import ASKED, LANGUAGES, RAW

TRACE = re.compile(r"/v1/account/answers/\w+/trace$")


def explained(page: Page, language: str = "en") -> Locator:
    for kind in ("balance", "explanation"):
        say(page, ASKED[kind][LANGUAGES.index(language)])
    return card(page, "explanation")


def opened(tree: Locator, summary: str | re.Pattern[str]) -> Locator:
    """What unfolds under it, by the keyboard."""
    found = tree.locator("summary").filter(has_text=summary).first
    found.focus()
    found.press("Enter")
    return found.locator("..")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_unfolds_from_the_figure_to_the_uses_by_the_keyboard(visit, language: str) -> None:
    page = visit("acme", language=language)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if TRACE.search(request.url) else None)
    tree = explained(page, language)
    assert asked == []

    figure = opened(tree, re.compile("^(Plan |プラン|요금제 )"))
    bucket = opened(figure.locator("details").first, re.compile(r"\d"))
    expect(bucket.locator("> ul > li")).to_have_count(5)
    charge = bucket.locator("> ul > li").first
    uses = opened(charge, re.compile(r"1"))
    expect(uses.locator("li").first).to_contain_text("×")
    assert uses.locator("li .figure").first.inner_text() == charge.locator("> .figure").inner_text().replace("-", "")
    assert len(asked) == 1
    assert RAW.findall(tree.inner_text()) == []
    assert violations(page) == []


def test_asked_further_it_is_unfolded_further(page: Page) -> None:
    explained(page)
    quick_reply(page, "The entries behind it")
    entries = card(page, "explanation").locator(".items > li")
    expect(entries.first).to_be_visible()
    expect(entries.locator("li").first).to_be_hidden()

    quick_reply(page, "The uses behind them")
    expect(card(page, "explanation").locator(".items .items li").first).to_be_visible()
    say(page, "why?")
    expect(replies(page).last).to_contain_text("nothing further down")


def test_the_text_alone_says_it_and_what_cannot_be_had_is_said(page: Page) -> None:
    page.route(TRACE, lambda route: route.abort())
    tree = explained(page)
    opened(tree, re.compile("^Plan "))
    expect(tree).to_contain_text("That did not work")
    expect(replies(page).last).to_contain_text(re.compile(r"available = plan \$[\d.]+ \+ vouchers \$[\d.]+"))

    page.unroute(TRACE)
    opened(tree, re.compile("^Top-up credit "))
    expect(tree.locator(".items, details details").first).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_same_question_gets_today_unfolds_too(visit, language: str) -> None:
    page = visit("acme", language=language)
    tree = explained(page, language)
    today = opened(tree, re.compile("^(The same question today|同じ質問への今日の答え|오늘 같은 질문의 답)"))
    expect(today.locator(".said")).to_contain_text(re.compile(r"\d"))
    expect(today.locator(".note")).to_contain_text(re.compile("word for word|一字一句|한 글자도"))
    assert RAW.findall(tree.inner_text()) == []
    assert violations(page) == []


def test_what_is_unfolded_while_the_other_is_being_fetched_comes_too(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(TRACE, hold)
    tree = explained(page)
    opened(tree, re.compile("^Plan "))
    today = opened(tree, re.compile("^The same question today"))
    expect(today.locator(".said")).to_contain_text(re.compile(r"\d"))

    held[0].continue_()
    expect(tree.locator("details details").first).to_be_visible()
    assert len(held) == 1
