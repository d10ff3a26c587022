from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from billing.errors import AccountNotFound, AmountNotPositive, CurrencyMismatch
from billing.vouchers import codes
from billing.vouchers.models import VoucherCode
from tests.builders.accounts import a_voucher, an_account, use
from tests.builders.clock import at
from tests.builders.money import usd, yen

END = at("2026-04-01")


@pytest.fixture
def account(billing):
    return an_account(billing)


def test_a_voucher_is_credit_until_the_instant_it_expires(billing, clock, account):
    a_voucher(billing, account, usd(10), expires_at=END)

    clock.set(END - timedelta(microseconds=1))
    balance = billing.balance(account)
    assert (balance.available, balance.voucher_total) == (usd(10), usd(10))

    clock.set(END)
    balance = billing.balance(account)
    assert (balance.available, balance.vouchers) == (usd(0), [])


def test_a_voucher_credited_twice_under_one_key_is_one_voucher(billing, account):
    first = a_voucher(billing, account, usd(10), key="v-1")

    assert a_voucher(billing, account, usd(10), key="v-1").id == first.id
    assert billing.balance(account).voucher_total == usd(10)


def test_vouchers_are_told_soonest_expiry_first_and_without_expiry_last(billing, account):
    for amount, expires in ((1, None), (2, END + timedelta(days=30)), (3, END)):
        a_voucher(billing, account, usd(amount), expires_at=expires)

    told = billing.balance(account).vouchers

    assert [credit.remaining for credit in told] == [usd(3), usd(2), usd(1)]
    assert [str(credit.expires_on) for credit in told] == ["2026-04-01", "2026-05-01", "None"]


def test_a_voucher_expires_on_a_day_of_the_account(billing):
    account = an_account(billing, "sakura", currency="JPY", time_zone="Asia/Tokyo")
    a_voucher(billing, account, yen(100), expires_at=at("2026-03-31T15:00"), services=["inference"])

    (credit,) = billing.balance(account).vouchers

    assert (str(credit.expires_on), credit.services) == ("2026-04-01", ["inference"])


def test_a_voucher_that_is_used_up_is_told_no_more(billing, account):
    a_voucher(billing, account, usd(1))
    use(billing, account, 20)

    assert billing.balance(account).vouchers == []


def test_a_voucher_of_no_worth_or_in_another_currency_is_refused(billing, account):
    with pytest.raises(AmountNotPositive):
        a_voucher(billing, account, usd(0))
    with pytest.raises(AmountNotPositive):
        a_voucher(billing, account, usd(-1))
    with pytest.raises(CurrencyMismatch):
        a_voucher(billing, account, yen(100))
    with pytest.raises(AccountNotFound):
        a_voucher(billing, "nobody", usd(1))

    assert billing.balance(account).position == 0


def test_a_key_spent_for_one_account_gives_nothing_of_it_to_another(billing, account):
    other = an_account(billing, "other")
    a_voucher(billing, account, usd(10), key="v-1")

    try:
        given = a_voucher(billing, other, usd(10), key="v-1")
    except Exception:
        given = None

    assert given is None or given.account_id == other
    assert billing.balance(account).voucher_total == usd(10)


def test_of_a_code_only_its_hash_is_kept(billing):
    with billing.database.transaction() as session:
        codes.add_code(session, "WELCOME50", usd(50))
        codes.add_code(session, " welcome50 ", usd(50))

    with billing.database.snapshot() as session:
        (row,) = session.execute(sa.select(VoucherCode.__table__)).all()

    assert row.code_hash == codes.hash_code("Welcome50")
    assert not any("WELCOME" in str(value).upper() for value in row)
