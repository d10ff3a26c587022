"""A plan's life from the command line."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from billing import config
from billing.api import default_billing
from billing.config import ROOT
from gateway.cli.main import application


class Operator:
    """Runs commands in this process: starting one for each would take most of the time."""

    def __call__(self, *arguments: str, stdin: str = "", code: int = 0) -> str:
        ended = CliRunner().invoke(application(), list(arguments), input=stdin)
        assert ended.exit_code == code, ended.output
        return ended.output

    def json(self, *arguments: str):
        return json.loads(self(*arguments, "--json"))


@pytest.fixture
def run(tmp_path, monkeypatch) -> Operator:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'billing.db'}")
    config.settings.cache_clear()
    default_billing.cache_clear()
    operator = Operator()
    operator("catalogue", "load", str(ROOT / "data" / "catalogue" / "demo.yml"))
    operator("account", "create", "shop", "--name", "Shop", "--currency", "JPY", "--time-zone", "Asia/Tokyo")
    yield operator
    default_billing().close()
    config.settings.cache_clear()
    default_billing.cache_clear()


def test_every_command_has_help(run: Operator) -> None:
    for command in ("list", "show", "offers", "prepare", "withdraw", "confirm", "pause", "resume", "change", "cancel",
                    "renew", "undo"):  # fmt: skip
        assert "--json" in run("plan", command, "--help")
    assert "--json" in run("billing", "run-due", "--help")
    assert "--json" in run("billing", "pay", "--help")


def test_a_plan_is_prepared_confirmed_on_its_terms_changed_and_paid(run: Operator) -> None:
    prepared = run.json("plan", "prepare", "shop", "starter", "--payment", "partial_upfront")
    assert prepared["begins"]["deposit"] == {"amount": "4440", "currency": "JPY"}
    assert run.json("plan", "offers", "shop") == [prepared]
    number, seen = prepared["number"], prepared["checksum"]
    assert "price: 14800 JPY" in run("plan", "offers", "shop")
    run("plan", "prepare", "shop", "growth", "--replaces", number)
    assert "terms_changed" in run("plan", "confirm", "shop", number, "--terms", seen, code=1)
    assert "agree?" in run("plan", "confirm", "shop", number, stdin="n\n", code=1)
    assert "with --json" in run("plan", "confirm", "shop", number, "--json", code=2)

    receipt = run.json("plan", "confirm", "shop", number, "--yes", "--key", "k-1")
    assert (receipt["plan"], receipt["effective"]) == ("growth", "now")
    assert run.json("plan", "show", "shop")["status"] == "active"
    assert "remaining: 67500 JPY" in run("plan", "show", "shop")
    assert "plan_unchanged" in run("plan", "change", "shop", "growth", "--yes", code=1)
    assert run.json("plan", "change", "shop", "starter", "--yes")["effective"] == "period_end"
    assert [p["plan"] for p in run.json("plan", "list", "shop")] == ["starter", "growth"]
    assert run.json("plan", "undo", "shop", "--yes")["undoes"] == "change"

    assert run.json("billing", "run-due") == {"issued": [], "settled": [], "failed": []}
    paid = run.json("billing", "pay", "shop", receipt["invoice"], "--key", "bank-1", "--amount", "800")
    assert (paid["status"], paid["paid"]) == ("partly_paid", {"amount": "800", "currency": "JPY"})
    assert "amount_too_fine" in run(
        "billing", "pay", "shop", receipt["invoice"], "--key", "x", "--amount", "0.5", code=1
    )
    assert "invoice_not_found" in run("billing", "pay", "shop", "INV-999999", "--key", "x", code=1)
    assert "every invariant holds" in run("ledger", "verify")


def test_an_offer_from_a_request_is_paid_first_or_declined(run: Operator) -> None:
    billing = default_billing()
    asked = billing.open_request("shop", topic="quote", message="A plan", language="ja", key="r-1")
    assert "in_progress" in run("request", "move", asked.id, "in_progress", "--note", "We are on it")
    prepared = run.json(
        *("plan", "prepare", "shop", "starter", "--method", "bank_transfer", "--request", asked.id),
        *("--valid-until", "2999-12-31"),
    )
    assert (prepared["request"], prepared["valid_until"]) == (asked.id, "2999-12-31")
    assert "14800" in run("plan", "confirm", "shop", prepared["number"], "--yes")
    assert "offer_awaits_payment" in run("plan", "confirm", "shop", prepared["number"], "--yes", code=1)

    assert "price" in run("plan", "decline", "shop", prepared["number"], "--reason", "price")

    [declined] = run.json("plan", "declined")
    assert (declined["number"], declined["reason"]) == (prepared["number"], "price")
    assert "every invariant holds" in run("ledger", "verify")
