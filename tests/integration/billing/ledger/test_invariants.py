"""Each test breaks one invariant behind the program's back; `verify` must find that one, and say where."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing.api import Billing, verification
from billing.config import Settings
from billing.invoices import service as invoices
from billing.metering import invariants as usage_invariants
from billing.plans.models import Subscription
from billing.receipts import invariants as receipt_invariants
from tests.builders.accounts import a_plan, a_top_up, a_voucher, an_account, use
from tests.builders.catalogue import a_catalogue
from tests.builders.clock import at
from tests.builders.life import confirmed, do
from tests.builders.money import usd

APPEND_ONLY = (
    "ledger_entry",
    "ledger_transaction",
    "invoice_line",
    "credit_note",
    "credit_note_line",
    "voucher_redemption",
)
UNLOCK = {
    "sqlite": [
        *(f"DROP TRIGGER {table}_no_{verb}" for table in APPEND_ONLY for verb in ("update", "delete")),
        *("DROP TRIGGER invoice_keeps", "DROP TRIGGER invoice_no_delete"),
        *("DROP TRIGGER top_up_kept_from_update", "DROP TRIGGER top_up_kept_from_delete"),
    ],
    "postgresql": [f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in (*APPEND_ONLY, "invoice", "top_up")],
}
CLEARING = "(SELECT id FROM ledger_account WHERE owner = 'acme' AND kind = 'clearing')"
EMPTY = (
    "INSERT INTO ledger_transaction (id, key, owner, kind, at) VALUES (1001, 'k', 'acme', 'usage', '2026-03-10 00:00')"
)
ACMES = "(SELECT id FROM ledger_account WHERE owner = 'acme')"
SWAP = [
    f"UPDATE ledger_entry SET units = -units WHERE ledger_account_id IN {ACMES}",
    "UPDATE ledger_account SET balance = -balance WHERE owner = 'acme'",
]

NOON = "'2026-03-10 12:00:00'"
REFUND = (
    "INSERT INTO refund (id, token, key, payment_id, currency, amount, reason, state, tries, checks, created_at) "
    f"VALUES (1, 'r', 'r', 1, 'USD', 5, 'x', 'succeeded', 1, 0, {NOON})"
)
DISPUTE = (
    "INSERT INTO dispute (id, payment_id, reference, currency, amount, reason, state, held, opened_at) "
    f"VALUES (1, 1, 'd', 'USD', 5, 'x', 'open', true, {NOON})"
)
LINE = (
    "INSERT INTO bank_line (id, bank_account, entry, format, booked_on, currency, amount, payer, text, imported_at, "
    "state, account_id, pays_invoice) "
    f"VALUES (1, 'b', 'e', 'csv', '2026-03-10', 'USD', 5, 'p', 't', {NOON}, 'credited', 'acme', 0)"
)


def payment(purpose: str, subject: int, provider: str) -> str:
    """One that waits."""
    return (
        "INSERT INTO payment (id, token, key, account_id, purpose, subject_id, subject, currency, amount, method, "
        "provider, state, tries, checks, created_at, expires_at) VALUES "
        f"(1, 't', 'k', 'acme', '{purpose}', {subject}, 's', 'USD', 9, 'card', "
        f"'{provider}', 'waiting', 1, 0, {NOON}, {NOON})"
    )


# the invariant → what breaks it, where that is told, which others it cannot but break
BREAKS = {
    "every_transaction_sums_to_zero": (
        ["UPDATE ledger_entry SET units = units + 1 WHERE ledger_account_id = " + CLEARING],
        "transaction 1",
        {"every_balance_equals_its_entries"},
    ),
    "every_transaction_has_entries": (
        [EMPTY],
        "transaction 1001",
        set(),
    ),
    "every_balance_equals_its_entries": (
        ["UPDATE ledger_account SET balance = balance + 1 WHERE owner = 'acme' AND kind = 'top_up'"],
        "acme/top_up",
        set(),
    ),
    "every_entry_stays_with_its_owner": (
        ["UPDATE ledger_transaction SET owner = 'sakura' WHERE id = 1"],
        "entry 1",
        set(),
    ),
    "every_account_keeps_one_currency": (
        ["UPDATE ledger_account SET currency = 'JPY' WHERE owner = 'acme'"],
        "acme/clearing/test_card",
        set(),
    ),
    "no_credit_is_overdrawn": (
        SWAP,
        "acme/voucher/1",
        {
            "nothing_owed_is_negative",
            "every_top_up_is_posted_as_its_receipt_says",
            "what_is_receivable_is_open_on_invoices",
            "every_invoice_is_posted_with_its_total",
        },
    ),
    "nothing_owed_is_negative": (
        SWAP,
        "acme/owed",
        {
            "no_credit_is_overdrawn",
            "every_top_up_is_posted_as_its_receipt_says",
            "what_is_receivable_is_open_on_invoices",
            "every_invoice_is_posted_with_its_total",
        },
    ),
    "the_lines_of_an_invoice_add_up_to_its_total": (
        ["UPDATE invoice_line SET units = units + 1"],
        "INV-2026-000001",
        set(),
    ),
    "the_lines_of_a_credit_note_add_up_to_its_total": (
        ["UPDATE credit_note_line SET units = units + 1"],
        "CN-2026-000001",
        set(),
    ),
    "the_numbers_of_a_series_have_no_gaps": (
        ["UPDATE invoice SET sequence = 9, number = 'INV-2026-000009' WHERE id = 1"],
        "INV-2026",
        set(),
    ),
    "no_credit_note_exceeds_its_invoice": (
        ["UPDATE credit_note SET total = total * 9", "UPDATE credit_note_line SET units = units * 9"],
        "INV-2026-000001",
        set(),
    ),
    "nothing_is_paid_beyond_an_invoice": (
        ["UPDATE invoice SET paid = total"],
        "INV-2026-000001",
        {"what_is_receivable_is_open_on_invoices"},
    ),
    "what_is_receivable_is_open_on_invoices": (
        ["UPDATE invoice SET paid = paid + 1"],
        "acme/receivable",
        set(),
    ),
    "no_voucher_code_is_used_more_often_than_allowed": (
        ["UPDATE voucher_code SET uses_left = uses_left + 1"],
        "VC-000001",
        set(),
    ),
    "every_redemption_gave_what_its_code_says": (
        ["UPDATE voucher_code SET amount = amount + 1"],
        "V-000002",
        set(),
    ),
    "every_top_up_is_posted_as_its_receipt_says": (
        ["UPDATE top_up SET pays_owed = 1"],
        "T-000001",
        set(),
    ),
    "the_receipts_of_an_account_have_no_gaps": (
        ["UPDATE top_up SET receipt = 2"],
        "acme",
        set(),
    ),
    "no_two_plans_are_in_force_at_once": (
        ["UPDATE subscription SET starts_at = '2026-03-11 00:00:00' WHERE id = 3"],
        "sakura/P-000003",
        set(),
    ),
    "every_pause_lies_within_what_its_plan_allows": (
        ["UPDATE plan_pause SET resumes_at = '2027-03-11 00:00:00'"],
        "sakura/P-000002",
        set(),
    ),
    "every_invoice_is_posted_with_its_total": (
        ["UPDATE ledger_transaction SET key = 'lost' WHERE key = 'invoice:1'"],
        "INV-2026-000001",
        set(),
    ),
    "every_payment_is_posted_once_with_its_amount": (
        [payment("top_up", 1, "stripe")],
        "PAY-000001",
        set(),
    ),
    "every_refund_is_posted_once_with_its_amount": (
        [payment("invoice", 999, "stripe"), REFUND],
        "RF-000001",
        {"no_refunds_exceed_their_payment", "what_a_provider_holds_is_what_was_paid_less_what_went_back"},
    ),
    "every_dispute_is_posted_as_it_stands": (
        [payment("invoice", 999, "stripe"), DISPUTE],
        "DP-000001",
        {"what_a_provider_holds_is_what_was_paid_less_what_went_back"},
    ),
    "no_refunds_exceed_their_payment": (
        [payment("invoice", 999, "stripe"), REFUND],
        "PAY-000001",
        {
            "every_refund_is_posted_once_with_its_amount",
            "what_a_provider_holds_is_what_was_paid_less_what_went_back",
        },
    ),
    "what_a_provider_holds_is_what_was_paid_less_what_went_back": (
        [payment("invoice", 999, "test_card")],
        "acme/clearing/test_card",
        set(),
    ),
    "every_credited_line_is_posted_with_its_amount": (
        [LINE],
        "BL-000001",
        {"what_came_by_bank_transfer_is_what_was_confirmed_or_on_a_statement"},
    ),
    "what_came_by_bank_transfer_is_what_was_confirmed_or_on_a_statement": (
        ["UPDATE top_up SET provider = 'bank_transfer'"],
        "acme/clearing/bank_transfer",
        set(),
    ),
}


@pytest.fixture
def billing(database_url, clock, tmp_path):
    """Not the one that must be whole afterwards.

    A top-up, a voucher, use of which some is owed, an invoice with a credit note, a code that was redeemed,
    a plan that was paused and renewed.
    """
    opened = Billing.open(Settings(database_url=database_url), clock=clock)
    opened.load_catalogue(a_catalogue(tmp_path))
    account = an_account(opened)
    an_account(opened, "sakura", currency="JPY")
    a_top_up(opened, account, 25)
    use(opened, account, 600)
    a_voucher(opened, account, usd(10), expires_at=at("2026-06-01"))
    plan = a_plan(opened, account)
    with opened.database.transaction() as session:
        number = invoices.issue(session, session.get_one(Subscription, plan.id), opened.now()).number
    opened.credit_invoice(number, amount=Decimal(4), reason="outage", key="c-1")
    opened.create_voucher_code(usd(5), code="WELCOME", uses=2)
    opened.redeem_voucher(account, "WELCOME", key="k-1")
    confirmed(opened, "sakura")
    do(opened, "sakura", "pause")
    do(opened, "sakura", "renew")
    yield opened
    opened.close()


def run(billing, statements):
    engine = billing.database.engine
    with engine.begin() as connection:
        for statement in [*UNLOCK[engine.dialect.name], *statements]:
            connection.exec_driver_sql(statement)


def test_a_ledger_that_nobody_touched_is_right(billing):
    assert billing.verify_ledger() == []


def test_there_is_a_break_for_every_invariant():
    elsewhere = (*usage_invariants.INVARIANTS, *receipt_invariants.INVARIANTS)
    of_money = [each.__name__ for each in verification.INVARIANTS if each not in elsewhere]
    assert sorted(of_money) == sorted(BREAKS)


@pytest.mark.parametrize(("invariant", "broken"), BREAKS.items(), ids=BREAKS.keys())
def test_a_broken_invariant_is_found_and_told_with_where(billing, invariant, broken):
    statements, subject, others = broken

    run(billing, statements)

    found = billing.verify_ledger()
    assert (invariant, subject) in {(violation.invariant, violation.subject) for violation in found}
    elsewhere = {each.__name__ for each in (*usage_invariants.INVARIANTS, *receipt_invariants.INVARIANTS)}
    assert {violation.invariant for violation in found} - elsewhere <= {invariant, *others}


def test_entries_that_went_missing_are_found(billing):
    run(billing, ["DELETE FROM ledger_entry"])

    found = {violation.invariant for violation in billing.verify_ledger()}

    assert found == {
        "every_transaction_has_entries",
        "every_balance_equals_its_entries",
        "every_top_up_is_posted_as_its_receipt_says",
        "every_invoice_is_posted_with_its_total",
        "every_days_usage_equals_its_charges",
        "every_signed_receipt_verifies_and_the_ledger_is_as_it_says",
    }
