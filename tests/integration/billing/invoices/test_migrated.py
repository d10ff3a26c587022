"""A database from before there were number series: its invoices keep their numbers, new ones begin a series."""

from __future__ import annotations

import pytest

from billing.api import Billing
from billing.config import Settings
from billing.db import create_engine
from billing.invoices import service as invoices
from billing.plans.models import Subscription
from tests.builders.accounts import a_plan
from tests.builders.catalogue import a_catalogue
from tests.builders.databases import a_database, migrate_to

BEFORE = """
INSERT INTO account VALUES ('acme', 'Acme', 'USD', 'UTC', 'en', 'basic', '2026-01-01 00:00:00');
INSERT INTO catalogue VALUES (1, 'x', '{}', '2026-01-01 00:00:00');
INSERT INTO subscription (id, account_id, plan, catalogue_version, interval, services, terms, currency, price, amount,
  payment_option, starts_at, ends_at, prepared_at, confirmed_at)
  VALUES (1001, 'acme', 'starter', 1, 'monthly', '[]', '{}', 'USD', 0, 0, 'full_upfront',
  '2026-01-01 00:00:00', '2026-02-01 00:00:00', '2026-01-01 00:00:00', '2026-01-01 00:00:00');
INSERT INTO invoice (id, account_id, subscription_id, issued_on, due_on, period_from, period_to, currency, total, paid,
  created_at) VALUES (7, 'acme', 1001, '2026-01-01', '2026-01-31', '2026-01-01', '2026-01-31', 'USD', 0, 0,
  '2026-01-01 00:00:00');
INSERT INTO invoice_line (invoice_id, text_key, quantity, units) VALUES (7, 'plan_price', 1000, 0);
INSERT INTO voucher_code (code_hash, currency, amount, services, uses_left) VALUES ('x', 'USD', 100, '[]', 3)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def old_database(request, tmp_path):
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path / 'old.db'}"
        _fill(address)
        yield address
        return
    with a_database(request.getfixturevalue("postgresql_server")) as address:
        _fill(address)
        yield address


def _fill(address):
    engine = create_engine(address)
    with engine.begin() as connection:
        migrate_to(connection, "0002")
        for statement in BEFORE.split(";"):
            connection.exec_driver_sql(statement)
    engine.dispose()


def test_what_was_issued_keeps_its_number(old_database, clock, tmp_path):
    billing = Billing.open(Settings(database_url=old_database), clock=clock)

    (invoice,) = billing.invoices("acme")
    assert (invoice.number, invoice.status) == ("INV-000007", "paid")
    assert [(code.uses, code.uses_left, code.label) for code in billing.voucher_codes()] == [(3, 3, "")]
    billing.load_catalogue(a_catalogue(tmp_path))
    plan = a_plan(billing, "acme")
    with billing.database.transaction() as session:
        assert invoices.issue(session, session.get_one(Subscription, plan.id), clock.now).number == "INV-2026-000001"
    assert billing.verify_ledger() == []
    billing.close()
