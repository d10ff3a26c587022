from __future__ import annotations

from decimal import Decimal

import pytest

from billing.invoices import service as invoices
from billing.ledger import service as ledger
from billing.plans.models import Subscription
from tests.builders.accounts import a_plan, an_account, use
from tests.builders.clock import at
from tests.builders.money import usd, yen


@pytest.fixture
def account(billing):
    return an_account(billing)


def bill(billing, plan) -> str:
    with billing.database.transaction() as session:
        return invoices.issue(session, session.get_one(Subscription, plan.id), billing.now()).number


def posted(billing, account, kind, currency="USD"):
    with billing.database.snapshot() as session:
        return ledger.balance(session, account, kind, currency)


def test_a_plan_paid_upfront_is_invoiced_with_its_price(billing, account):
    plan = a_plan(billing, account, "renderer")
    assert billing.plan(account).payment_status == "unpaid"

    number = bill(billing, plan)

    (invoice,) = billing.invoices(account)
    assert (invoice.number, invoice.total, invoice.paid, invoice.status) == (number, usd("99.99"), usd(0), "unpaid")
    assert (str(invoice.issued_on), str(invoice.due_on)) == ("2026-03-10", "2026-04-09")
    assert (str(invoice.period.from_), str(invoice.period.to)) == ("2026-03-10", "2026-04-10")
    assert [(line.text_key, line.service, line.quantity, line.amount) for line in invoice.lines] == [
        ("plan_price", None, 1, usd("99.99"))
    ]
    assert posted(billing, account, "receivable") == usd("-99.99")


def test_a_period_is_invoiced_once(billing, account):
    plan = a_plan(billing, account)

    assert bill(billing, plan) == bill(billing, plan)
    assert len(billing.invoices(account)) == 1
    assert posted(billing, account, "receivable") == usd(-9)


def test_a_plan_paid_later_is_invoiced_with_what_it_was_used_for(billing, account, clock):
    plan = a_plan(billing, account, payment_option="pay_later")
    use(billing, account, 130)  # 100 by the plan, 30 on demand
    use(billing, account, "0.5", "gpu_container")
    clock.set("2026-04-10T12:00")
    use(billing, account, 5)  # after it

    bill(billing, plan)

    (invoice,) = billing.invoices(account)
    assert [(line.text_key, line.service, line.quantity, line.amount) for line in invoice.lines] == [
        ("usage", "bot_session", 100, usd(4)),
        ("usage", "gpu_container", Decimal("0.5"), usd("1.20")),
    ]
    assert invoice.total == usd("5.20")


def test_rounding_happens_at_the_line_half_up_and_the_difference_is_posted(billing):
    account = an_account(billing, "sakura", currency="JPY", time_zone="Asia/Tokyo")
    plan = a_plan(billing, account, payment_option="pay_later")
    use(billing, account, 5, "inference")  # 1.5
    use(billing, account, "0.001", "gpu_container")  # 0.36

    bill(billing, plan)

    (invoice,) = billing.invoices(account)
    assert [line.amount for line in invoice.lines] == [yen(0), yen(2)]
    assert invoice.total == yen(2)
    assert posted(billing, account, "plan_revenue", "JPY") == yen("1.86")
    assert posted(billing, account, "rounding", "JPY") == yen("0.14")
    assert posted(billing, account, "receivable", "JPY") == yen(-2)


def test_the_lines_of_an_invoice_sum_to_its_total(billing, account):
    plan = a_plan(billing, account, payment_option="pay_later")
    for quantity in ("0.333", "7.777", "13.001"):
        use(billing, account, quantity, "inference")
    use(billing, account, "0.333", "gpu_container")
    use(billing, account, 3)

    bill(billing, plan)

    (invoice,) = billing.invoices(account)
    assert sum(line.amount.amount for line in invoice.lines) == invoice.total.amount
    assert invoice.total.is_payable()


def test_a_period_that_was_not_used_is_invoiced_with_nothing_and_is_paid(billing, account):
    bill(billing, a_plan(billing, account, payment_option="pay_later"))

    (invoice,) = billing.invoices(account)
    assert (invoice.lines, invoice.total, invoice.status) == ([], usd(0), "paid")


def test_invoices_are_told_newest_first(billing, account, clock):
    first = bill(billing, a_plan(billing, account))
    clock.set("2026-04-10T12:00")
    second = bill(billing, a_plan(billing, account))

    assert [invoice.number for invoice in billing.invoices(account)] == [second, first]


def test_an_invoice_is_issued_on_a_day_of_the_account(billing, clock):
    clock.set(at("2026-03-31T20:00"))
    account = an_account(billing, "sakura", currency="JPY", time_zone="Asia/Tokyo")
    bill(billing, a_plan(billing, account))

    assert str(billing.invoices(account)[0].issued_on) == "2026-04-01"
