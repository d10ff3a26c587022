"""Every kind of card, as the real ledger fills it."""

from __future__ import annotations

import csv
import io
import json
import re
import urllib.request
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import card, field, quick_reply, replies, say

ASKED = {
    "balance": ("What is my balance?", "残高を教えてください", "잔액이 얼마인가요?"),
    "plan": ("Show my plan", "プランの詳細を教えて", "내 요금제 알려줘"),
    "services": ("Spend per service", "サービス別の利用額は？", "서비스별 사용 금액 알려줘"),
    "usage": ("My usage last month", "先月の利用状況", "지난달 사용량"),
    "credit_history": ("Show my credit history", "クレジットの履歴を見せて", "크레딧 내역 보여줘"),
    "invoices": ("Show my invoices", "請求書を見せて", "청구서 보여줘"),
    "forecast": ("When will my credit run out?", "残高はいつなくなりますか？", "언제 다 떨어져요?"),
    "explanation": ("why?", "なぜ？", "왜요?"),
    "what_if": (
        "What if traffic doubles?",
        "トラフィックが2倍になったらどうなりますか？",
        "트래픽이 두 배가 되면 어떻게 되나요?",
    ),
    "plans": ("Which plan fits my usage?", "自分に合うプランはどれですか？", "저에게 맞는 요금제는 무엇인가요?"),
}
LANGUAGES = ("en", "ja", "ko")
RAW = re.compile(r"\{\w+\}|\b(?:kind|bucket|state|request)_\w+|\b[a-z]+_[a-z_]+\b|undefined|null|NaN|Invalid")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_is_laid_out_in_words_of_the_language(visit, language: str) -> None:
    page = visit("acme", language=language)
    for kind, questions in ASKED.items():
        say(page, questions[LANGUAGES.index(language)])
        expect(card(page, kind)).to_be_visible()
        assert RAW.findall(card(page, kind).inner_text()) == []
        if language == "en":
            assert re.search(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]", card(page, kind).inner_text()) is None


def test_the_balance_is_told_by_bucket_with_what_expires(page: Page) -> None:
    say(page, "What is my balance?")
    lines = card(page, "balance").locator("dl > div")
    expect(lines.filter(has_text=re.compile(r"^Voucher \(expires on ")).first).to_contain_text("$")
    expect(lines.filter(has_text="Top-up credit (does not expire)")).to_contain_text("$")


def test_the_plan_has_a_bar_for_each_quota(page: Page) -> None:
    say(page, "Show my plan")
    bars = card(page, "plan").locator("progress")
    expect(bars).to_have_count(5)
    expect(bars.nth(1)).to_have_attribute("aria-label", re.compile(r"^Bot sessions: [\d,]+ of 1,500 sessions$"))


@pytest.mark.parametrize(("account", "drawn"), [("acme", "Sessions a day"), ("sakura", "Spend a day")])
def test_the_chart_of_usage_draws_what_there_was(visit, account: str, drawn: str) -> None:
    """Sessions; spend for an account that uses other services only."""
    page = visit(account)
    say(page, "My usage last month")
    chart = card(page, "usage").get_by_role("img")

    expect(chart).to_have_attribute("aria-label", re.compile(drawn))
    heights = chart.locator("rect").evaluate_all("bars => bars.map((bar) => Number(bar.getAttribute('height')))")
    assert max(heights) == 60
    assert len(set(heights)) > 1


def test_arrow_keys_and_the_pointer_read_the_chart(page: Page) -> None:
    say(page, "My usage in October 2026")
    chart, read = card(page, "usage").locator(".chart"), card(page, "usage").locator("output")
    chart.focus()
    page.keyboard.press("Home")
    expect(read).to_have_text(re.compile(r"^Oct 1, 2026: Sessions \d+, Spend \$[\d.]+$"))
    page.keyboard.press("ArrowRight")
    expect(read).to_contain_text("Oct 2, 2026")
    page.keyboard.press("End")
    expect(read).to_contain_text("Oct 31, 2026")

    box = chart.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 2, box["y"] + 5)
    expect(read).to_contain_text("Oct 1, 2026")


def test_the_table_and_the_file_have_the_charts_figures(page: Page, tmp_path: Path) -> None:
    say(page, "My usage in October 2026")
    usage = card(page, "usage")
    usage.locator("summary").click()
    expect(usage.locator("tbody tr")).to_have_count(31)

    with page.expect_download() as coming:
        usage.get_by_role("button", name="CSV").click()
    assert coming.value.suggested_filename == "usage-2026-10-01-2026-10-31.csv"
    coming.value.save_as(tmp_path / "usage.csv")
    lines = list(csv.DictReader(io.StringIO((tmp_path / "usage.csv").read_text("utf-8-sig"))))
    assert len(lines) == 31
    assert usage.locator("tbody tr").first.locator("td").first.inner_text() == lines[0]["sessions"]
    assert sum(int(line["sessions"]) for line in lines) == int(usage.locator("dd").nth(1).inner_text())


def test_usage_is_told_by_service_too(page: Page) -> None:
    say(page, "My usage last month")
    usage = card(page, "usage")
    usage.get_by_role("button", name="By service").click()
    expect(usage.locator(".items li")).to_have_count(4)
    expect(usage.locator(".items li").first).to_contain_text("Bot sessions")


def test_the_credit_history_goes_on_page_by_page(page: Page) -> None:
    say(page, "Show my credit history")
    history = card(page, "credit_history")
    expect(history.locator("li")).to_have_count(10)
    history.get_by_role("button", name="Show more").click()
    expect(history.locator("li")).to_have_count(20)
    said = history.locator("li").all_inner_texts()
    assert len(set(said)) > 15


def test_an_invoice_comes_as_a_file_by_the_customers_token(page: Page, tmp_path: Path) -> None:
    say(page, "Show my invoices")
    with page.expect_download() as coming:
        card(page, "invoices").get_by_role("button", name=re.compile("^PDF INV-")).first.click()
    assert re.fullmatch(r"INV-\d{4}-\d+\.pdf", coming.value.suggested_filename)
    coming.value.save_as(tmp_path / "invoice.pdf")
    assert (tmp_path / "invoice.pdf").read_bytes().startswith(b"%PDF-")


def test_a_file_that_does_not_come_is_said(page: Page) -> None:
    say(page, "Show my invoices")
    page.route("**/*.pdf*", lambda route: route.abort())
    card(page, "invoices").get_by_role("button", name=re.compile("^PDF")).first.click()
    expect(card(page, "invoices")).to_contain_text("That did not work")


def test_plans_are_compared_cheapest_first(page: Page) -> None:
    say(page, "Which plan fits my usage?")
    lines = card(page, "plans").locator(".items li")
    expect(lines.first).to_contain_text("cheapest")
    lengths = lines.locator("progress").evaluate_all("bars => bars.map((bar) => bar.value)")
    assert lengths == sorted(lengths)


def comparison(visit, account: str) -> Any:
    """What the account's plans would cost, as data."""
    asked = urllib.request.Request(
        f"{visit.server}/v1/account/plan-comparison", headers={"Authorization": f"Bearer {visit.fresh_token()}"}
    )
    with urllib.request.urlopen(asked) as answer:
        return json.load(answer)


@pytest.mark.parametrize("account", ["acme", "paused", "expired"])
def test_the_break_even_is_drawn_where_billing_says_it_is(visit, account: str) -> None:
    page = visit(account)
    told = comparison(visit, account)
    say(page, "Which plan fits my usage?")
    chart = card(page, "plans").locator(".volumes")

    own = next(n for n, line in enumerate(told["lines"]) if line["present"])
    yours = next(point for point in told["points"] if point["volume"] == "1")
    changes = [(crossing["volume"], f"${Decimal(crossing['total']['amount']):,}") for crossing in told["crossings"]]
    assert changes
    for (volume, total), said in zip(changes, chart.locator(".changes li").all(), strict=True):
        expect(said).to_have_text(
            re.compile(rf"^From {volume} times your usage, .+ is the cheapest \({re.escape(total)}\)")
        )
    picture = chart.get_by_role("img")
    expect(picture).to_have_attribute(
        "aria-label", re.compile(re.escape(f"${Decimal(yours['totals'][own]['amount']):,}. "))
    )
    expect(picture).to_have_attribute("aria-label", re.compile(re.escape(changes[-1][1])))
    expect(picture).to_contain_text("you are here")

    drawn = picture.evaluate(MARKS)
    assert [round(Decimal(x), 3) for x in drawn["marks"]] == [  # along the axis, which reaches to three times the use
        pytest.approx(Decimal(2) + 316 * Decimal(volume) / 3, abs=Decimal("0.01")) for volume, _ in changes
    ]
    assert drawn["here"] == [pytest.approx(2 + 316 / 3)]
    assert len(set(drawn["dashes"])) == len(drawn["dashes"]) == chart.locator(".key li").count() > 1
    expect(chart.locator(".key .tag")).to_have_text("what you have")


MARKS = """picture => {
  const all = (found, read) => [...picture.querySelectorAll(found)].map(read);
  return {
    marks: all(".mark", (mark) => mark.getAttribute("d").match(/^M([\\d.]+)/)[1]),
    here: all("circle", (circle) => Number(circle.getAttribute("cx"))),
    dashes: all(".line", (line) => line.getAttribute("stroke-dasharray")),
  };
}"""


def test_the_break_evens_table_has_every_total_of_every_plan(visit) -> None:
    page = visit("acme")
    told = comparison(visit, "acme")
    say(page, "Which plan fits my usage?")
    chart = card(page, "plans").locator(".volumes")
    chart.locator("summary").click()
    lines = [row.locator("th, td").all_inner_texts() for row in chart.locator("tbody tr").all()]
    assert lines == [
        [f"{Decimal(point['volume']):g}×", *(f"${Decimal(total['amount']):,}" for total in point["totals"])]
        for point in told["points"]
    ]


def test_a_comparison_from_before_the_chart_is_shown_as_it_was(page: Page) -> None:
    def older(route) -> None:
        kept = route.fetch().json()
        for message in kept["messages"]:
            for name in ("lines", "points", "crossings"):
                message.get("card", {}).pop(name, None)
        route.fulfill(json=kept, headers={"Access-Control-Allow-Origin": "*"})

    say(page, "Which plan fits my usage?")
    expect(card(page, "plans").locator(".volumes")).to_be_visible()
    page.route("**/v1/conversations/*/messages", older)
    page.reload()
    expect(card(page, "plans").locator(".items li").first).to_contain_text("cheapest")
    expect(card(page, "plans").locator(".volumes")).to_have_count(0)


def test_both_courses_of_a_what_if_stand_side_by_side(page: Page) -> None:
    """As bars and as a table with named rows and columns; the text alone says the same figures."""
    say(page, "what if traffic doubles and we move to Growth?")
    told = card(page, "what_if")
    expect(told.locator(".items li")).to_have_count(2)
    costs = told.locator(".items .figure").all_inner_texts()
    assert len(set(costs)) == 2
    assert all(cost in replies(page).last.inner_text() for cost in costs)
    lengths = told.locator("progress").evaluate_all("bars => bars.map((bar) => bar.value)")
    assert max(lengths) == 1
    names = told.locator("progress").evaluate_all("bars => bars.map((bar) => bar.getAttribute('aria-label'))")
    assert names == [f"As it is: {costs[0]}", f"With the changes: {costs[1]}"]

    assert told.get_by_role("columnheader").all_inner_texts()[1:] == ["As it is", "With the changes"]
    row = told.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Cost"))
    assert row.get_by_role("cell").all_inner_texts() == costs
    expect(told.get_by_role("rowheader")).to_have_text(
        ["Cost", "Not covered from", "Invoices due", "Available", "Owed"]
    )
    quick_reply(page, "Change to Growth")
    expect(card(page, "confirmation")).to_contain_text("Nothing happens until you confirm")


def test_terms_hold_until_they_are_answered_and_the_receipt_says_what_was_done(visit) -> None:
    page = visit("empty")
    say(page, "top up 50 USD by card")
    confirmation = card(page, "confirmation")
    expect(confirmation).to_contain_text("Nothing happens until you confirm")
    expect(confirmation.locator("dl > div").first).to_have_text("Amount$50.00")

    quick_reply(page, "Yes, top up")

    expect(confirmation).to_contain_text("No longer valid")
    expect(confirmation.locator("..").locator(".buttons button").first).to_be_disabled()
    receipt = card(page, "receipt")
    expect(receipt).to_contain_text("Completed")
    expect(receipt.locator("dl > div").filter(has_text="Amount")).to_contain_text("$50.00")


@pytest.mark.parametrize(
    ("account", "asked", "shown"),
    [
        ("pending", "confirm my plan", r"PlanGrowth \(Monthly\)"),
        ("hangang", "change to growth", r"Takes effect on"),
        ("paused", "resume my plan", r"Takes effect on"),
    ],
)
def test_exact_terms_of_a_change_are_shown_and_declining_does_nothing(
    visit, account: str, asked: str, shown: str
) -> None:
    page = visit(account)
    say(page, asked)
    expect(card(page, "confirmation")).to_contain_text(re.compile(shown))
    assert RAW.findall(card(page, "confirmation").inner_text()) == []
    quick_reply(page, "No")
    expect(card(page, "receipt")).to_have_count(0)


def test_a_request_shows_where_it_stands(page: Page) -> None:
    say(page, "contact support")
    say(page, "my bot is down since yesterday")
    quick_reply(page, re.compile("Yes"))
    say(page, "show my requests")
    expect(card(page, "requests").locator("li").first).to_contain_text(re.compile("R-\\d+ · Support"))
    expect(card(page, "requests")).to_contain_text("my bot is down since yesterday")


def test_times_are_the_accounts_whatever_the_browsers_zone(visit, browser, host) -> None:
    page = visit("sakura", language="ja")
    say(page, "残高を教えてください")
    shown = card(page, "balance").locator("dl > div").last.inner_text()
    here = page.evaluate(
        """() => new Intl.DateTimeFormat("ja", {dateStyle: "medium", timeStyle: "short", timeZone: "Asia/Tokyo"})
        .format(new Date())"""
    )
    assert shown.split("\n")[-1][:13] == here[:13]  # to the hour


def test_a_kind_of_card_that_is_not_known_leaves_the_text_whole(page: Page) -> None:
    def unknown(route) -> None:
        kept = route.fetch().json()
        for message in kept["messages"]:
            if message["role"] == "assistant":
                message["card"] = {"kind": "something_new"}
        route.fulfill(json=kept, headers={"Access-Control-Allow-Origin": "*"})

    say(page, "What is my balance?")
    page.route("**/v1/conversations/*/messages", unknown)
    page.reload()
    expect(replies(page)).to_contain_text("Top-up credit: $")
    expect(page.locator(".card")).to_have_count(0)
    expect(field(page)).to_be_visible()
