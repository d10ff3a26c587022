from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from billing.ledger import service as ledger
from billing.ledger.models import LedgerEntry, LedgerTransaction
from billing.ledger.service import Posting, Unbalanced
from tests.builders.accounts import an_account
from tests.builders.clock import NOON
from tests.builders.money import usd, yen


@pytest.fixture
def account(billing):
    return an_account(billing)


def post(billing, owner, amount="5", *, key="k-1", postings=None):
    postings = postings or [Posting("top_up", usd(amount)), Posting("clearing", usd(f"-{amount}"))]
    with billing.database.transaction() as session:
        return ledger.post_once(session, owner=owner, key=key, kind="top_up", at=NOON, postings=postings).id


def count(billing, table) -> int:
    with billing.database.snapshot() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table))


def test_what_is_posted_is_there_with_its_balance(billing, account):
    post(billing, account)

    with billing.database.snapshot() as session:
        assert ledger.balance(session, account, "top_up", "USD") == usd(5)
        assert ledger.balance(session, account, "clearing", "USD") == usd(-5)
        assert ledger.balance(session, account, "voucher", "USD") == usd(0)


def test_a_key_posts_once_whatever_is_posted_under_it_again(billing, account):
    first = post(billing, account, "5")

    assert post(billing, account, "5") == first
    assert post(billing, account, "7") == first
    assert post(billing, account, "7", key="k-2") != first

    assert billing.balance(account).top_up == usd(12)
    assert (count(billing, LedgerTransaction), count(billing, LedgerEntry)) == (2, 4)


@pytest.mark.parametrize(
    "postings",
    [
        [Posting("top_up", usd(5)), Posting("clearing", usd("-4.99999999"))],
        [Posting("top_up", usd(5))],
        [Posting("top_up", usd(5)), Posting("clearing", yen(-5))],
        [],
    ],
    ids=["one unit short", "one-sided", "across currencies", "empty"],
)
def test_what_does_not_sum_to_zero_is_refused_and_its_key_stays_free(billing, account, postings):
    with pytest.raises(Unbalanced), billing.database.transaction() as session:
        ledger.post_once(session, owner=account, key="k-1", kind="top_up", at=NOON, postings=postings)

    assert count(billing, LedgerTransaction) == 0
    post(billing, account, "5", key="k-1")
    assert billing.balance(account).top_up == usd(5)


def test_a_first_try_that_failed_leaves_its_key_free(billing, account):
    with pytest.raises(ZeroDivisionError), billing.database.transaction() as session:
        postings = [Posting("top_up", usd(5)), Posting("clearing", usd(-5))]
        ledger.post_once(session, owner=account, key="k-1", kind="top_up", at=NOON, postings=postings)
        raise ZeroDivisionError

    assert billing.balance(account).top_up == usd(0)
    post(billing, account, "5", key="k-1")
    assert billing.balance(account).top_up == usd(5)


def test_the_position_moves_with_every_transaction(billing, account):
    with billing.database.snapshot() as session:
        assert ledger.position(session, account) == 0
    first, second = post(billing, account), post(billing, account, key="k-2")

    assert second > first
    assert billing.balance(account).position == second


def test_the_database_itself_refuses_to_change_what_was_posted(billing, account):
    post(billing, account)

    for statement in (
        "UPDATE ledger_entry SET units = 0",
        "UPDATE ledger_transaction SET owner = owner",
        "DELETE FROM ledger_entry",
        "DELETE FROM ledger_transaction",
    ):
        with pytest.raises(DBAPIError, match="append-only"), billing.database.engine.begin() as connection:
            connection.exec_driver_sql(statement)

    assert billing.balance(account).top_up == usd(5)


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_transaction"])
def test_the_database_itself_refuses_to_replace_what_was_posted(billing, account, table):
    post(billing, account)
    engine = billing.database.engine
    replacing = {
        "sqlite": f"REPLACE INTO {table} SELECT * FROM {table}",
        "postgresql": f"TRUNCATE {table} CASCADE",
    }[engine.dialect.name]

    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.exec_driver_sql(replacing)
