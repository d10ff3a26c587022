"""Receipts: numbered for each account without gaps, and never changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
import sqlalchemy.exc

from billing.errors import PaymentDeclined
from tests.builders.accounts import a_top_up, an_account


@pytest.fixture
def account(billing):
    return an_account(billing)


def test_each_account_has_receipts_of_its_own_from_one(billing, account):
    other = an_account(billing, "other")

    numbers = [a_top_up(billing, owner, 50).number for owner in (account, account, other)]

    assert numbers == ["RC-000001", "RC-000002", "RC-000001"]


def test_a_declined_payment_leaves_no_gap(billing, account):
    a_top_up(billing, account, 50)
    with pytest.raises(PaymentDeclined):
        a_top_up(billing, account, "50.13")

    assert a_top_up(billing, account, 50).number == "RC-000002"


def test_a_transfer_has_its_receipt_when_its_money_came(billing, account):
    transfer = a_top_up(billing, account, 50, method="bank_transfer")
    assert transfer.number is None
    a_top_up(billing, account, 50)

    assert billing.confirm_transfer(transfer.id).number == "RC-000002"


def test_top_ups_at_once_share_no_number(billing, account):
    with ThreadPoolExecutor(4) as threads:
        numbers = list(threads.map(lambda _: a_top_up(billing, account, 50).number, range(12)))

    assert sorted(numbers) == [f"RC-{n:06d}" for n in range(1, 13)]


@pytest.mark.parametrize("change", ["UPDATE top_up SET amount = amount + 1", "DELETE FROM top_up"])
def test_the_database_refuses_to_change_what_was_received(billing, account, change):
    a_top_up(billing, account, 50)

    with pytest.raises(sqlalchemy.exc.DBAPIError, match="immutable"), billing.database.transaction() as session:
        session.execute(sa.text(change))
