"""Whatever way the bank's lines come in, and whatever breaks meanwhile, the ledger has what the bank has."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.api import Billing
from billing.config import Settings
from billing.money import Money
from tests.builders.accounts import a_top_up, an_account
from tests.builders.catalogue import a_catalogue
from tests.builders.faults import Faults, faults
from tests.builders.life import confirmed
from tests.builders.statements import Line, as_camt, as_csv

TRANSFERS = 4
EXAMPLES = int(os.environ.get("TRANSFER_EXAMPLES", "10"))

breaks = faults("before", "after", "before_commit", "after_commit")

texts = st.sampled_from(["rent", *(f"BA{n:08d}" for n in range(1, TRANSFERS + 2)), "INV-2026-000001"])
amounts = st.sampled_from(["0.01", "99.99", "100", "100.01", "250"])
booked = st.lists(st.tuples(texts, amounts), min_size=1, max_size=6)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("import"), st.integers(0, 5), st.integers(1, 6), breaks),
        st.tuples(st.just("confirm"), st.integers(1, TRANSFERS), st.just(0), st.none()),
        st.tuples(st.just("cancel"), st.integers(1, TRANSFERS), st.just(0), st.none()),
        st.tuples(st.just("assign"), st.integers(1, 6), st.just(0), breaks),
    ),
    max_size=8,
)  # fmt: skip


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A database in which four transfers and an invoice are waited for; each example begins with a copy of it."""
    folder = tmp_path_factory.mktemp("template")
    with closing(Billing.open(Settings(database_url=f"sqlite:///{folder / 'a.db'}"))) as billing:
        billing.load_catalogue(a_catalogue(folder))
        an_account(billing)
        for _ in range(TRANSFERS):
            a_top_up(billing, "acme", 100, method="bank_transfer")
        confirmed(billing, "acme", payment_method="bank_transfer")
        with billing.database.engine.connect() as connection:
            connection.connection.driver_connection.execute(f"VACUUM INTO '{folder / 'copy.db'}'")
    return (folder / "copy.db").read_bytes()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(said=booked, done=steps, camt=st.booleans())
def test_the_ledger_has_what_the_bank_has(template, said, done, camt):
    lines = [Line("2026-03-09", amount, text, reference=f"E{n}") for n, (text, amount) in enumerate(said)]
    write = as_camt if camt else as_csv
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.db"
        path.write_bytes(template)
        with closing(Billing.open(Settings(database_url=f"sqlite:///{path}"))) as billing:
            breaking = Faults(billing.database.engine)
            confirmed_by_hand = Money.zero("USD")
            for what, first, length, fault in done:
                if what == "import":
                    part = write(lines[first : first + length][::-1])
                    strike(breaking, fault, lambda part=part: billing.import_statement(part))
                elif what == "assign":
                    open_lines = billing.bank_lines(state="unmatched")
                    if open_lines:
                        chosen = open_lines[first % len(open_lines)].id
                        strike(breaking, fault, lambda chosen=chosen: billing.assign_to_account(chosen, "acme"))
                else:
                    confirmed_by_hand += by_hand(billing, what, f"T-{first:06d}")
                assert billing.verify_ledger() == []
            billing.import_statement(write(lines))
            assert billing.verify_ledger() == []
            assert billing.import_statement(write(lines)).repeated == len(lines)
            check(billing, lines, confirmed_by_hand)


def strike(breaking, fault, call):
    return breaking.strike(fault, call) if fault else call()


def by_hand(billing, what, transfer):
    """What an operator's confirmation credited; a transfer that came is left alone."""
    if transfer not in {each.id for each in billing.pending_transfers()}:
        return Money.zero("USD")
    if what == "cancel":
        billing.cancel_transfer(transfer)
        return Money.zero("USD")
    return billing.confirm_transfer(transfer).amount


def check(billing, lines, confirmed_by_hand):
    kept = billing.bank_lines(limit=500)
    assert sorted(each.amount.units for each in kept) == sorted(Money.of(x.amount, "USD").units for x in lines)
    credited = Money.total((each.amount for each in kept if each.state == "credited"), "USD")
    paid = billing.invoices("acme")[0].paid
    assert billing.balance("acme").top_up + paid == credited + confirmed_by_hand
    assert {each.text for each in kept if each.state == "unmatched"} <= {"rent", f"BA{TRANSFERS + 1:08d}"}
