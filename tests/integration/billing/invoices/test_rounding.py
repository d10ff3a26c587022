"""Rounded lines that do not add up: what is shown adds up to the coin, what is posted to the last digit."""

from __future__ import annotations

from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.invoices import service as invoices
from billing.ledger import service as ledger
from billing.money import Money
from billing.plans.models import Subscription
from tests.builders.accounts import a_plan, an_account, use

_number = count(1)
parts = st.dictionaries(
    st.sampled_from(["bot_session", "gpu_container", "inference"]),
    st.integers(1, 20_000).map(lambda thousandths: Decimal(thousandths) / 1000),
)


def test_three_thirds_of_a_coin_are_as_many_coins_as_the_lines_show(billing):
    """0.40 + 0.36 + 2.50 yen: the lines show 0, 0 and 3, so the total is 3 and not 3.26 rounded over all."""
    account = an_account(billing, "sakura", currency="JPY")
    plan = a_plan(billing, account, payment_option="pay_later")
    for service, quantity in (("bot_session", "0.08"), ("gpu_container", "0.001"), ("inference", "8.334")):
        use(billing, account, quantity, service)
    with billing.database.transaction() as session:
        invoices.issue(session, session.get_one(Subscription, plan.id), billing.now())

    (invoice,) = billing.invoices(account)

    assert [line.amount.amount for line in invoice.lines] == [0, 0, 3]
    assert invoice.total.amount == 3


@pytest.mark.parametrize("currency", ["USD", "JPY", "KRW"])
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(used=parts)
def test_rounded_lines_add_up_to_the_total_and_the_difference_is_posted(billing, currency, used):
    account = an_account(billing, f"a{next(_number)}", currency=currency)
    plan = a_plan(billing, account, payment_option="pay_later")
    for service, quantity in used.items():
        use(billing, account, quantity, service)
    with billing.database.transaction() as session:
        row = invoices.issue(session, session.get_one(Subscription, plan.id), billing.now())
        revenue, rounding, receivable = (
            ledger.balance(session, account, kind, currency) for kind in ("plan_revenue", "rounding", "receivable")
        )
    total = Money(row.total, currency)
    (invoice,) = billing.invoices(account)

    assert all(line.amount.is_payable() for line in invoice.lines)
    assert total == Money.total((line.amount for line in invoice.lines), currency)
    assert (-receivable, revenue + rounding) == (total, total)
    assert abs(rounding.amount) <= len(invoice.lines) * Decimal("0.5") * (1 if currency != "USD" else Decimal("0.01"))
