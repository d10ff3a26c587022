"""An operator's day in a real browser: sign in, a request, an offer, a correction that a second person approves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from billing.api import Billing
from gateway import migrations
from gateway.operators.service import Operators
from tests.builders.server import Server

PASSWORD = "a long password"
PHONE = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def console(own_server: Server | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The console's address, with two operators and a request of a customer."""
    server = own_server or Server(tmp_path_factory.mktemp("console")).with_demo_data().start()
    billing = Billing.open(server.settings)
    migrations.upgrade(billing.database.engine)
    for name in ("ann", "kim"):
        Operators(billing).add(name, PASSWORD, "admin", "en", actor="test")
    billing.contact_sales(
        account_id="acme",
        topic="contact_sales",
        contact="kim@example.com",
        message="<img src=x onerror=alert(1)> We need the Scale plan from next month.",
        language="en",
        key="console",
    )
    billing.close()
    yield f"{server.address}/console/"
    if own_server is None:
        server.stop()


@pytest.fixture
def operator(browser: Browser, console: str) -> Iterator[tuple[BrowserContext, list[str]]]:
    """A browser profile; what it complains of on any page fails the test."""
    context = browser.new_context(locale="en-US", viewport={"width": 1280, "height": 900})
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    context.on("dialog", lambda dialog: complaints.append(f"dialog {dialog.message}"))
    yield context, complaints
    context.close()
    assert [each for each in complaints if "401" not in each] == []


def sign_in(page: Page, console: str, name: str) -> None:
    page.goto(console)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What waits for you")


def sound(page: Page) -> None:
    """axe finds nothing, and nothing sticks out of a phone or of an enlarged screen."""
    found = Axe().run(page)["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == [], page.url
    size = page.viewport_size
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], page.url
    page.set_viewport_size(size)


def test_an_operators_day(operator, console: str) -> None:
    page = operator[0].new_page()
    signs_in_after_a_mistake(page, console)
    answers_and_offers(page)
    corrects(page)
    for name in ("Offers", "Corrections of credit", "Bank transfers", "Conversations", "Unsure messages", "Deliveries"):
        page.get_by_role("navigation", name="Pages of the console").get_by_role("link", name=name, exact=True).click()
        sound(page)
    page.get_by_role("button", name="Sign out").click()

    sign_in(page, console, "kim")
    page.get_by_role("link", name="Corrections of credit").click()
    page.get_by_role("button", name="Approve $250.00").click()
    expect(page.get_by_role("status")).to_contain_text("approved and made")
    page.get_by_label("Language").select_option("ja")
    page.get_by_role("button", name="Change").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("残高の修正")
    page.goto(f"{console}audit?subject=acme")
    expect(page.get_by_text("operator:kim").first).to_be_visible()
    sound(page)


def signs_in_after_a_mistake(page: Page, console: str) -> None:
    page.goto(console)
    sound(page)
    page.get_by_label("Name").fill("ann")
    page.get_by_label("Password").fill("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not right")
    sign_in(page, console, "ann")
    sound(page)

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def answers_and_offers(page: Page) -> None:
    page.get_by_role("link", name="Requests", exact=True).click()
    sound(page)
    page.get_by_role("row", name="<img src=x").get_by_role("link").first.click()
    sound(page)
    page.get_by_label("Answer to the customer").fill("An offer is on its way.")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("status")).to_contain_text("The answer was sent")

    page.get_by_role("link", name="Make an offer").click()
    page.get_by_label("Plan").select_option("scale")
    page.get_by_role("button", name="Show the terms").click()
    expect(page.get_by_role("heading", name="What the customer will see")).to_be_visible()
    sound(page)
    page.get_by_role("button", name="Offer these terms").click()
    expect(page.get_by_role("status")).to_contain_text("waits for the customer")
    sound(page)


def corrects(page: Page) -> None:
    page.get_by_role("link", name="Accounts", exact=True).click()
    sound(page)
    page.get_by_role("link", name="acme", exact=True).click()
    sound(page)
    page.get_by_role("link", name="Correct the credit").click()
    page.get_by_label("Amount in USD").fill("250")
    page.get_by_label("Reason").fill("The outage of Monday")
    sound(page)
    page.get_by_role("button", name="Correct", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("A second person has to approve it")
