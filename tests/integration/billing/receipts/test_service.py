"""Every top-up whose money came and everything done to a plan is signed once, with what was posted for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from billing.api import Billing
from billing.config import Settings
from billing.errors import AmountTooSmall, ReceiptNotFound
from billing.receipts.verifying import verify
from tests.builders.accounts import a_plan, a_top_up, an_account, an_offer
from tests.builders.catalogue import a_catalogue


def read(billing: Billing, account: str, number: str) -> dict:
    content = billing.signed_receipt(account, number)
    verdict = verify(content, billing.receipt_keys)
    assert verdict.valid
    return verdict.receipt


def numbers(billing: Billing, account: str) -> list[str]:
    return [entry.id for entry in billing.signed_receipts(account)]


@pytest.fixture
def account(billing: Billing) -> str:
    return an_account(billing)


def test_a_top_up_is_signed_with_its_amounts_and_its_place_in_the_ledger(billing, account) -> None:
    done = a_top_up(billing, account, "50.00")

    said = read(billing, account, done.signed)
    assert (said["id"], said["what"], said["account"], said["issuer"]) == (
        done.id,
        "top_up",
        account,
        "Example Cloud Ltd.",
    )
    assert said["amounts"] == {
        "total": {"amount": "50.00", "currency": "USD"},
        "paid_owed": {"amount": "0.00", "currency": "USD"},
        "credit": {"amount": "50.00", "currency": "USD"},
    }
    assert said["details"]["receipt"] == done.number
    [posted] = said["ledger"]["transactions"]
    assert posted["id"] == said["ledger"]["position"]
    assert billing.verify_ledger() == []


def test_a_repeat_gets_the_same_bytes(billing, account) -> None:
    first = a_top_up(billing, account, 50, key="k")
    kept = billing.signed_receipt(account, first.signed)
    assert a_top_up(billing, account, 50, key="k") == first
    assert billing.signed_receipt(account, first.signed) == kept
    assert numbers(billing, account) == [first.signed]


def test_what_was_refused_is_not_signed(billing, account) -> None:
    with pytest.raises(AmountTooSmall):
        a_top_up(billing, account, 1)
    assert numbers(billing, account) == []


def test_a_transfer_is_signed_when_its_money_came(billing, account) -> None:
    waits = a_top_up(billing, account, 50, method="bank_transfer")
    assert waits.signed is None
    assert numbers(billing, account) == []

    came = billing.confirm_transfer(waits.id)
    assert read(billing, account, came.signed)["details"]["reference"] == waits.reference


def test_a_confirmation_is_signed_with_the_terms_and_all_that_was_posted(billing, account) -> None:
    offer = an_offer(billing, account)
    terms = billing.plan_confirm_terms(account, offer.number)
    done = billing.confirm_plan(account, offer.number, terms_checksum=terms.checksum, key="c")

    said = read(billing, account, done.signed)
    assert said["what"] == "plan.confirm"
    assert said["details"]["terms"] == terms.checksum
    assert (said["details"]["plan"], said["details"]["period"]) == ("starter", offer.number)
    assert said["details"]["invoice"] == done.invoice
    assert said["amounts"]["price"]["amount"] == terms.begins.price.plain()
    assert len(said["ledger"]["transactions"]) >= 2  # the plan's credit and its invoice
    assert said["ledger"]["position"] == max(each["id"] for each in said["ledger"]["transactions"])
    assert billing.plan_receipt_of(account, "c") == done


def test_a_change_is_signed_and_a_repeat_signs_nothing_more(billing, account) -> None:
    a_plan(billing, account)
    terms = billing.plan_change_terms(account, "renderer")
    change = {"terms_checksum": terms.checksum, "key": "g"}
    done = billing.change_plan(account, "renderer", **change)
    assert billing.change_plan(account, "renderer", **change) == done

    said = read(billing, account, done.signed)
    assert (said["what"], said["details"]["plan"]) == ("plan.change", "renderer")
    assert said["amounts"]["credited"]["amount"] == terms.credited.plain()
    assert numbers(billing, account) == [done.signed]


def test_what_posts_nothing_is_signed_too(billing, account) -> None:
    a_plan(billing, account)
    position = read_position(billing)
    done = billing.pause_plan(account, terms_checksum=billing.plan_pause_terms(account).checksum, key="p")
    said = read(billing, account, done.signed)
    assert said["ledger"] == {"position": position, "transactions": []}


def read_position(billing: Billing) -> int:
    with billing.database.snapshot() as session:
        return session.scalar(sa.text("SELECT max(id) FROM ledger_transaction"))


def test_another_account_does_not_get_it_and_an_operator_does(billing, account) -> None:
    done = a_top_up(billing, account, 50)
    other = an_account(billing, "other")
    for asks, number in ((other, done.signed), (account, "T-000999"), (account, "x")):
        with pytest.raises(ReceiptNotFound):
            billing.signed_receipt(asks, number)
    assert numbers(billing, other) == []
    assert json.loads(billing.signed_receipt(None, done.signed))["receipt"]["account"] == account


def test_the_newest_come_first(billing, account, clock) -> None:
    first = a_top_up(billing, account, 50)
    clock.forward(days=1)
    second = a_top_up(billing, account, 60)
    assert numbers(billing, account) == [second.signed, first.signed]
    assert [entry.id for entry in billing.signed_receipts(account, limit=1)] == [second.signed]


@pytest.fixture
def marked(database_url: str, tmp_path: Path) -> Iterator[Billing]:
    """Billing whose books need not be right in the end."""
    opened = Billing.open(Settings(database_url=database_url))
    opened.load_catalogue(a_catalogue(tmp_path))
    an_account(opened, "marked")
    yield opened
    opened.close()


def test_a_new_key_signs_what_is_new_and_what_was_signed_stays(marked, database_url) -> None:
    account = "marked"
    first = a_top_up(marked, account, 50)
    kept = marked.signed_receipt(account, first.signed)
    old = marked.receipt_keys.jwks["keys"][0]
    rotated = Billing.open(Settings(database_url=database_url, receipt_keys=("n" * 32, f"public:{old['x']}")))

    second = a_top_up(rotated, account, 60)
    assert rotated.signed_receipt(account, first.signed) == kept
    assert read(rotated, account, first.signed)["key"] == old["kid"]
    assert read(rotated, account, second.signed)["key"] == rotated.receipt_keys.jwks["keys"][0]["kid"]
    assert rotated.verify_ledger() == []

    forgot = Billing.open(Settings(database_url=database_url, receipt_keys=("n" * 32,)))
    assert [(found.subject, found.detail.split()[0]) for found in forgot.verify_ledger()] == [
        (first.signed, "unknown_key")
    ]
    rotated.close()
    forgot.close()


def test_a_changed_entry_is_found_by_the_receipt(marked) -> None:
    """Both sides changed, so that every sum still holds, by somebody who could take the triggers away."""
    done = a_top_up(marked, "marked", 50)
    _without_triggers(marked, "ledger_entry", "UPDATE ledger_entry SET units = units * 2")
    _without_triggers(marked, "ledger_account", "UPDATE ledger_account SET balance = balance * 2")
    found = {(violation.invariant, violation.subject) for violation in marked.verify_ledger()}
    assert ("every_signed_receipt_verifies_and_the_ledger_is_as_it_says", done.signed) in found


def test_a_changed_receipt_is_found_and_the_database_refuses_to_change_one(marked) -> None:
    done = a_top_up(marked, "marked", 50)
    change = "UPDATE signed_receipt SET content = replace(content, '50.00', '51.00')"
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), marked.database.engine.begin() as connection:
        connection.exec_driver_sql(change)
    _without_triggers(marked, "signed_receipt", change)
    assert [(found.subject, found.detail) for found in marked.verify_ledger()] == [(done.signed, "signature_wrong")]


def _without_triggers(billing: Billing, table: str, statement: str) -> None:
    with billing.database.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
            for (name,) in connection.exec_driver_sql(query, (table,)).all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        connection.exec_driver_sql(statement)
