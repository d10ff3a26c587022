"""The question whether to connect a messaging channel: the gateway's two calls played, and once for real."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from billing.db import Database
from billing.signing import Signer
from gateway.channels import links
from gateway.channels.schemas import Heard, Speaker
from tests.browser.steps import say
from tests.browser.test_identity import IDENTIFY

LINKED = {"channel": "slack", "name": "@ann"}


def routes_of_channels(page: Page, *, preview: int = 200, connect: int = 201) -> list[dict]:
    """Plays the gateway's two calls; gives what was sent to them."""
    sent: list[dict] = []
    headers = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}

    def answer(status: int):
        def fulfil(route) -> None:
            if route.request.method == "POST":
                sent.append(route.request.post_data_json)
            route.fulfill(status=status, headers=headers, json=LINKED)

        return fulfil

    page.context.route("**/v1/channel-links", answer(connect))
    page.context.route("**/v1/channel-links/preview", answer(preview))
    return sent


def test_a_channel_is_connected_once_the_customer_says_so(visit) -> None:
    page = visit("acme")
    sent = routes_of_channels(page)
    page.goto(visit.host.url() + "#link-channel=t%2F1")

    expect(page.get_by_role("alert")).to_contain_text("Connect this Slack account (@ann) to your account?")
    assert page.evaluate("location.hash") == ""
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_role("alert")).to_contain_text("Connected: Slack (@ann).")
    assert sent == [{"token": "t/1"}, {"token": "t/1"}]


def test_a_channel_is_not_connected_unasked(visit) -> None:
    page = visit("acme")
    sent = routes_of_channels(page)
    page.goto(visit.host.url() + "#link-channel=t1")
    page.get_by_role("button", name="Not now").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert len(sent) == 1


def test_a_channels_link_waits_for_the_sign_in(visit) -> None:
    page = visit(None)
    sent = routes_of_channels(page)
    page.goto(visit.host.url() + "#link-channel=t1")
    expect(page.get_by_role("alert")).to_contain_text("Please sign in")
    assert sent == []
    visit.account = "acme"
    page.evaluate(IDENTIFY)
    expect(page.get_by_role("alert")).to_contain_text("Connect this Slack account")


def test_a_channels_link_that_is_over_says_so(visit) -> None:
    page = visit("acme")
    routes_of_channels(page, preview=404)
    page.goto(visit.host.url(language="ko") + "#link-channel=t1")
    expect(page.get_by_role("alert")).to_contain_text("이 링크는 더 이상 유효하지 않습니다.")


def test_the_question_is_in_sight_below_a_long_conversation(visit) -> None:
    page = visit("acme")
    routes_of_channels(page)
    for _ in range(3):
        say(page, "What is my balance?")
    page.goto(visit.host.url() + "#link-channel=t1")
    expect(page.get_by_role("button", name="Connect")).to_be_in_viewport()


@pytest.fixture
def offered(own_server) -> str:
    """The token that a user of Telegram was shown in the channel."""
    if own_server is None:
        pytest.skip("an offer is laid in the server's own database")
    settings = own_server.settings
    speaker = Speaker(workspace="bot", user="7", name="Ann")
    heard = Heard(event="1", speaker=speaker, place_id="7", place={"chat_id": 7}, private=True, text="link")
    signer = Signer(settings.secret("internal_secret"), "channels:link")
    database = Database(settings.database_url)
    with database.transaction() as session:
        offer = links.offer(session, signer, "telegram", heard, "7", "en", datetime.now(UTC))
    database.engine.dispose()
    return links.token_of(signer, offer)


def test_a_real_offer_of_a_channel_is_taken_once(visit, offered: str) -> None:
    address = f"{visit.host.url()}#link-channel={offered}"
    page = visit("acme")
    page.goto(address)
    expect(page.get_by_role("alert")).to_contain_text("Connect this Telegram account (Ann) to your account?")
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_role("alert")).to_contain_text("Connected: Telegram (Ann).")

    page.goto("about:blank")
    page.goto(address)
    expect(page.get_by_role("alert")).to_contain_text("This link is no longer valid.")
