"""Many threads at once, each with a connection of its own."""

from __future__ import annotations

from collections import Counter

import pytest

from billing.errors import BillingError, RechargeKeyReused
from tests.builders.accounts import a_plan, a_top_up, an_account, use
from tests.builders.catalogue import a_catalogue
from tests.builders.life import confirmed, do, terms
from tests.builders.money import usd
from tests.builders.threads import THREADS, at_once


@pytest.fixture
def account(billing):
    return an_account(billing)


def test_one_key_in_many_threads_credits_once_and_all_get_the_same_receipt(billing, account):
    receipts = at_once(lambda _: a_top_up(billing, account, 50, key="k-1"))

    assert all(receipt == receipts[0] for receipt in receipts)
    assert billing.balance(account).top_up == usd(50)


def test_many_keys_in_many_threads_are_all_credited(billing, account):
    receipts = at_once(lambda number: [a_top_up(billing, account, 25, key=f"k-{number}-{n}") for n in range(3)])

    assert len({receipt.id for some in receipts for receipt in some}) == 3 * THREADS
    assert billing.balance(account).top_up == usd(25 * 3 * THREADS)


def test_one_key_for_many_accounts_is_credited_to_one_and_refused_to_the_rest(billing):
    for number in range(THREADS):
        an_account(billing, f"account-{number}")

    def top_up(number):
        try:
            a_top_up(billing, f"account-{number}", 50, key="k-1")
        except RechargeKeyReused:
            return "refused"
        return "credited"

    assert Counter(at_once(top_up)) == {"credited": 1, "refused": THREADS - 1}


def test_a_transfer_confirmed_in_many_threads_is_credited_once(billing, account):
    transfer = a_top_up(billing, account, 50, method="bank_transfer")

    at_once(lambda _: billing.confirm_transfer(transfer.id))

    assert billing.balance(account).top_up == usd(50)


def test_a_wallet_settled_twice_at_once_is_settled_once(billing, account):
    """What is owed, paid by the same top-up and the same transfer from many sides."""
    use(billing, account, 700)
    transfer = a_top_up(billing, account, 25, method="bank_transfer")

    def settle(number):
        return billing.confirm_transfer(transfer.id) if number % 2 else a_top_up(billing, account, 25, key="k-1")

    receipts = at_once(settle)

    balance = billing.balance(account)
    assert (balance.owed, balance.top_up) == (usd(0), usd(15))
    assert {receipt.status for receipt in receipts} == {"completed"}
    assert len({(receipt.id, receipt.number, receipt.pays_owed) for receipt in receipts}) == 2


def test_one_event_in_many_threads_counts_once(billing, account):
    outcomes = at_once(lambda _: use(billing, account, 10, event_id="e-1"))

    assert Counter(outcomes) == {"accepted": 1, "repeated": THREADS - 1}
    assert billing.balance(account).owed == usd("0.5")


def test_credit_used_up_by_many_threads_is_never_overdrawn(billing, account):
    a_plan(billing, account)
    a_top_up(billing, account, 25)

    at_once(lambda _: [use(billing, account, 100) for _ in range(2)])  # 100 by the plan, 1500 × 0.05 on demand

    balance = billing.balance(account)
    assert (balance.plan, balance.top_up, balance.owed) == (usd(6), usd(0), usd(50))
    assert billing.usage(account).sessions == 200 * THREADS


def test_reading_while_others_write_sees_whole_transactions_only(billing, account):
    def work(number):
        if number % 2:
            return [a_top_up(billing, account, 25) for _ in range(5)] and []
        return [billing.balance(account) for _ in range(10)]

    seen = [balance for balances in at_once(work) for balance in balances]

    assert all(balance.top_up.units % usd(25).units == 0 for balance in seen)
    assert all(billing.verify_ledger() == [] for _ in range(2))
    assert billing.balance(account).top_up == usd(25 * 5 * THREADS // 2)


@pytest.mark.parametrize("known", [True, False], ids=["customer", "visitor"])
def test_one_request_in_many_threads_is_made_once(billing, account, known):
    def ask(_):
        return billing.contact_sales(
            account_id=account if known else None,
            topic="pricing",
            contact="ann@example.com",
            message="How much?",
            language="en",
            key="r-1",
        )

    requests = at_once(ask)

    assert all(request == requests[0] for request in requests)
    assert len(billing.all_requests()) == len(billing.undelivered()) == 1


def test_one_catalogue_loaded_in_many_threads_is_one_version(billing, tmp_path):
    path = a_catalogue(tmp_path, dearer=('rates: {USD: "2.4"', 'rates: {USD: "2.5"'))

    assert {loaded.version for loaded in at_once(lambda _: billing.load_catalogue(path))} == {2}


def test_an_account_created_in_many_threads_is_created_once(billing):
    def create(_):
        try:
            return an_account(billing, "new")
        except BillingError as error:
            return error.code

    assert Counter(at_once(create)) == {"new": 1, "account_exists": THREADS - 1}


def outcome(work):
    """What it gives, or the code that it is refused with."""
    try:
        work()
    except BillingError as error:
        return error.code
    return "done"


def test_an_offer_confirmed_in_many_threads_is_one_plan(billing, account):
    told = billing.prepare_plan(account, "starter", "monthly", payment_method="card")

    receipts = at_once(lambda _: do(billing, account, "confirm", told.number, checksum=told.checksum, by="k-1"))

    assert all(receipt == receipts[0] for receipt in receipts)
    assert (billing.balance(account).plan, len(billing.invoices(account))) == (usd(10), 1)


@pytest.mark.parametrize("ended", [False, True])
def test_a_renewal_asked_for_in_many_threads_is_one_period(billing, account, clock, ended):
    confirmed(billing, account)
    clock.forward(days=40 if ended else 30)
    told = terms(billing, account, "renew")

    outcomes = at_once(lambda n: outcome(lambda: do(billing, account, "renew", checksum=told.checksum, by=f"k-{n}")))

    refused = "terms_changed" if ended else "plan_already_renewed"
    assert Counter(outcomes) == {"done": 1, refused: THREADS - 1}
    assert len(billing.plan_periods(account)) == 2


def test_what_is_due_is_billed_once_by_many_threads(billing, clock):
    for number in range(4):
        account = an_account(billing, f"account-{number}")
        confirmed(billing, account, payment_option="pay_later")
        use(billing, account, 10)
    clock.forward(days=80)

    runs = at_once(lambda _: billing.bill_due())

    assert len([number for run in runs for number in run.issued]) == 4
    assert len([number for run in runs for number in run.settled]) == 4
    assert [len(billing.invoices(f"account-{number}")) for number in range(4)] == [1] * 4


def test_pauses_changes_and_use_at_once_leave_a_plan_that_holds(billing, account, clock):
    confirmed(billing, account, payment_method="card")
    clock.forward(days=1)
    steps = [["pause"], ["change", "renderer"], ["cancel"], ["renew"]]

    def work(number):
        if number >= len(steps):
            return use(billing, account, 10)
        return outcome(lambda: do(billing, account, *steps[number]))

    outcomes = at_once(work)

    assert outcomes.count("accepted") == THREADS - len(steps)
    assert "done" in outcomes
    assert billing.verify_ledger() == []
