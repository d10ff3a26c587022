"""A day in the life: request, offer, confirmation, payment, use up, renewal; a person takes over and hands back.

The customer is in the widget and on the payment page, the operator in the console, localstripe in Stripe's place.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import httpx
import pytest
from playwright.sync_api import Page, expect

from billing.api import Billing
from gateway import migrations
from gateway.operators.service import Operators
from tests.browser.paying.steps import WITHIN, confirm, pay_page, status
from tests.browser.steps import card, quick_reply, replies, say
from tests.browser.test_console import PASSWORD, sign_in
from tests.browser.visit import Visit
from tests.builders.localstripe import GOOD
from tests.builders.server import Server
from tests.builders.vendors import until

ACCOUNT = "empty"


@pytest.fixture(scope="module")
def usage_key(own_server: Server) -> str:
    """Of the program that meters; an operator is made beside it."""
    billing = Billing.open(own_server.settings)
    migrations.upgrade(billing.database.engine)
    Operators(billing).add("ann", PASSWORD, "admin", "en", actor="test")
    key = billing.create_api_key("meter", ["usage:write"]).key
    billing.close()
    return key


def test_a_day_in_the_life(visit: Visit, browser, own_server: Server, usage_key: str) -> None:
    chat = visit(ACCOUNT)
    request = asks_for_an_offer(chat)
    operator = browser.new_page(locale="en-US")
    sign_in(operator, f"{own_server.address}/console/", "ann")
    offers(operator, request)

    confirms_and_pays(chat)
    uses_it_up(own_server, usage_key)
    say(chat, "show my plan")
    expect(card(chat, "plan")).to_contain_text("Expired")
    renews(chat, own_server)

    a_person_takes_over(chat, operator)
    operator.close()


def asks_for_an_offer(chat: Page) -> str:
    say(chat, "I want a quote for the Growth plan")
    quick_reply(chat, "A quote")
    say(chat, "kim@example.com, mornings please")
    say(chat, "Growth as soon as possible")
    quick_reply(chat, "Yes, send them along")
    expect(replies(chat).last).to_contain_text("When to reach you: mornings please")
    quick_reply(chat, "Yes, send it")
    [number] = re.findall(r"R-\d+", replies(chat).last.inner_text())
    return number


def offers(operator: Page, request: str) -> None:
    operator.get_by_role("link", name="Requests", exact=True).click()
    operator.get_by_role("link", name=request, exact=True).click()
    expect(operator.locator("main")).to_contain_text("mornings please")
    expect(operator.locator("main")).to_contain_text("with the customer's consent")
    operator.get_by_role("link", name="Make an offer").click()
    operator.get_by_label("Plan").select_option("growth")
    operator.get_by_label("Way to pay").select_option("card")
    operator.get_by_role("button", name="Show the terms").click()
    operator.get_by_role("button", name="Offer these terms").click()
    expect(operator.get_by_role("status")).to_contain_text("waits for the customer")


def confirms_and_pays(chat: Page) -> None:
    say(chat, "confirm my plan")
    expect(card(chat, "confirmation")).to_contain_text("Growth")
    quick_reply(chat, re.compile("^Yes"))
    paying = pay_page(chat)
    paying.get_by_label("Save this card").check()
    confirm(paying, GOOD)
    expect(status(paying)).to_contain_text("is paid. Thank you", timeout=WITHIN)
    chat.bring_to_front()
    say(chat, "show my plan")
    expect(card(chat, "plan")).to_contain_text("Active")


def uses_it_up(server: Server, key: str) -> None:
    """Each quota of the plan, whose rates together come to more than its amount."""
    plan = server.customer(ACCOUNT).get("/v1/account/plan").json()
    events = [
        {
            "specversion": "1.0",
            "type": "usage.recorded",
            "source": "meter",
            "id": f"all of {each['service']}",
            "time": datetime.now(UTC).isoformat(),
            "subject": ACCOUNT,
            "data": {"service": each["service"], "quantity": each["quota"]},
        }
        for each in plan["quotas"]
    ]
    answer = httpx.post(
        f"{server.address}/v1/usage-events",
        content=json.dumps(events),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/cloudevents-batch+json"},
    )
    assert answer.is_success, answer.text


def renews(chat: Page, server: Server) -> None:
    say(chat, "renew my plan")
    quick_reply(chat, re.compile("^Yes"))
    until(lambda: server.customer(ACCOUNT).get("/v1/account/plan").json()["status"] == "active", within=20)
    until(lambda: server.customer(ACCOUNT).get("/v1/account/plan").json()["payment_status"] == "paid", within=20)


def a_person_takes_over(chat: Page, operator: Page) -> None:
    for words in ("I want to talk to a person", "My bot is slow since noon", "yes, go ahead"):
        say(chat, words)
    operator.get_by_role("link", name="Live conversations").click()
    operator.get_by_role("row", name=ACCOUNT).get_by_role("link").first.click()
    operator.get_by_label("Name that the customer sees").fill("Mia")
    operator.get_by_role("button", name="Take it").click()
    expect(chat.locator(".status")).to_have_text("A person is answering.")
    operator.locator("#say").fill("It renews for a month.")
    operator.keyboard.press("Control+Enter")
    expect(replies(chat).last.locator(".text")).to_have_text("It renews for a month.")
    operator.get_by_role("button", name="Hand back to the assistant").click()
    expect(replies(chat).last).to_contain_text("I go on where we were")
    say(chat, "What is my balance?")
    expect(card(chat, "balance")).to_be_visible()
