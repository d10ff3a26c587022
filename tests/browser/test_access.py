"""For everybody: axe in every state, keyboard alone, small and enlarged screens, right to left, hostile styles."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.steps import card, field, launcher, own, panel, replies, say, wait_for_reply
from tests.browser.test_cards import ASKED, LANGUAGES
from tests.browser.test_faults import MESSAGES, failing

NARROW = {"width": 360, "height": 640}


def violations(page: Page) -> list[tuple[Any, Any]]:
    """What axe finds in the widget; the site's own page is not ours."""
    found = Axe().run(page, context={"include": [["billing-assistant"]]})["violations"]
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]


SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_in_any_state(visit, language: str) -> None:
    page = visit("acme", language=language)

    def sound(state: str) -> None:
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert violations(page) == [], f"{state}, {scheme}"

    sound("welcome")
    for kind, questions in ASKED.items():
        say(page, questions[LANGUAGES.index(language)])
        expect(card(page, kind)).to_be_visible()
    for summary in page.locator("summary").element_handles():  # those that are there now: more unfold from them
        summary.click()
    say(page, "top up 50 USD by card")
    sound("every card, with tables open")

    page.route(MESSAGES, failing(500, "turn_failed"))
    page.context.set_offline(True)
    field(page).fill("?")
    field(page).press("Enter")
    sound("offline")
    page.context.set_offline(False)
    expect(page.get_by_role("alert")).to_be_visible(timeout=10_000)
    sound("not sent")
    page.evaluate("BillingAssistant.close()")
    sound("closed")


def test_the_keyboard_alone_is_enough(visit) -> None:
    page = visit("acme", attributes="")
    page.get_by_role("button", name="Its own button").focus()
    page.keyboard.press("Tab")
    expect(launcher(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(field(page)).to_be_focused()
    for _ in range(5):  # the four suggestions, and the first of them
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    wait_for_reply(page)
    expect(own(page)).to_have_count(1)
    expect(field(page)).to_be_focused()

    page.keyboard.press("Escape")
    expect(panel(page)).to_have_count(0)
    expect(launcher(page)).to_be_focused()


def test_a_full_screen_panel_keeps_the_focus_and_escape_gives_it_back(visit) -> None:
    page = visit("acme", attributes="")
    page.set_viewport_size(NARROW)
    launcher(page).click()
    expect(panel(page)).to_have_attribute("aria-modal", "true")
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.localName") == "billing-assistant"
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        assert page.evaluate("document.activeElement.localName") == "billing-assistant"
    page.keyboard.press("Escape")
    expect(launcher(page)).to_be_focused()


def test_beside_the_page_the_panel_lets_the_focus_go(page: Page) -> None:
    expect(panel(page)).not_to_have_attribute("aria-modal", "true")
    launcher(page).focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.localName") != "billing-assistant"


def test_what_is_said_is_announced_and_a_history_is_not(page: Page) -> None:
    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    say(page, "What is my balance?")
    page.route(MESSAGES, lambda route: None)  # never answered
    page.reload()
    expect(log).to_have_attribute("aria-live", "off")
    expect(page.get_by_role("status").last).to_contain_text("Loading")


@pytest.mark.parametrize("size", [NARROW, {"width": 320, "height": 256}, {"width": 640, "height": 400}])
def test_nothing_sticks_out_of_a_small_or_enlarged_screen(visit, size) -> None:
    """320 × 256 is 1280 × 1024 at 400 %; 640 × 400 is 1280 × 800 at 200 %."""
    page = visit("acme", attributes="")
    page.set_viewport_size(size)
    launcher(page).click()
    for kind in ("usage", "plans", "credit_history", "plan"):
        say(page, ASKED[kind][0])
    say(page, "x" * 300)

    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    scroller = page.locator(".scroller")
    assert scroller.evaluate("node => node.scrollWidth <= node.clientWidth")
    expect(page.locator(".send")).to_be_in_viewport(ratio=1)
    box = panel(page).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= size["height"]


def test_a_keyboard_on_the_screen_leaves_the_field_in_sight(visit) -> None:
    page = visit("acme", attributes="")
    page.set_viewport_size(NARROW)
    launcher(page).click()
    page.evaluate("""() => {
        Object.defineProperty(visualViewport, "height", { value: 300, configurable: true });
        visualViewport.dispatchEvent(new Event("resize"));
    }""")
    box = page.locator(".composer").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 300


def test_a_page_from_right_to_left_moves_the_panel_and_not_its_words(visit) -> None:
    page = visit("acme", direction="rtl")
    say(page, "What is my balance?")
    box = panel(page).bounding_box()
    assert box is not None
    assert box["x"] < 100
    line = card(page, "balance").locator("dl > div").first
    term, figure = line.locator("dt").bounding_box(), line.locator("dd").bounding_box()
    assert term is not None
    assert figure is not None
    assert term["x"] < figure["x"]
    assert violations(page) == []


def looks(page: Page) -> Any:
    return page.evaluate("""() => {
        const root = document.querySelector("billing-assistant").shadowRoot;
        const seen = ["color", "backgroundColor", "fontSize", "fontFamily", "opacity", "transform", "position",
            "display", "borderTopColor", "borderTopWidth", "width", "direction"];
        return [".launcher", ".panel", "textarea", ".own", ".card dd", ".send", "h2"].map((one) => {
            const style = getComputedStyle(root.querySelector(one));
            return [one, ...seen.map((name) => style[name])];
        });
    }""")


def test_a_hostile_style_sheet_changes_nothing(visit) -> None:
    seen = []
    for hostile in (False, True):
        page = visit("acme", hostile=hostile)
        page.evaluate("BillingAssistant.startAnew()")
        say(page, "What is my balance?")
        expect(card(page, "balance")).to_be_visible()
        field(page).blur()
        seen.append((looks(page), panel(page).bounding_box(), launcher(page).bounding_box()))
        page.close()
    assert seen[0] == seen[1]


def test_the_sites_colours_are_taken(visit) -> None:
    page = visit("acme")
    page.evaluate("document.documentElement.style.setProperty('--billing-assistant-brand', 'rgb(0, 100, 0)')")
    expect(launcher(page)).to_have_css("background-color", "rgb(0, 100, 0)")


@pytest.mark.parametrize(("theme", "ground"), [("dark", "rgb(18, 22, 29)"), ("light", "rgb(246, 247, 249)")])
def test_a_theme_can_be_fixed(visit, theme: str, ground: str) -> None:
    page = visit(None, attributes=f"data-open data-theme={theme}")
    page.emulate_media(color_scheme="light" if theme == "dark" else "dark")
    expect(panel(page)).to_have_css("background-color", ground)


def test_forced_colours_and_reduced_motion_are_kept(page: Page) -> None:
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    say(page, "Show my plan")
    assert violations(page) == []
    page.route(MESSAGES, lambda route: None)
    field(page).fill("?")
    field(page).press("Enter")
    expect(page.locator(".dots")).to_have_css("animation-name", "none")
    expect(replies(page)).to_have_count(1)


@pytest.mark.parametrize(("language", "wraps"), [("ko", "keep-all"), ("ja", "auto-phrase")])
def test_words_break_where_the_language_breaks_them(visit, language: str, wraps: str) -> None:
    page = visit("acme", language=language)
    say(page, ASKED["balance"][LANGUAGES.index(language)])
    expect(replies(page)).to_have_css("word-break", wraps)
