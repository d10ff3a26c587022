"""Vouchers and papers on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.demo import demo_database
from tests.integration.cli.test_commands import Operator


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    operator = Operator(tmp_path_factory.mktemp("operator"))
    demo_database(operator.database)
    return operator


def test_help_is_there_for_every_command(run: Operator) -> None:
    for command in ("voucher create", "voucher expire", "invoice credit", "invoice pdf", "receipt pdf"):
        assert "Usage:" in run(*command.split(), "--help")


def test_a_code_is_made_redeemed_and_withdrawn(run: Operator) -> None:
    made = run.json("voucher", "create", "--amount", "5", "--currency", "USD", "--uses", "2", "--label", "spring")
    assert run.json("voucher", "redeem", "acme", made["code"], "--key", "k-1")["amount"]["amount"] == "5.00"
    assert "voucher_already_redeemed" in run("voucher", "redeem", "acme", made["code"], code=1)
    revoked = run.json("voucher", "revoke", made["detail"]["id"])
    assert (revoked["uses_left"], revoked["revoked_at"] is None) == (1, False)
    assert "voucher_revoked" in run("voucher", "redeem", "expired", made["code"], code=1)
    assert made["code"] not in run("voucher", "list", "--json")
    assert [c["label"] for c in run.json("voucher", "list")] == ["spring", ""]
    assert "amount_too_fine" in run("voucher", "create", "--amount", "0.001", "--currency", "USD", code=1)
    run("voucher", "create", "--amount", "five", "--currency", "USD", code=2)


def test_credit_is_given_once_and_taken_back(run: Operator) -> None:
    terms = ("--amount", "10", "--currency", "USD", "--expires", "2030-01-31", "--key", "goodwill", "--as", "ann")
    given = run.json("voucher", "give", "empty", *terms)
    assert run.json("voucher", "give", "empty", *terms) == given
    assert run.json("voucher", "list", "--account", "empty") == [given]
    assert run.json("voucher", "revoke", given["id"])["status"] == "revoked"
    assert "0 posted out" in run("voucher", "expire")


def test_an_invoice_is_shown_written_and_corrected(run: Operator, tmp_path: Path) -> None:
    newest = run.json("invoice", "list", "--account", "acme")[0]["number"]
    assert newest in [invoice["number"] for invoice in run.json("invoice", "list")]
    assert run.json("invoice", "show", newest)["total"] == {"amount": "99.00", "currency": "USD"}
    note = run.json("invoice", "credit", newest, "--reason", "outage", "--amount", "9", "--line", "1")
    assert (note["total"]["amount"], note["refunded"]["amount"]) == ("9.00", "9.00")
    assert "credit_exceeds_invoice" in run("invoice", "credit", newest, "--reason", "x", "--amount", "91", code=1)
    for number, language in ((newest, "ja"), (note["number"], "ko")):
        out = tmp_path / f"{number}.pdf"
        assert str(out) in run("invoice", "pdf", number, "--language", language, "--out", str(out)).replace("\n", "")
        assert out.read_bytes().startswith(b"%PDF-")
    out = tmp_path / "receipt.pdf"
    run("receipt", "pdf", "T-000001", "--out", str(out))
    assert out.read_bytes().startswith(b"%PDF-")
    assert "receipt_not_found" in run("receipt", "pdf", "T-999999", code=1)
    assert "invoice_not_found" in run("invoice", "show", "INV-1", code=1)
    assert "every invariant holds" in run("ledger", "verify")
