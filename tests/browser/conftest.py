"""A real browser on the real server; `TEST_BASE_URL` points the same tests at a server that runs already."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.host import Host, serving
from tests.browser.visit import Visit

CHROMIUM = Path("/usr/bin/chromium")
READY_WITHIN = 120  # seconds, the model's loading included


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
def server(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `billing-assistant serve` on a database of its own with the demo data."""
    if running := os.environ.get("TEST_BASE_URL"):
        yield running.rstrip("/")
        return
    from billing.api import Billing
    from billing.config import Settings

    folder = tmp_path_factory.mktemp("server")
    database = f"sqlite:///{folder / 'billing.db'}"
    Billing.open(Settings(database_url=database)).load_demo(lambda *_: None)
    port = _free_port()
    environment = os.environ | {
        "DATABASE_URL": database,
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
    command = [str(Path(sys.executable).parent / "billing-assistant"), "serve"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        _wait_until_ready(process, f"http://127.0.0.1:{port}", folder / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + READY_WITHIN
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/health/ready", timeout=5)
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
        else:
            return
    pytest.fail(f"the server did not get ready:\n{log.read_text()[-3000:]}")
