"""What was invoiced is corrected by a document of its own, never beyond the invoice, and posted."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.errors import (
    AmountNotPositive,
    AmountTooFine,
    BillingError,
    CreditExceedsInvoice,
    CreditNoteKeyReused,
    InvoiceNotFound,
)
from billing.invoices import service as invoices
from billing.ledger import service as ledger
from billing.plans.models import Subscription
from tests.builders.accounts import a_plan, an_account, use
from tests.builders.money import usd


@pytest.fixture
def account(billing):
    return an_account(billing)


def an_invoice(billing, account, **uses) -> str:
    """Of a plan at its price of 9.00, or of what it was used for."""
    plan = a_plan(billing, account, payment_option="pay_later" if uses else "full_upfront")
    for service, quantity in uses.items():
        use(billing, account, quantity, service)
    with billing.database.transaction() as session:
        return invoices.issue(session, session.get_one(Subscription, plan.id), billing.now()).number


def pay(billing, number, amount, key="p"):
    with billing.database.transaction() as session:
        invoices.pay(session, invoices.find(session, None, number), amount, at=billing.now(), key=key)


def posted(billing, account, kind):
    with billing.database.snapshot() as session:
        return ledger.balance(session, account, kind, "USD")


def test_what_was_not_paid_is_owed_no_more(billing, account):
    number = an_invoice(billing, account)

    note = billing.credit_invoice(number, amount=Decimal(4), reason="wrong plan", key="c-1")

    assert (note.number, note.invoice, note.total, note.refunded) == ("CN-2026-000001", number, usd(4), usd(0))
    invoice = billing.invoice(account, number)
    assert (invoice.total, invoice.credited, invoice.due, invoice.status) == (usd(9), usd(4), usd(5), "unpaid")
    assert invoice.credit_notes == [note.number]
    assert (posted(billing, account, "receivable"), posted(billing, account, "credited_revenue")) == (usd(-5), usd(-4))
    assert billing.balance(account).available == usd(10)  # the plan's


def test_what_was_paid_comes_back_as_top_up_credit(billing, account):
    number = an_invoice(billing, account)
    pay(billing, number, usd(6))

    note = billing.credit_invoice(number, reason="outage", key="c-1")

    assert (note.total, note.refunded) == (usd(9), usd(6))
    invoice = billing.invoice(account, number)
    assert (invoice.paid, invoice.credited, invoice.due, invoice.status) == (usd(6), usd(3), usd(0), "paid")
    assert (billing.balance(account).top_up, posted(billing, account, "receivable")) == (usd(6), usd(0))
    newest = billing.credit_history(account).entries[0]
    assert (newest.kind, newest.bucket, newest.amount) == ("correction", "top_up", usd(6))


def test_a_line_is_credited_by_its_number(billing, account):
    number = an_invoice(billing, account, bot_session=100, gpu_container="0.5")

    note = billing.credit_invoice(number, line=2, reason="idle", key="c-1")

    assert [(line.service, line.quantity, line.amount) for line in note.lines] == [
        ("gpu_container", Decimal("0.5"), usd("1.20"))
    ]
    with pytest.raises(CreditExceedsInvoice):
        billing.credit_invoice(number, line=2, amount=Decimal("0.01"), reason="idle", key="c-2")
    for line in (0, 3, -1):
        with pytest.raises(CreditExceedsInvoice):
            billing.credit_invoice(number, line=line, reason="none", key="c-3")


def test_never_more_than_the_invoice_is_credited(billing, account):
    number = an_invoice(billing, account)
    billing.credit_invoice(number, amount=Decimal(5), reason="a", key="c-1")

    with pytest.raises(CreditExceedsInvoice) as refused:
        billing.credit_invoice(number, amount=Decimal("4.01"), reason="b", key="c-2")
    assert refused.value.values == {"remaining": usd(4)}
    billing.credit_invoice(number, reason="c", key="c-3")
    with pytest.raises(CreditExceedsInvoice):
        billing.credit_invoice(number, reason="d", key="c-4")
    assert [note.number for note in billing.credit_notes(account)] == ["CN-2026-000002", "CN-2026-000001"]


def test_a_repeat_of_the_key_gives_the_same_note(billing, account):
    number = an_invoice(billing, account)
    first = billing.credit_invoice(number, amount=Decimal(5), reason="a", key="c-1")

    assert billing.credit_invoice(number, amount=Decimal("5.00"), reason="a", key="c-1") == first
    with pytest.raises(CreditNoteKeyReused):
        billing.credit_invoice(number, amount=Decimal(4), reason="a", key="c-1")


def test_what_cannot_be_credited_is_refused(billing, account):
    number = an_invoice(billing, account)

    for amount, refusal in (("0", AmountNotPositive), ("-1", AmountNotPositive), ("0.001", AmountTooFine)):
        with pytest.raises(refusal):
            billing.credit_invoice(number, amount=Decimal(amount), reason="a", key="c-1")
    with pytest.raises(InvoiceNotFound):
        billing.credit_invoice("INV-1999-000001", reason="a", key="c-1")
    assert billing.credit_notes(account) == []


def test_a_payment_after_a_credit_note_takes_only_what_is_still_open(billing, account):
    number = an_invoice(billing, account)
    billing.credit_invoice(number, amount=Decimal(4), reason="a", key="c-1")

    pay(billing, number, usd(9))

    assert (billing.invoice(account, number).paid, posted(billing, account, "receivable")) == (usd(5), usd(0))


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["pay", "credit"]), st.integers(1, 700), st.sampled_from([None, 1, 2])), max_size=8
    )
)
def test_in_any_order_of_payments_and_credit_notes_the_ledger_holds(billing, steps):
    account = f"a{billing.now().timestamp():.0f}-{len(billing.accounts())}"
    an_account(billing, account)
    number = an_invoice(billing, account, bot_session=100, gpu_container="0.5")  # 4.00 + 1.20
    paid = credited = 0
    for index, (what, cents, line) in enumerate(steps):
        amount = Decimal(cents) / 100
        if what == "pay":
            pay(billing, number, usd(amount), key=f"p-{index}")
            continue
        try:
            billing.credit_invoice(number, amount=amount, line=line, reason="r", key=f"{account}-{index}")
            credited += cents
        except BillingError as error:
            assert error.code == "credit_exceeds_invoice"
    invoice = billing.invoice(account, number)
    paid = invoice.paid.amount * 100

    assert credited <= 520
    assert billing.balance(account).top_up.amount * 100 == credited - invoice.credited.amount * 100
    assert invoice.due.amount * 100 == 520 - paid - invoice.credited.amount * 100 >= 0
    assert billing.verify_ledger() == []
