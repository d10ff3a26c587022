"""Who is talking: tokens that end, a sign-in in the middle, several tabs."""

from __future__ import annotations

import base64
import json
import time

from playwright.sync_api import Page, expect

from tests.browser.steps import card, field, own, replies, say, wait_for_reply

IDENTIFY = "BillingAssistant.identify(() => window.hostToken())"


def ending_in(seconds: float, token: str) -> str:
    """The same claims with another end and a signature that is therefore wrong: what a page may see of an old token."""
    head, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    claims["exp"] = int(time.time() + seconds)
    changed = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"{head}.{changed}.{signature}"


def test_a_token_is_asked_for_once_while_it_is_good(visit) -> None:
    page = visit("acme")
    for text in ("What is my balance?", "Show my plan"):
        say(page, text)
    assert visit.asked == 1


def test_a_token_is_replaced_before_it_ends(visit) -> None:
    page = visit("acme")
    good = visit.fresh_token
    refused: list[int] = []
    page.on("response", lambda answer: refused.append(answer.status) if answer.status == 401 else None)
    visit.token = lambda: ending_in(50, good())  # type: ignore[method-assign, arg-type]
    page.evaluate(IDENTIFY)
    asked = visit.asked
    visit.token = good  # type: ignore[method-assign]

    say(page, "What is my balance?")

    expect(card(page, "balance")).to_be_visible()
    assert visit.asked > asked
    assert refused == []


def test_a_token_that_is_refused_is_replaced_once(visit) -> None:
    page = visit("acme")
    good = visit.fresh_token
    visit.token = lambda: ending_in(3000, good())  # type: ignore[method-assign, arg-type]
    page.evaluate(IDENTIFY)
    visit.token = good  # type: ignore[method-assign]

    say(page, "What is my balance?")
    expect(card(page, "balance")).to_be_visible()


def test_where_no_token_comes_any_more_the_customer_is_asked_to_sign_in(visit) -> None:
    page = visit("acme")
    page.evaluate("""() => { window.heard = []; BillingAssistant.on("signin", () => heard.push("signin")); }""")
    good = visit.fresh_token
    visit.token = lambda: ending_in(50, good())  # type: ignore[method-assign, arg-type]
    page.evaluate(IDENTIFY)
    visit.token = lambda: None  # type: ignore[method-assign, assignment]
    say(page, "What is my balance?")
    expect(page.get_by_role("alert")).to_contain_text("Please sign in again")
    assert page.evaluate("heard") == ["signin"]

    visit.token = good  # type: ignore[method-assign]
    page.evaluate(IDENTIFY)

    expect(card(page, "balance")).to_be_visible()
    expect(own(page)).to_have_count(1)


def test_a_customers_message_is_never_said_as_another(visit) -> None:
    page = visit("acme")
    good = visit.fresh_token
    visit.token = lambda: ending_in(50, good())  # type: ignore[method-assign, arg-type]
    page.evaluate(IDENTIFY)
    visit.token, visit.account = good, "sakura"  # type: ignore[method-assign]
    posted: list[str] = []
    page.on("request", lambda asked: posted.append(asked.url) if asked.method == "POST" else None)

    say(page, "What is my balance?")

    expect(page.get_by_role("alert")).to_contain_text("Please sign in again")
    assert posted == []


def test_a_sign_in_in_the_middle_keeps_the_conversation(visit) -> None:
    page = visit(None)
    say(page, "What is a billing plan?")
    say(page, "What is my balance?")
    expect(replies(page).last).to_contain_text("sign in")

    visit.account = "acme"
    page.evaluate(IDENTIFY)
    say(page, "What is my balance?")

    expect(card(page, "balance")).to_be_visible()
    expect(own(page)).to_have_count(3)
    page.reload()
    expect(own(page)).to_have_count(3)
    expect(replies(page)).to_have_count(3)


def test_a_sign_in_on_another_page_keeps_the_conversation_too(visit) -> None:
    page = visit(None)
    say(page, "What is a billing plan?")
    visit.account = "acme"
    page.goto(visit.host.url(language="en"))

    expect(own(page)).to_have_count(1)
    say(page, "What is my balance?")
    expect(card(page, "balance")).to_be_visible()


def test_signing_out_begins_anew_and_leaves_nothing_behind(visit) -> None:
    page = visit("acme")
    say(page, "What is my balance?")
    visit.account = None
    page.evaluate("BillingAssistant.signOut()")

    expect(page.locator(".welcome")).to_contain_text("need signing in")
    assert page.evaluate("localStorage.length") == 0
    say(page, "What is my balance?")
    expect(replies(page)).to_have_count(1)
    expect(page.locator(".card")).to_have_count(0)


def test_each_customer_of_one_browser_has_a_conversation_of_their_own(visit) -> None:
    page = visit("acme")
    say(page, "What is my balance?")
    visit.account = "sakura"
    page.evaluate(IDENTIFY)
    expect(own(page)).to_have_count(0)
    say(page, "Show my plan")
    visit.account = "acme"
    page.evaluate(IDENTIFY)

    expect(card(page, "balance")).to_be_visible()
    expect(own(page)).to_have_count(1)


def test_two_tabs_show_the_same_conversation(visit) -> None:
    one = visit("acme")
    say(one, "What is my balance?")
    other = visit("acme")
    expect(card(other, "balance")).to_be_visible()

    say(other, "Show my plan")
    expect(card(one, "plan")).to_be_visible()
    expect(own(one)).to_have_text(["YouWhat is my balance?", "YouShow my plan"])
    say(one, "Show my invoices")
    expect(card(other, "invoices")).to_be_visible()
    assert texts(one) == texts(other)


def test_what_two_tabs_wrote_offline_is_each_answered_once(visit) -> None:
    one, other = visit("acme"), visit("acme")
    keys: list[str] = []
    for page in (one, other):
        page.on("request", lambda asked: keys.append(asked.headers.get("idempotency-key", "")))
    visit.context.set_offline(True)
    for page, text in ((one, "What is my balance?"), (other, "Show my plan")):
        field(page).fill(text)
        field(page).press("Enter")
    visit.context.set_offline(False)
    for page in (one, other):
        wait_for_reply(page)
        expect(card(page, "balance")).to_be_visible()
        expect(card(page, "plan")).to_be_visible()

    assert len({key for key in keys if key}) == 2
    expect(own(one)).to_have_count(2)
    assert sorted(texts(one)) == sorted(texts(other))


def test_a_sign_in_in_one_tab_reaches_the_other(visit) -> None:
    one, other = visit(None), visit(None)
    say(one, "What is a billing plan?")
    expect(replies(other)).to_have_count(1)
    visit.account = "acme"
    one.evaluate(IDENTIFY)
    field(other).fill("What is my balance?")  # whether the other tab has heard of it by now or not
    field(other).press("Enter")

    expect(card(other, "balance")).to_be_visible()
    expect(own(other)).to_have_count(2)
    expect(card(one, "balance")).to_be_visible()


def texts(page: Page) -> list[str]:
    return page.locator(".log .message .text").all_inner_texts()


def test_of_two_sign_ins_at_once_the_latest_counts(visit) -> None:
    page = visit(None)
    say(page, "What is a billing plan?")
    tokens = []
    for account in ("acme", "sakura"):
        visit.account = account
        tokens.append(visit.fresh_token())
    page.evaluate(
        "(tokens) => Promise.all(tokens.map((token) => BillingAssistant.identify(() => token)))",
        tokens,
    )
    say(page, "What is my balance?")
    expect(card(page, "balance").locator(".lead")).to_contain_text("¥")


def test_a_sign_out_while_a_sign_in_is_on_its_way_counts(visit) -> None:
    page = visit(None)
    say(page, "What is a billing plan?")
    visit.account = "acme"
    page.evaluate("BillingAssistant.identify(() => window.hostToken()); BillingAssistant.signOut()")
    say(page, "What is my balance?")
    expect(replies(page).last).to_contain_text("sign in")
