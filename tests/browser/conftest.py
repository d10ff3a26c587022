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
from playwright.sync_api import Browser, Page, sync_playwright

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


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    """The page, opened anew as an English-speaking customer of `acme`; what the browser complains of fails the test."""
    context = browser.new_context(locale="en-US", base_url=server)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console",
        lambda message: complaints.append(message.text) if "Security Policy" in message.text else None,
    )
    opened.goto("/")
    opened.wait_for_load_state("networkidle")  # what was fetched draws the suggestions anew
    opened.locator("#suggestions button").first.wait_for()
    yield opened
    context.close()
    assert complaints == []


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
