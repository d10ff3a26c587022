"""What `docs/embed.md` shows works as it is written there, but for the addresses."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.host import TRUSTED
from tests.browser.steps import card, launcher, panel, replies, say

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "embed.md").read_text(encoding="utf-8")


def snippets(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", GUIDE, re.DOTALL)


ONE_LINE, SIGNED_IN = snippets("html")
TOKENS, CHANGES, LISTENING = snippets("js")
[COLOURS] = snippets("css")
[POLICY] = snippets("text")


@pytest.fixture
def shop(visit, host):
    """Puts a page of the guide's on the other site and opens it."""

    def opened(head: str, body: str = "", account: str | None = None, **files: str) -> Page:
        visit.account = account
        kinds = {"js": "text/javascript", "css": "text/css"}
        for name, text in files.items():
            path = name.replace("_", ".")
            host.files[f"/{path}"] = (kinds[path.rsplit(".", 1)[1]], text)
        token = json.dumps({"token": visit.fresh_token()})
        host.files["/api/assistant-token"] = ("application/json", token)
        head = head.replace("https://billing.example.com", host.server)
        page_text = f"<!doctype html><html lang=en><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"
        host.files["/guide"] = ("text/html; charset=utf-8", page_text)
        page = visit.context.new_page()
        page.goto(f"{host.address}/guide")
        launcher(page).wait_for()
        return page

    yield opened
    host.files.clear()


def test_one_line_is_enough_for_a_visitor(shop) -> None:
    page = shop(ONE_LINE)
    launcher(page).click()
    say(page, "What is a billing plan?")
    expect(replies(page)).to_have_count(1)


def test_a_token_from_the_sites_server_signs_the_customer_in(shop) -> None:
    page = shop(SIGNED_IN, account="acme", assistant_js=TOKENS)
    launcher(page).click()
    say(page, "What is my balance?")
    expect(card(page, "balance")).to_be_visible()


def test_a_single_page_application_signs_in_and_out(shop) -> None:
    page = shop(ONE_LINE, account="acme")
    signs_in, signs_out = CHANGES.strip().splitlines()
    launcher(page).click()
    expect(page.locator(".welcome")).to_contain_text("need signing in")

    page.evaluate(f"() => {{ const getToken = () => window.hostToken(); {signs_in}\n}}")
    expect(page.locator(".welcome")).not_to_contain_text("need signing in")
    page.evaluate(f"() => {{ {signs_out}\n}}")
    expect(page.locator(".welcome")).to_contain_text("need signing in")


def test_a_page_listens_and_asks(shop) -> None:
    counted = "window.counted = []; window.analytics = { count: (name) => counted.push(name) };"
    page = shop(
        f'<script src="/before.js"></script><script src="/page.js" defer></script>{ONE_LINE}',
        '<button id="help">Help</button>',
        before_js=counted,
        page_js=LISTENING,
    )
    page.locator("#help").click()
    expect(replies(page)).to_have_count(1)
    assert page.evaluate("counted")[0] == "assistant.user.asked"


def test_colours_are_taken_from_the_sites_style_sheet(shop) -> None:
    page = shop('<link rel="stylesheet" href="/colours.css">' + ONE_LINE, colours_css=COLOURS)
    expect(launcher(page)).to_have_css("background-color", "rgb(0, 104, 74)")
    page.emulate_media(color_scheme="dark")
    expect(launcher(page)).to_have_css("background-color", "rgb(95, 211, 168)")
    launcher(page).click()
    expect(panel(page)).to_have_css("border-radius", "8px")


def test_the_policy_of_the_guide_is_the_one_that_is_tested(host) -> None:
    written = (
        POLICY.strip().removeprefix("Content-Security-Policy: ").replace("https://billing.example.com", host.server)
    )
    assert host.policy.replace(f"; {TRUSTED}", "").replace("connect-src 'self' ", "connect-src ") == written
    assert TRUSTED.partition("; ")[2] in GUIDE
