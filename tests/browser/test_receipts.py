"""The signed receipt of what was done in the conversation, as a file."""

from __future__ import annotations

import urllib.request
from pathlib import Path

from playwright.sync_api import Page

from billing.api import verify_receipt
from billing.receipt_keys import PublicKeys
from tests.browser.steps import card, quick_reply, say


def test_a_top_ups_card_gives_the_signed_receipt(page: Page, server: str, tmp_path: Path) -> None:
    say(page, "top up 50 USD by card")
    quick_reply(page, "Yes, top up")
    with page.expect_download() as coming:
        card(page, "receipt").get_by_role("button", name="Signed receipt (JSON)").click()
    coming.value.save_as(tmp_path / "receipt.json")

    with urllib.request.urlopen(f"{server}/.well-known/receipt-keys.json") as answer:
        verdict = verify_receipt((tmp_path / "receipt.json").read_bytes(), PublicKeys.read(answer.read()))
    assert verdict.valid
    assert coming.value.suggested_filename == f"receipt-{verdict.receipt['id']}.json"
    assert verdict.receipt["amounts"]["total"] == {"amount": "50.00", "currency": "USD"}
