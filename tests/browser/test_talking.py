from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import card, field, launcher, own, panel, quick_reply, replies, say, wait_for_reply

OPEN = {"Access-Control-Allow-Origin": "*"}


def test_a_question_is_answered_with_a_card(page: Page) -> None:
    say(page, "What is my balance?")

    expect(replies(page)).to_have_count(1)
    expect(card(page, "balance").locator(".lead")).to_contain_text("$")


def test_a_suggestion_starts_the_conversation(page: Page) -> None:
    page.locator(".welcome button").first.click()
    wait_for_reply(page)

    expect(own(page)).to_have_text("YouWhat is my balance?")
    expect(replies(page)).to_have_count(1)
    expect(page.locator(".welcome")).to_have_count(0)


def test_markup_that_somebody_writes_stays_text(page: Page) -> None:
    say(page, "<img src=x onerror=alert(1)><b>hello</b>")

    expect(own(page)).to_contain_text("<img src=x onerror=alert(1)><b>hello</b>")
    assert page.locator(".log img, .log .own b").count() == 0


def test_links_leave_safely_and_say_so(page: Page) -> None:
    say(page, "What is a billing plan?")

    link = replies(page).locator("a").first
    expect(link).to_have_attribute("href", "https://ai-docs.fptcloud.com/account/billing/tutorials/billing-plans")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_contain_text("opens another site")


def test_an_address_that_is_not_https_is_no_link(page: Page) -> None:
    def answer(route) -> None:
        said = {
            "id": "m-1", "role": "assistant", "answer_id": "m", "language": "en", "topic": "t", "card": None,
            "buttons": [],
            "text": "javascript:alert(1) http://evil.example https://good.example.",
            "links": [{"title": "bad", "url": "javascript:alert(1)"}, {"title": "plain", "url": "http://evil.example"}],
            "created_at": "2026-01-01T00:00:00Z",
        }  # fmt: skip
        route.fulfill(json={"messages": [said], "next": None, "ratings": {}}, headers=OPEN)

    say(page, "hi")
    page.route("**/v1/conversations/*/messages", answer)
    page.reload()

    expect(replies(page).locator("a")).to_have_count(1)
    expect(replies(page).locator("a")).to_have_attribute("href", "https://good.example/")


def test_only_the_newest_replys_buttons_can_be_pressed(page: Page) -> None:
    say(page, "I want to top up 50 USD by card")
    old = replies(page).nth(1).locator(".buttons button")
    expect(old.first).to_be_enabled()

    quick_reply(page, "No")

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
    keyboard.send("Input.imeSetComposition", {"text": "残高", "selectionStart": 2, "selectionEnd": 2})
    field(page).press("Enter")
    assert own(page).count() == 0

    keyboard.send("Input.insertText", {"text": "残高"})
    field(page).press("Enter")

    expect(own(page)).to_have_count(1)


def test_messages_written_while_another_is_answered_are_answered_in_order(page: Page) -> None:
    for text in ("What is my balance?", "Show my plan"):
        field(page).fill(text)
        field(page).press("Enter")
    wait_for_reply(page)

    kinds = page.locator(".log .card").evaluate_all("cards => cards.map((card) => card.dataset.kind)")
    assert kinds == ["balance", "plan"]
    expect(page.locator(".log > .message").nth(2)).to_contain_text("Show my plan")


def test_the_language_is_the_pages_unless_the_tag_says_another(visit) -> None:
    expect(panel(visit(language="ko")).locator("h2")).to_have_text("결제 도우미")
    expect(panel(visit(language="fr")).locator("h2")).to_have_text("Billing assistant")
    expect(panel(visit(language="ko", attributes="data-open data-language=ja")).locator("h2")).to_have_text(
        "請求アシスタント"
    )


@pytest.mark.parametrize(("language", "question"), [("ja", "残高を教えてください"), ("ko", "잔액이 얼마인가요?")])
def test_an_answer_is_in_the_language_of_the_question(visit, language: str, question: str) -> None:
    page = visit("acme", language=language)
    say(page, question)
    expect(replies(page).first).to_have_attribute("lang", language)
    expect(card(page, "balance")).to_contain_text("$")


def test_the_page_opens_closes_speaks_and_listens(visit) -> None:
    page = visit("acme", attributes="data-title=Help")
    page.evaluate("""() => {
        window.heard = [];
        const hear = (name) => BillingAssistant.on(name, (told) => heard.push([name, told?.role]));
        ["open", "close", "message"].forEach(hear);
    }""")
    expect(panel(page)).to_have_count(0)

    page.evaluate("BillingAssistant.send('What is my balance?')")
    expect(panel(page).locator("h2")).to_have_text("Help")
    wait_for_reply(page)
    page.evaluate("BillingAssistant.close()")
    expect(panel(page)).to_have_count(0)

    assert page.evaluate("heard") == [
        ["open", None], ["message", "user"], ["message", "assistant"], ["close", None],
    ]  # fmt: skip


def test_what_comes_while_it_is_closed_is_counted(page: Page) -> None:
    field(page).fill("What is my balance?")
    field(page).press("Enter")
    page.evaluate("BillingAssistant.close()")

    expect(launcher(page)).to_contain_text("1 new")
    launcher(page).click()
    expect(replies(page)).to_have_count(1)
    launcher(page).click()
    expect(launcher(page)).not_to_contain_text("new")


def test_an_answer_is_rated_and_can_be_rated_again(page: Page) -> None:
    say(page, "What is my balance?")
    rating = page.locator(".rating")
    rating.get_by_role("button", name="No").click()
    expect(rating).to_contain_text("Thank you.")

    page.reload()
    expect(rating.get_by_role("button", name="No")).to_have_attribute("aria-pressed", "true")
    rating.get_by_role("button", name="Yes").click()
    expect(rating.get_by_role("button", name="Yes")).to_have_attribute("aria-pressed", "true")
    expect(rating.get_by_role("button", name="No")).to_have_attribute("aria-pressed", "false")
