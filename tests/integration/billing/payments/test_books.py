"""Money in the provider's records equals money in the ledger, after random payments in which everything goes wrong."""

from __future__ import annotations

import os
import shutil
from collections import Counter, defaultdict

import httpx

from billing.money import Money
from billing.payments.providers import stripe_reading as read
from tests.integration.billing.payments.world import OVER, World

PAYMENTS = int(os.environ.get("PAYMENTS", "60"))
SEED = int(os.environ.get("PAYMENTS_SEED", "1"))
A_WORLD = 30


def at_the_provider(world):
    """What the provider has of each of its customers: paid, less what went back and what is disputed."""
    kept, intents = defaultdict(int), {}
    for intent in world.stripe.get("payment_intents", limit="100")["data"]:
        intents[intent["id"]] = intent
        if intent["status"] == "succeeded":
            kept[intent["customer"]] += read.money(intent["amount"], intent["currency"]).units
    gone = [*world.stripe.get("refunds", limit="100")["data"]]
    gone += [each for each in world.stripe.disputes if each["status"] != "won"]
    for each in gone:
        kept[intents[each["payment_intent"]]["customer"]] -= read.money(each["amount"], each["currency"]).units
    assert len(intents) < 100, "localstripe lists no more"
    return {customer: units for customer, units in kept.items() if units}


def in_the_ledger(world):
    with world.database.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT c.reference, -l.balance FROM ledger_account l JOIN provider_customer c ON c.account_id = l.owner "
            "WHERE l.kind = 'clearing' AND l.ref = 'stripe' AND l.balance <> 0"
        )
        return dict(rows.all())


def charged_twice(world):
    """Payments for which the provider took money more than once."""
    tokens = Counter(
        intent["metadata"]["payment"]
        for intent in world.stripe.get("payment_intents", limit="100")["data"]
        if intent["status"] == "succeeded"
    )
    return [token for token, count in tokens.items() if count > 1]


def check(world):
    billing, seed = world.billing, f"PAYMENTS_SEED={world.seed}"
    assert in_the_ledger(world) == at_the_provider(world), seed
    assert billing.verify_ledger() == [], seed
    assert charged_twice(world) == [], seed
    details = billing.payment_details(limit=1000)
    assert {each.payment.state for each in details} <= OVER, seed
    assert all(each.notes == [] for each in details), seed
    for account in billing.accounts():
        balance = billing.balance(account.id)
        assert balance.top_up - balance.owed == credit_of(world, account), seed
        assert not balance.pending_top_ups, seed


def credit_of(world, account):
    """What the payments say that the account should have, worked out without the ledger."""
    details = world.billing.payment_details(account_id=account.id, limit=1000)
    credit = Money.zero(account.currency)
    for each in details:
        if each.payment.state == "succeeded":
            credit += each.payment.amount
        credit -= each.payment.refunded
        credit -= Money.total((d.amount for d in each.disputes if d.state in {"open", "lost"}), account.currency)
    otherwise = world.paid_otherwise.get(account.id, Money.zero(account.currency))
    return credit - Money.total((i.paid for i in world.billing.invoices(account.id)), account.currency) + otherwise


def test_the_providers_records_equal_the_ledger_whatever_goes_wrong(stripe, prepared, tmp_path, record_property):
    happened = Counter()
    for number in range(-(-PAYMENTS // A_WORLD)):
        httpx.delete(f"{stripe.behind}/_config/data").raise_for_status()
        stripe.disputes.clear()
        stripe.calls.clear()
        copied = shutil.copy(prepared, tmp_path / f"{number}.db")
        world = World(stripe, f"sqlite:///{copied}", SEED + number, min(A_WORLD, PAYMENTS - number * A_WORLD))
        try:
            world.run()
            check(world)
        finally:
            world.close()
        happened += world.happened + world.http.failed
        happened += Counter(each.payment.state for each in world.billing.payment_details(limit=1000))

    record_property("shown", f"{PAYMENTS} payments: {dict(sorted(happened.items()))}")
    assert happened["died"] > PAYMENTS / 20
    assert happened["succeeded"] > PAYMENTS / 20
