"""What becomes of the lines of bank statements."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing.errors import (
    AccountNotFound,
    BankAccountUnclear,
    BankLineNotFound,
    BankLineNotIncoming,
    BankLineSettled,
    CurrencyMismatch,
    NoteInvalid,
    StatementFormatChanged,
    TransferNotFound,
    TransferSettled,
)
from tests.builders.accounts import a_top_up, an_account
from tests.builders.life import confirmed
from tests.builders.money import usd, yen
from tests.builders.statements import Line, as_camt, as_csv, imported


@pytest.fixture
def account(billing):
    return an_account(billing)


@pytest.fixture
def transfer(billing, account):
    return a_top_up(billing, account, 100, method="bank_transfer", key="k-1")


def counts(told):
    names = ("credited", "matched", "differing", "unmatched", "reversals", "repeated", "debits")
    return {name: getattr(told, name) for name in names if getattr(told, name)} | (
        {"refused": [(r.line, r.reason) for r in told.refused]} if told.refused else {}
    )


def line(text, amount="100", reference="", day="2026-03-09"):
    return Line(day, amount, text, reference=reference)


def top_up_credit(billing, account):
    return billing.balance(account).top_up


def test_what_was_asked_for_is_credited_with_a_receipt_and_in_the_trail(billing, account, transfer):
    told = imported(billing, line(f"thanks {transfer.reference.lower()}"), actor="operator:ann")

    assert counts(told) == {"credited": 1}
    assert top_up_credit(billing, account) == usd(100)
    assert billing.pending_transfers() == []
    receipt = billing.receipt_of(account, "k-1")
    assert (receipt.status, receipt.number, receipt.amount, receipt.asked) == ("completed", "RC-000001", usd(100), None)
    [kept] = billing.bank_lines()
    assert (kept.state, kept.account, kept.transfer, kept.difference) == ("credited", account, transfer.id, None)
    credited, done = billing.audit_trail(subject=kept.id)[0], billing.audit_trail(subject="main")[0]
    assert (credited.actor, credited.action, done.action) == ("operator:ann", "bank_line.credit", "statement.import")


def test_all_that_came_is_credited_though_another_amount_was_asked_for(billing, account):
    came = {"60": "-40", "130.55": "30.55", "0.01": "-99.99"}
    asked = [a_top_up(billing, account, 100, method="bank_transfer", key=amount) for amount in came]

    told = imported(billing, *(line(each.reference, amount) for each, amount in zip(asked, came, strict=True)))

    assert counts(told) == {"credited": 3, "differing": 3}
    assert top_up_credit(billing, account) == usd("190.56")
    differing = billing.bank_lines(differing=True)
    assert {each.amount: each.difference for each in differing} == {usd(a): usd(d) for a, d in came.items()}
    for amount in came:
        receipt = billing.receipt_of(account, amount)
        assert (receipt.amount, receipt.asked) == (usd(amount), usd(100))
        again = billing.recharge(account, amount=Decimal(100), currency=None, method="bank_transfer", key=amount)
        assert again == receipt


def test_the_receipt_says_both_amounts(billing, account, transfer):
    import pypdfium2

    imported(billing, line(transfer.reference, "60"))
    paper = billing.receipt_pdf(account, transfer.id)
    text = pypdfium2.PdfDocument(paper.content)[0].get_textpage().get_text_range()
    assert "$60.00" in text
    assert "$100.00" in text


def test_a_second_payment_on_a_settled_reference_is_credit_of_its_own(billing, account, transfer):
    imported(billing, line(transfer.reference, reference="a"))
    told = imported(billing, line(transfer.reference, "40", reference="b"))

    assert counts(told) == {"credited": 1}
    assert top_up_credit(billing, account) == usd(140)
    assert len({each.transfer for each in billing.bank_lines()}) == 2


def test_what_an_operator_confirmed_before_is_matched_and_not_credited_again(billing, account, transfer):
    billing.confirm_transfer(transfer.reference)
    told = imported(billing, line(transfer.reference, "90", reference="a"))

    assert counts(told) == {"matched": 1, "differing": 1}
    assert top_up_credit(billing, account) == usd(100)
    [kept] = billing.bank_lines(state="matched")
    assert (kept.transfer, kept.difference) == (transfer.id, usd(-10))
    assert counts(imported(billing, line(transfer.reference, "5", reference="b"))) == {"credited": 1}
    assert top_up_credit(billing, account) == usd(105)


def test_a_confirmation_after_the_statement_changes_nothing(billing, account, transfer):
    imported(billing, line(transfer.reference, "60"))

    assert billing.confirm_transfer(transfer.id).amount == usd(60)
    assert top_up_credit(billing, account) == usd(60)


def test_a_transfer_that_was_given_up_is_credited_when_it_comes(billing, account, transfer, clock):
    clock.forward(days=40)
    [waiting] = billing.waiting_transfers()
    assert (waiting.account, waiting.days, waiting.reference) == (account, 40, transfer.reference)
    assert billing.cancel_transfer(transfer.id, actor="operator:ann").status == "cancelled"
    assert billing.cancel_transfer(transfer.id).status == "cancelled"
    assert (billing.pending_transfers(), billing.balance(account).pending_top_ups) == ([], usd(0))
    assert [e.action for e in billing.audit_trail(subject=transfer.id)] == ["transfer.cancel"]

    imported(billing, line(transfer.reference))

    assert top_up_credit(billing, account) == usd(100)
    with pytest.raises(TransferSettled):
        billing.cancel_transfer(transfer.id)
    with pytest.raises(TransferNotFound):
        billing.cancel_transfer("T-000099")


def an_invoice(billing, account):
    confirmed(billing, account, payment_method="bank_transfer")
    return billing.invoices(account)[0]


def test_a_line_pays_what_is_open_of_an_invoice_and_the_rest_is_credit(billing, account):
    invoice = an_invoice(billing, account)
    less, more = usd(1), invoice.due + usd(7)

    assert counts(imported(billing, line(f"Rechnung {invoice.number}", "1"))) == {"credited": 1}
    [after] = billing.invoices(account)
    assert (after.paid, after.due, top_up_credit(billing, account)) == (less, invoice.due - less, usd(0))
    assert counts(imported(billing, line(f"請求書{invoice.number}", more.plain()))) == {"credited": 1}
    [after] = billing.invoices(account)
    assert (after.paid, after.due, top_up_credit(billing, account)) == (invoice.due, usd(0), usd(8))
    second, first = billing.bank_lines()
    assert (first.invoice, first.paid_invoice, first.transfer, first.difference) == (invoice.number, less, None, None)
    assert (second.invoice, second.paid_invoice, second.difference) == (invoice.number, invoice.due - less, None)
    assert second.transfer is not None


def test_a_second_line_for_a_paid_invoice_is_credit_but_a_payment_recorded_by_hand_waits(billing, account):
    invoice = an_invoice(billing, account)
    other = an_account(billing, "other")
    by_hand = an_invoice(billing, other)
    billing.pay_invoice(other, by_hand.number, key="p-1")

    told = imported(
        billing,
        line(invoice.number, invoice.due.plain(), "a"),
        line(invoice.number, "3", "b"),
        line(by_hand.number, by_hand.due.plain(), "c"),
    )

    assert counts(told) == {"credited": 2, "unmatched": 1}
    assert top_up_credit(billing, account) == usd(3)
    [waits] = billing.bank_lines(state="unmatched")
    assert (waits.why, waits.account) == ("invoice_settled", other)


def test_a_payment_that_was_recorded_under_the_banks_reference_is_matched_and_not_taken_again(billing, account):
    invoice = an_invoice(billing, account)
    billing.pay_invoice(account, invoice.number, Decimal(2), key="BANK-7")

    told = imported(billing, line(invoice.number, "2", "BANK-7"), line(invoice.number, "1", "BANK-8"))

    assert counts(told) == {"matched": 1, "credited": 1}
    assert (billing.invoices(account)[0].paid, top_up_credit(billing, account)) == (usd(3), usd(0))
    [kept] = billing.bank_lines(state="matched")
    assert (kept.invoice, kept.transfer, kept.difference) == (invoice.number, None, None)


def test_what_is_in_doubt_waits_for_an_operator(billing, account, transfer):
    a_top_up(billing, account, 50)  # T-000002, by card: BA00000002 is no transfer
    doubts = {
        "rent": "no_reference",
        "BA00000099": "reference_unknown",
        "BA00000002": "reference_unknown",
        "INV-2026-000099": "reference_unknown",
        "BA00000001 BA00000002": "several_references",
        "BA1": "reference_unsure",
    }
    assert counts(imported(billing, *(line(text, "99") for text in doubts))) == {"unmatched": len(doubts)}
    assert {each.text: each.why for each in billing.bank_lines(state="unmatched")} == doubts
    assert top_up_credit(billing, account) == usd(50)


def test_a_short_reference_counts_where_the_amount_is_the_one_waited_for(billing, account, transfer):
    assert counts(imported(billing, line("BA1"))) == {"credited": 1}


def test_another_currency_is_never_credited(billing, account, transfer):
    told = billing.import_statement(as_csv([line(transfer.reference)], currency="JPY"))

    assert counts(told) == {"unmatched": 1}
    [waits] = billing.bank_lines()
    assert (waits.why, waits.amount, waits.account) == ("currency", yen(100), account)
    with pytest.raises(CurrencyMismatch):
        billing.assign_to_account(waits.id, account)
    assert billing.bank_lines() == [waits]


def test_an_operator_assigns_a_line_once(billing, account, transfer):
    invoice = an_invoice(billing, account)
    other = an_account(billing, "other")
    imported(billing, line("a", "1"), line("b", "2"), line("c", "3"))
    assigned = {
        "BL-000001": lambda: billing.assign_to_transfer("BL-000001", transfer.reference, actor="operator:ann"),
        "BL-000002": lambda: billing.assign_to_invoice("BL-000002", invoice.number, actor="operator:ann"),
        "BL-000003": lambda: billing.assign_to_account("BL-000003", account, actor="operator:ann"),
    }
    for number, assign in assigned.items():
        done = assign()
        assert (done.state, done.account) == ("credited", account)
        assert assign() == done
        trail = billing.audit_trail(subject=number)
        assert [(e.actor, e.action) for e in trail] == [("operator:ann", "bank_line.assign")]
        with pytest.raises(BankLineSettled):
            billing.assign_to_account(number, other)
        with pytest.raises(BankLineSettled):
            billing.set_line_aside(number, "no")
    assert (top_up_credit(billing, account), billing.invoices(account)[0].paid) == (usd(4), usd(2))


def test_a_line_is_set_aside_with_a_reason_and_may_be_assigned_all_the_same(billing, account):
    imported(billing, line("rent"))
    [waits] = billing.bank_lines()
    with pytest.raises(NoteInvalid):
        billing.set_line_aside(waits.id, "  ")
    aside = billing.set_line_aside(waits.id, "Paid to the wrong company", actor="operator:ann")
    assert (aside.state, aside.reason) == ("set_aside", "Paid to the wrong company")
    assert billing.set_line_aside(waits.id, "Paid to the wrong company") == aside
    assert len(billing.audit_trail(subject=waits.id)) == 1
    assert counts(imported(billing, line("rent"))) == {"repeated": 1}
    with pytest.raises(AccountNotFound):
        billing.assign_to_account(waits.id, "nobody")
    assert billing.assign_to_account(waits.id, account).state == "credited"
    with pytest.raises(BankLineNotFound):
        billing.bank_line("BL-000099")


def test_money_taken_back_is_shown_and_other_debits_are_not_kept(billing, account, transfer):
    told = imported(
        billing,
        line(transfer.reference, reference="a"),
        line(f"Return {transfer.reference}", "-100", "a"),
        line("rent", "-700", "c"),
    )

    assert counts(told) == {"credited": 1, "reversals": 1, "debits": 1}
    [back] = billing.bank_lines(state="reversal")
    assert (back.account, back.amount) == (account, usd(-100))
    assert top_up_credit(billing, account) == usd(100)
    with pytest.raises(BankLineNotIncoming):
        billing.assign_to_account(back.id, account)
    assert billing.set_line_aside(back.id, "Corrected by C-000001").state == "set_aside"


def test_lines_that_are_alike_are_told_apart_and_kept_once(billing, account):
    twins = [line("rent", "5"), line("rent", "5"), line("rent", "5", day="2026-03-10")]

    assert counts(imported(billing, *twins)) == {"unmatched": 3}
    assert counts(imported(billing, *twins, line("rent", "5", day="2026-03-10"))) == {"unmatched": 1, "repeated": 3}


def test_a_reference_that_the_bank_gave_twice_is_not_dropped_silently(billing, account, transfer):
    told = imported(billing, line("rent", "5", "1"), line(transfer.reference, "100", "1"))

    assert counts(told) == {"unmatched": 1, "refused": [(3, "reference_reused")]}


def test_days_in_two_formats_are_refused_and_later_days_are_not(billing, account):
    first = [line("rent", "5", "a")]
    billing.import_statement(as_csv(first))
    for day, reason in (("2026-03-09", StatementFormatChanged), ("2026-03-01", StatementFormatChanged)):
        with pytest.raises(reason):
            billing.import_statement(as_camt([line("rent", "5", "a", day)]))
    assert counts(billing.import_statement(as_camt([line("rent", "6", "b", "2026-03-10")]))) == {"unmatched": 1}
    with pytest.raises(BankAccountUnclear):
        billing.import_statement(as_csv([line("rent", "5", "c", "2026-03-11")]))
    later = as_csv([line("rent", "5", "c", "2026-03-11")])
    assert counts(billing.import_statement(later, bank_account="main")) == {"unmatched": 1}


def test_pages_of_lines_go_backwards(billing, account):
    imported(billing, *(line("rent", str(n)) for n in range(1, 6)))

    assert [each.id for each in billing.bank_lines(limit=2)] == ["BL-000005", "BL-000004"]
    assert [each.id for each in billing.bank_lines(limit=2, before=4)] == ["BL-000003", "BL-000002"]
    assert billing.bank_lines(account_id=account) == []
