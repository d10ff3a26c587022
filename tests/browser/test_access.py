from __future__ import annotations

from typing import Any, Literal

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.steps import field, own, say, wait_for_reply

NARROW = {"width": 360, "height": 640}


def violations(page: Page) -> list[tuple[Any, Any]]:
    found = Axe().run(page)["violations"]
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ja", "ko"])
def test_axe_finds_nothing_in_the_main_states(page: Page, scheme: Literal["light", "dark"], language: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.locator("#language").select_option(language)
    assert violations(page) == []

    for index in range(4):
        page.locator("#new").click()
        page.locator("#suggestions button").nth(index).click()
        wait_for_reply(page)
        assert violations(page) == []

    page.route("**/messages", lambda route: route.fulfill(status=500, body="{}"))
    say(page, "?")
    expect(page.locator("#problem")).to_be_visible()
    assert violations(page) == []


def test_the_keyboard_alone_is_enough(page: Page) -> None:
    page.locator("#account").focus()
    for _ in range(4):  # language, new conversation, the list, the first suggestion
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    wait_for_reply(page)

    expect(own(page)).to_have_count(1)
    expect(field(page)).to_be_focused()


def test_nothing_sticks_out_on_a_narrow_screen(page: Page) -> None:
    page.set_viewport_size(NARROW)
    say(page, "Show my usage for the last 30 days")
    say(page, "x" * 300)

    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert page.evaluate("document.getElementById('scroller').scrollWidth") <= NARROW["width"]
    expect(page.locator("#send")).to_be_in_viewport()
