"""Payments from the command line."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from billing import config
from billing.api import default_billing
from billing.config import ROOT
from gateway.cli.main import application
from tests.builders.accounts import an_account
from tests.builders.localstripe import LocalStripe
from tests.builders.payments import asked, paid


@pytest.fixture(scope="module")
def stripe(tmp_path_factory):
    with LocalStripe(tmp_path_factory.mktemp("localstripe")) as running:
        yield running


@pytest.fixture
def billing(tmp_path, monkeypatch, stripe):
    for name, value in (stripe.environment | {"DATABASE_URL": f"sqlite:///{tmp_path / 'billing.db'}"}).items():
        monkeypatch.setenv(name, value)
    config.settings.cache_clear()
    default_billing.cache_clear()
    opened = default_billing()
    opened.load_catalogue(ROOT / "data" / "catalogue" / "demo.yml")
    an_account(opened)
    yield opened
    assert opened.verify_ledger() == []
    opened.close()
    config.settings.cache_clear()
    default_billing.cache_clear()


def run(*arguments, code=0):
    ended = CliRunner().invoke(application(), ["payment", *arguments])
    assert ended.exit_code == code, ended.output
    return ended.output


def test_an_operator_lists_shows_and_sends_back(billing, stripe):
    payment, waiting = paid(billing, stripe, "acme", 50), asked(billing, "acme", 60).payment

    assert [each["payment"]["id"] for each in json.loads(run("list", "--json"))] == [waiting.id, payment]
    assert [each["payment"]["id"] for each in json.loads(run("list", "--state", "waiting", "--json"))] == [waiting.id]
    run("list", "--state", "nowhere", code=2)
    given = ("refund", payment, "--amount", "20.50", "--reason", "Ordered twice", "--key", "r-1", "--as", "olga")
    first, again = json.loads(run(*given, "--json")), json.loads(run(*given, "--json"))

    assert first == again
    assert (first["state"], first["amount"]) == ("succeeded", {"amount": "20.50", "currency": "USD"})
    shown = run("show", payment)
    assert "20.50 USD" in shown
    assert first["id"] in shown
    assert "refund_too_large" in run("refund", payment, "--amount", "30", "--reason", "x", code=1)
    assert "payment_not_found" in run("show", "PAY-999999", code=1)
    assert [entry.actor for entry in billing.audit_trail(subject=payment)] == ["operator:olga"]


def test_asking_the_provider_says_what_it_brought(billing, stripe):
    asked(billing, "acme")

    assert json.loads(run("reconcile", "--json")) == {
        "asked": 0,
        "changed": 0,
        "failed": 0,
        "refunds": 0,
        "disputes": 0,
    }
