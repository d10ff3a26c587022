"""A person takes over in the widget, is read live in every tab, and hands back to the assistant."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import expect

from billing.api import Billing
from tests.browser.steps import field, own, replies, say
from tests.browser.visit import Visit
from tests.builders.server import Server
from tests.builders.vendors import until


@pytest.fixture
def operator(own_server: Server | None, server: str) -> httpx.Client:
    if own_server is None:
        pytest.skip("a running server's operators have keys of their own")
    billing = Billing.open(own_server.settings)
    key = billing.create_api_key("ann", ["operator"]).key
    billing.close()
    return httpx.Client(base_url=f"{server}/v1/operator", headers={"Authorization": f"Bearer {key}"})


def act(operator: httpx.Client, path: str, **body: str) -> dict:
    answer = operator.post(path, json=body or None, headers={"Idempotency-Key": path + str(body)})
    assert answer.is_success, answer.text
    return answer.json()


def test_a_person_takes_over_and_hands_back(visit: Visit, operator: httpx.Client) -> None:
    page = visit("hangang")
    for words in ("I want to talk to a person", "The GPU line of 12 November, please", "yes, go ahead"):
        say(page, words)
    [waiting] = [h for h in operator.get("/handoffs").json()["handoffs"] if h["account"] == "hangang"]
    tab = visit("hangang")

    act(operator, f"/handoffs/{waiting['conversation']}/take", name="Mia")
    for each in (page, tab):
        expect(replies(each).last).to_contain_text("Mia from our team is here")
        expect(each.locator(".status")).to_have_text("A person is answering.")
    act(operator, f"/handoffs/{waiting['conversation']}/messages", text="Which day was it? <b>")
    for each in (page, tab):
        expect(replies(each).last.locator(".text")).to_have_text("Which day was it? <b>")
        expect(replies(each).last.locator("b")).to_have_text("Mia")

    sent, answered = own(page).count(), replies(page).count()
    field(tab).fill("The 12th")
    field(tab).press("Enter")
    expect(own(tab)).to_have_count(sent + 1)

    def heard() -> bool:
        transcript = operator.get(f"/handoffs/{waiting['conversation']}/messages").json()["messages"]
        return [m["text"] for m in transcript if m["role"] == "user"][-1] == "The 12th"

    until(heard)
    expect(replies(tab)).to_have_count(answered)

    act(operator, f"/handoffs/{waiting['conversation']}/hand-back")
    expect(replies(page).last).to_contain_text("I go on where we were")
    expect(page.locator(".status")).to_be_empty()
    page.reload()  # whoever comes back reads all of it
    expect(own(page).last).to_contain_text("The 12th")
    say(page, "What is my balance?")
    expect(replies(page).last).to_contain_text("₩")
