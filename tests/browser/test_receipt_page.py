"""The page that verifies receipts, saved to a file and opened without a network."""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_core_python.sync_playwright import Axe
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Locator, Page, expect

from billing.api import Billing, verify_receipt
from billing.canonical import canonical
from billing.config import Settings
from gateway.app import create_app
from tests.builders.accounts import a_top_up, an_account
from tests.builders.catalogue import a_catalogue

WITHOUT_WEBCRYPTO = "Object.defineProperty(crypto, 'subtle', { value: undefined })"
TRY_ALL = """async (address) => {
  const rules = new Set();
  addEventListener("securitypolicyviolation", (event) => rules.add(event.effectiveDirective));
  const called = await fetch(address).then(() => true, () => false);
  const add = (name, given) => document.body.append(Object.assign(document.createElement(name), given));
  add("img", { src: address });
  add("iframe", { src: address });
  const form = Object.assign(document.createElement("form"), { action: address, target: "_blank" });
  document.body.append(form);
  form.submit();
  await new Promise((done) => setTimeout(done, 500));
  return { called, rules: [...rules].sort() };
}"""
LANGUAGES = {"en": "Genuine", "ja": "真正です", "ko": "진본입니다"}


@dataclass(frozen=True, slots=True)
class Issued:
    """A page as it was saved, the keys published beside it, and a receipt."""

    page: Path
    keys: Path
    receipt: bytes
    billing: Billing


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issued]:
    folder = tmp_path_factory.mktemp("issuer")
    settings = Settings(database_url=f"sqlite:///{folder / 'billing.db'}")
    billing = Billing.open(settings)
    billing.load_catalogue(a_catalogue(folder))
    done = a_top_up(billing, an_account(billing), 50)
    app = create_app(settings)
    app.state.billing = billing
    http = TestClient(app)
    (folder / "receipt.html").write_bytes(http.get("/receipts/verify").content)
    (folder / "receipt-keys.json").write_bytes(http.get("/.well-known/receipt-keys.json").content)
    yield Issued(
        folder / "receipt.html", folder / "receipt-keys.json", billing.signed_receipt(None, done.signed), billing
    )
    billing.close()


class Verifier:
    """The page in a browser that has no network, and all that it asked for."""

    def __init__(self, page: Page, issued: Issued) -> None:
        self.page, self.asked = page, []
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto(issued.page.as_uri())

    def judge(self, content: bytes) -> Locator:
        """The verdict on a file."""
        self.give("receipt.json", content)
        verdict = self.page.locator("#verdict[data-verdict]")
        expect(verdict).to_contain_text("receipt.json")
        return verdict

    def give(self, name: str, content: bytes) -> None:
        """Choose a file; the page is drawn anew when it was read."""
        self.page.evaluate("document.querySelector('#verdict').removeAttribute('data-verdict')")
        self.page.locator("#file").set_input_files({"name": name, "mimeType": "application/json", "buffer": content})


@pytest.fixture
def open_page(browser: Browser, issued: Issued):
    opened = []

    def open_(locale: str = "en-US", script: str = "", *, offline: bool = True) -> Verifier:
        context = browser.new_context(locale=locale, offline=offline)
        opened.append(context)
        context.add_init_script(script)
        return Verifier(context.new_page(), issued)

    yield open_
    for context in opened:
        context.close()


@pytest.mark.parametrize("script", ["", WITHOUT_WEBCRYPTO], ids=["with WebCrypto", "without"])
def test_offline_a_receipt_is_genuine_and_shown_and_nothing_is_asked_for(open_page, issued, script) -> None:
    verifier = open_page(script=script)
    verdict = verifier.judge(issued.receipt)

    expect(verdict).to_have_attribute("data-verdict", "genuine")
    for said in ("Example Cloud Ltd.", "T-000001", "acme", "Top-up", "50.00 USD"):
        expect(verdict).to_contain_text(said)
    assert verifier.asked == [issued.page.as_uri()]


@pytest.mark.parametrize("script", ["", WITHOUT_WEBCRYPTO], ids=["with WebCrypto", "without"])
def test_offline_the_page_says_of_every_changed_file_what_the_command_says(open_page, issued, script) -> None:
    verifier = open_page(script=script)
    chance = random.Random(8)
    changed = [bytearray(issued.receipt) for _ in range(25)]
    for content in changed:
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    whole = json.loads(issued.receipt)
    others = [
        issued.receipt + b"\n",
        issued.receipt[:-1],
        issued.receipt.replace(b'"50.00"', b'"50.01"'),
        issued.receipt.replace(b"{", b"\xef\xbb\xbf{", 1),
        json.dumps(whole).encode(),
        b'{"receipt":{},"signature":""}',
        b"[1.5]",
        b"",
        b"x" * 70_000,
    ]
    for content in (*map(bytes, changed), *others):
        fault = verify_receipt(content, issued.billing.receipt_keys).fault
        assert fault is not None
        expect(verifier.judge(content)).to_have_attribute("data-verdict", fault)


def test_it_says_as_far_as_it_can_what_is_wrong(open_page, issued) -> None:
    verifier = open_page()
    whole = json.loads(issued.receipt)
    other = canonical(whole | {"receipt": whole["receipt"] | {"key": "another"}})
    spaced = issued.receipt.replace(b'"details":{', b'"details": {')
    for content, said in (
        (b"GIF89a", "It is no JSON: it cannot be read."),
        (spaced, f"It differs from byte {spaced.index(b' {') + 1} on."),
        (other, "The key that it names is none of the issuer's."),
        (other, "Key: another"),
        (
            issued.receipt.replace(b'"50.00"', b'"50.01"'),
            "Which value differs cannot be told from the signature alone.",
        ),
    ):
        expect(verifier.judge(content)).to_contain_text(said)
        assert "cannot be told" in said or "cannot be told" not in verifier.page.locator("#verdict").inner_text()
    detail = verify_receipt(spaced, issued.billing.receipt_keys).detail
    assert detail.startswith(f"byte {spaced.index(b' {') + 1}: ")


def test_a_receipt_may_be_dropped_on_the_page(open_page, issued) -> None:
    verifier = open_page()
    given = verifier.page.evaluate_handle(
        """text => {
             const given = new DataTransfer();
             given.items.add(new File([text], "receipt.json", { type: "application/json" }));
             return given;
           }""",
        issued.receipt.decode(),
    )
    verifier.page.dispatch_event("main", "drop", {"dataTransfer": given})
    expect(verifier.page.locator("#verdict")).to_have_attribute("data-verdict", "genuine")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_readers_language_and_the_one_chosen(open_page, issued, language: str) -> None:
    verifier = open_page(locale=language)
    verdict = verifier.judge(issued.receipt)
    expect(verdict).to_contain_text(LANGUAGES[language])
    expect(verifier.page.locator("html")).to_have_attribute("lang", language)
    for other, word in LANGUAGES.items():
        verifier.page.locator(f"nav button[lang={other}]").click()
        expect(verifier.page.locator("#verdict")).to_contain_text(word)
    assert Axe().run(verifier.page)["violations"] == []


def test_a_key_that_is_newer_than_the_page_is_taken_from_the_published_ones(open_page, issued, tmp_path) -> None:
    old = issued.billing.receipt_keys.jwks["keys"][0]
    newer = Billing.open(
        Settings(database_url=f"sqlite:///{tmp_path / 'n.db'}", receipt_keys=("n" * 32, f"public:{old['x']}"))
    )
    newer.load_catalogue(a_catalogue(tmp_path))
    receipt = newer.signed_receipt(None, a_top_up(newer, an_account(newer), 60).signed)
    published = json.dumps(newer.receipt_keys.jwks).encode()
    newer.close()

    verifier = open_page()
    expect(verifier.judge(receipt)).to_have_attribute("data-verdict", "unknown_key")
    verifier.give("receipt-keys.json", published)
    expect(verifier.page.locator("li code")).to_have_count(2)
    for content in (receipt, issued.receipt):
        expect(verifier.judge(content)).to_have_attribute("data-verdict", "genuine")


def test_with_a_network_its_policy_refuses_calls_pictures_frames_and_forms(open_page, host) -> None:
    """Whatever script ran in it: the browser names the rule that refused each."""
    refused = open_page(offline=False).page.evaluate(TRY_ALL, host.address)
    assert refused == {"called": False, "rules": ["connect-src", "form-action", "frame-src", "img-src"]}


ALONE = """#!/bin/sh
# A browser in a network namespace of its own: not even its loopback interface is up.
exec unshare --map-root-user --net sh -c '[ "$(grep -c : /proc/net/dev)" = 1 ] && exec "$0" "$@"' {chromium} "$@"
"""


@pytest.fixture
def chromium_without_interfaces(chromium: Path, tmp_path: Path) -> Path:
    tried = subprocess.run(["unshare", "--map-root-user", "--net", "true"], capture_output=True, check=False)
    if tried.returncode:
        if os.environ.get("CI") == "true":
            pytest.fail("no namespace of the network may be made here: kernel.unprivileged_userns_clone")
        pytest.skip("no namespace of the network may be made here")
    wrapper = tmp_path / "chromium"
    wrapper.write_text(ALONE.format(chromium=chromium), encoding="utf-8")
    wrapper.chmod(0o755)
    return wrapper


def test_where_the_machine_has_no_network_interface_it_verifies_and_asks_for_nothing(
    browser: Browser, chromium_without_interfaces: Path, issued
) -> None:
    """What the page asks for is told by the browser's own protocol, which sees what it refuses too."""
    alone = browser.browser_type.launch(executable_path=str(chromium_without_interfaces), args=["--no-sandbox"])
    page = alone.new_page()
    asked: list[str] = []
    protocol = page.context.new_cdp_session(page)
    protocol.send("Network.enable")
    protocol.on("Network.requestWillBeSent", lambda event: asked.append(event["request"]["url"]))
    protocol.on("Network.webSocketCreated", lambda event: asked.append(event["url"]))
    protocol.on("Network.webTransportCreated", lambda event: asked.append(event["url"]))
    verifier = Verifier(page, issued)

    expect(verifier.judge(issued.receipt)).to_have_attribute("data-verdict", "genuine")
    changed = issued.receipt.replace(b'"50.00"', b'"5.00"')
    expect(verifier.judge(changed)).to_have_attribute("data-verdict", "signature_wrong")
    for language in LANGUAGES:
        page.locator(f"nav button[lang={language}]").click()

    assert asked == [issued.page.as_uri()]
    assert page.evaluate("performance.getEntriesByType('resource').length") == 0
    alone.close()


def requests_of_pages(log: Path) -> list[str]:
    """What some page began, by the browser's own log of its network: what it does for itself has no origin."""
    told = json.loads(log.read_text(encoding="utf-8"))
    begun = told["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"]
    given = [event["params"] for event in told["events"] if event["type"] == begun and "url" in event.get("params", {})]
    return [each["url"] for each in given if each.get("initiator") != "not an origin"]


def test_with_a_network_all_that_the_browser_asks_for_is_its_own(
    browser: Browser, chromium: Path, host, issued, tmp_path: Path
) -> None:
    """And the log would tell of another page: the same file without its policy, made to call the host."""
    told: dict[str, list[str]] = {}
    open_ = tmp_path / "open.html"
    open_.write_text(f"<script>fetch({host.address!r}, {{ mode: 'no-cors' }})</script>", encoding="utf-8")
    for name in ("verifies", "calls"):
        log = tmp_path / f"{name}.json"
        started = browser.browser_type.launch(
            executable_path=str(chromium), args=["--no-sandbox", f"--log-net-log={log}"]
        )
        page = started.new_page()
        if name == "verifies":
            expect(Verifier(page, issued).judge(issued.receipt)).to_have_attribute("data-verdict", "genuine")
        else:
            page.goto(open_.as_uri(), wait_until="networkidle")
        started.close()
        told[name] = requests_of_pages(log)
    assert told["verifies"] == []
    assert [url for url in told["calls"] if url.startswith(host.address)] == [f"{host.address}/"]
