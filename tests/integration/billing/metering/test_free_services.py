"""A service may be sold for nothing; its use is recorded like any other."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from billing.metering.models import UsageCharge
from tests.builders.accounts import a_plan, an_account, use
from tests.builders.catalogue import a_catalogue
from tests.builders.money import usd


@pytest.fixture
def account(billing, tmp_path):
    billing.load_catalogue(a_catalogue(tmp_path, free=('rates: {USD: "2.4"', 'rates: {USD: "0"')))
    return an_account(billing)


def charged(billing) -> list[tuple[str, int, int]]:
    """Bucket, thousandths and money of every charge."""
    with billing.database.snapshot() as session:
        parts = session.scalars(sa.select(UsageCharge).order_by(UsageCharge.id))
        return [(part.bucket, part.quantity, part.units) for part in parts]


def test_free_use_within_a_plan_is_the_plans(billing, account):
    a_plan(billing, account)

    use(billing, account, 3, "gpu_container")

    assert charged(billing) == [("plan", 3000, 0)]
    assert billing.usage(account).services[0].quantity == 3


def test_free_use_without_a_plan_is_charged_somewhere_too(billing, account):
    use(billing, account, 3, "gpu_container")

    assert [(thousandths, units) for _, thousandths, units in charged(billing)] == [(3000, 0)]
    assert billing.usage(account).services[0].quantity == 3
    assert billing.balance(account).owed == usd(0)
