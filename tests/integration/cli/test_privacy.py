"""Erasing from the command line: in an administrator's name, and only what was confirmed."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from billing import config
from billing.api import default_billing
from gateway import migrations
from gateway.auth import Identity
from gateway.cli.main import application
from gateway.conversations.store import ConversationStore
from gateway.operators.service import Operators


@pytest.fixture
def billing(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'billing.db'}")
    config.settings.cache_clear()
    default_billing.cache_clear()
    billing = default_billing()
    migrations.upgrade(billing.database.engine)
    billing.create_account("acme", name="Acme", currency="USD")
    converse()
    operators = Operators(billing)
    for name, role in (("ann", "admin"), ("bob", "support"), ("cy", "admin")):
        operators.add(name, "a long enough password", role, "en", actor="test")
    operators.disable("cy", actor="test")
    yield billing
    billing.close()
    config.settings.cache_clear()
    default_billing.cache_clear()


def converse() -> None:
    billing = default_billing()
    ConversationStore(billing.database).open(Identity("acme", "user@example.com"), billing.now())


def erase(*options: str, stdin: str = "") -> Result:
    return CliRunner().invoke(application(), ["privacy", "erase", "--account", "acme", *options], input=stdin)


def told() -> dict:
    return json.loads(erase("--dry-run").stdout)


def test_the_accounts_id_typed_again_erases_in_the_administrators_name(billing):
    ended = erase("--as", "ann", "--json", stdin="acme\n")

    assert ended.exit_code == 0, ended.output
    assert json.loads(ended.stdout.splitlines()[-1])["counts"]["conversations"] == 1
    assert told()["counts"]["conversations"] == 0
    assert [each.actor for each in billing.audit_trail(subject="acme", action="privacy.erase")] == ["operator:ann"]


@pytest.mark.parametrize("typed", ["y\n", "yes\n", "acm\n", "Acme\n"])
def test_anything_else_that_is_typed_erases_nothing(billing, typed: str):
    ended = erase("--as", "ann", stdin=typed)

    assert (ended.exit_code, "erasure_not_confirmed" in ended.output) == (1, True)
    assert told()["counts"]["conversations"] == 1


@pytest.mark.parametrize("who", [(), ("--as", "bob"), ("--as", "cy"), ("--as", "nobody")])
def test_who_may_not_erase_in_the_console_may_not_be_named(billing, who: tuple[str, ...]):
    ended = erase(*who, "--confirm", told()["confirm"])

    assert (ended.exit_code, "operator_not_administrator" in ended.output) == (1, True)
    assert told()["counts"]["conversations"] == 1


def test_a_script_erases_what_it_was_told_and_no_more(billing):
    first = told()["confirm"]
    converse()

    assert "erasure_changed" in erase("--as", "ann", "--confirm", first).output
    assert told()["counts"]["conversations"] == 2
    assert erase("--as", "ann", "--confirm", told()["confirm"]).exit_code == 0
    assert told()["counts"]["conversations"] == 0
