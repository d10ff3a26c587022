"""A real browser on the real server; `TEST_BASE_URL` points the same tests at a server that runs already."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.host import Host, serving
from tests.browser.visit import Visit
from tests.builders.server import Server

CHROMIUM = Path("/usr/bin/chromium")
expect.set_options(timeout=10_000)  # milliseconds: a busy machine is slow, not wrong


@pytest.fixture(scope="session")
def chromium() -> Path:
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is missing: run `make browser`")
        pytest.skip("chromium is missing: run `make browser`")
    return CHROMIUM


@pytest.fixture(scope="module")  # Playwright's event loop runs as long as this does, and would stop other modules' own
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def own_server(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server | None]:
    """The real server on a database of its own with the demo data; None where one runs already."""
    if os.environ.get("TEST_BASE_URL"):
        yield None
        return
    started = Server(tmp_path_factory.mktemp("server")).with_demo_data().start()
    yield started
    started.stop()


@pytest.fixture(scope="session")
def server(own_server: Server | None) -> str:
    """The address of the gateway."""
    return own_server.address if own_server else os.environ["TEST_BASE_URL"].rstrip("/")


@pytest.fixture(scope="session")
def host(server: str) -> Iterator[Host]:
    """Another site, which embeds the widget of `server`."""
    with serving(server) as site:
        yield site


@pytest.fixture
def context(browser: Browser, chromium: Path) -> Iterator[BrowserContext]:
    """A fresh browser profile; what it complains of on any page fails the test."""
    opened = browser.new_context(locale="en-US", viewport={"width": 1000, "height": 800})
    complaints: list[str] = []
    opened.on("weberror", lambda error: complaints.append(str(error.error)))
    opened.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
    yield opened
    opened.close()
    assert complaints == []


@pytest.fixture
def visit(context: BrowserContext, host: Host, server: str) -> Visit:
    """Opens a page of the other site, signed in as an account or as a visitor."""
    return Visit(context, host, server)


@pytest.fixture
def page(visit: Visit) -> Page:
    """A page of the other site, with a customer of `acme` signed in and the panel open."""
    return visit("acme")
