from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import choose_account, field, own, replies, say, wait_for_reply


def test_a_question_is_answered_with_a_card(page: Page) -> None:
    say(page, "What is my balance?")

    expect(replies(page)).to_have_count(1)
    expect(page.locator(".card-balance dd").first).to_contain_text("$")


def test_a_suggestion_starts_the_conversation(page: Page) -> None:
    page.locator("#suggestions button").first.click()
    wait_for_reply(page)

    expect(own(page)).to_have_text("YouWhat is my balance?")
    expect(replies(page)).to_have_count(1)
    expect(page.locator("#welcome")).to_be_hidden()


def test_markup_that_somebody_writes_stays_text(page: Page) -> None:
    say(page, "<img src=x onerror=alert(1)><b>hello</b>")

    expect(own(page)).to_contain_text("<img src=x onerror=alert(1)><b>hello</b>")
    assert page.locator("#log img, #log b").count() == 0


def test_links_leave_safely_and_say_so(page: Page) -> None:
    say(page, "What is a billing plan?")

    link = replies(page).locator("a").first
    expect(link).to_have_attribute("href", "https://ai-docs.fptcloud.com/account/billing/tutorials/billing-plans")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_contain_text("opens another site")


def test_only_the_newest_replys_buttons_can_be_pressed(page: Page) -> None:
    say(page, "I want to top up 50 USD by card")
    old = replies(page).nth(1).locator(".buttons button")
    expect(old.first).to_be_enabled()

    old.last.click()
    wait_for_reply(page)

    expect(old.first).to_be_disabled()


def test_shift_enter_starts_a_new_line_and_enter_sends(page: Page) -> None:
    field(page).press_sequentially("one")
    field(page).press("Shift+Enter")
    field(page).press_sequentially("two")
    expect(field(page)).to_have_value("one\ntwo")
    expect(own(page)).to_have_count(0)

    field(page).press("Enter")

    expect(own(page)).to_have_count(1)
    expect(field(page)).to_have_value("")


def test_enter_that_ends_a_composition_does_not_send(page: Page) -> None:
    field(page).focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send(
        "Input.imeSetComposition",
        {"text": "残高", "selectionStart": 2, "selectionEnd": 2},
    )
    field(page).press("Enter")
    assert own(page).count() == 0

    keyboard.send("Input.insertText", {"text": "残高"})
    field(page).press("Enter")

    expect(own(page)).to_have_count(1)


def test_a_reload_keeps_the_conversation_of_each_account(page: Page) -> None:
    say(page, "What is my balance?")
    expect(page.locator("#log .card-balance")).to_be_visible()
    before = page.locator("#log").inner_text()
    choose_account(page, "visitor")
    expect(replies(page)).to_have_count(0)
    say(page, "What is a billing plan?")

    page.reload()
    expect(page.locator("#account")).to_have_value("visitor")
    expect(replies(page)).to_have_count(1)
    page.locator("#account").select_option("acme")

    expect(page.locator("#log .card-balance")).to_be_visible()
    assert page.locator("#log").inner_text() == before


def test_a_new_conversation_starts_empty(page: Page) -> None:
    say(page, "What is my balance?")
    page.locator("#new").click()

    expect(page.locator("#welcome")).to_be_visible()
    page.reload()
    expect(page.locator("#welcome")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "question"),
    [("ja", "残高を教えてください"), ("ko", "잔액이 얼마인가요?")],
)
def test_the_page_speaks_the_chosen_language_and_remembers_it(page: Page, language: str, question: str) -> None:
    page.locator("#language").select_option(language)
    expect(page.locator("html")).to_have_attribute("lang", language)
    say(page, question)
    expect(replies(page).first).to_have_attribute("lang", language)

    page.reload()

    expect(page.locator("html")).to_have_attribute("lang", language)


def test_every_sentence_of_the_page_exists_in_three_languages(page: Page) -> None:
    keys = page.evaluate("""async () => Object.values((await import("/page/messages.js")).default)
        .map((sentences) => Object.keys(sentences).sort())""")

    assert len(keys) == 3
    assert keys[0] == keys[1] == keys[2]


@pytest.mark.parametrize(
    "question", ["What is my balance?", "Show my plan", "Spend per service", "My usage last month"]
)
@pytest.mark.parametrize("language", ["en", "ja", "ko"])
def test_every_label_of_a_card_is_a_word(page: Page, language: str, question: str) -> None:
    page.locator("#language").select_option(language)
    say(page, question)
    expect(page.locator("#log .card")).to_be_visible()

    assert re.findall(r"\b(?:field|card|value|unit)_\w+", page.locator("#log").inner_text()) == []


@pytest.mark.parametrize(("account", "drawn"), [("acme", "Sessions a day"), ("sakura", "Spend a day")])
def test_the_chart_of_usage_draws_what_there_was(page: Page, account: str, drawn: str) -> None:
    """Sessions; spend for an account that uses other services only."""
    choose_account(page, account)
    say(page, "My usage last month")
    chart = page.locator("#log .chart")

    expect(chart).to_have_attribute("aria-label", re.compile(drawn))
    heights = chart.locator("rect").evaluate_all("bars => bars.map((bar) => Number(bar.getAttribute('height')))")
    assert max(heights) == 60
    assert len(set(heights)) > 1
