"""Anything that can happen to an account, in any order: the ledger holds, and says what an independent model says."""

from __future__ import annotations

import shutil
import tempfile
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, precondition, rule

from billing.api import Billing
from billing.config import Settings
from billing.errors import (
    RechargeKeyReused,
    UsageEventConflict,
    VoucherAlreadyRedeemed,
)
from billing.metering.models import UsageCharge, UsageEvent
from billing.money import Money, minor_digits
from tests.builders.accounts import a_plan, a_top_up, a_voucher, an_account, use
from tests.builders.catalogue import a_catalogue
from tests.builders.clock import SettableClock
from tests.builders.model import SOLD, Model, Plan, Voucher

SERVICES = sorted(SOLD["services"])
quantities = st.integers(min_value=1, max_value=200_000).map(lambda thousandths: Decimal(thousandths) / 1000)
steps = st.integers(min_value=0, max_value=300)


class Account(RuleBasedStateMachine):
    currency: str
    top_ups = Bundle("top_ups")
    transfers = Bundle("transfers")
    events = Bundle("events")

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="account-"))
        self.clock = SettableClock()
        url = f"sqlite:///{self.folder / 'billing.db'}"
        self.billing = Billing.open(Settings(database_url=url), clock=self.clock)
        self.billing.load_catalogue(a_catalogue(self.folder))
        self.account = an_account(self.billing, currency=self.currency, time_zone="America/New_York")
        self.model = Model(self.currency)
        self.minimum = Decimal(SOLD["top_up"]["minimum"][self.currency])
        self.coin = Decimal(1).scaleb(-minor_digits(self.currency))
        self.number = 0

    def teardown(self):
        self.billing.close()
        shutil.rmtree(self.folder)

    def key(self) -> str:
        self.number += 1
        return f"key-{self.number}"

    @rule(target=top_ups, extra=steps)
    def top_up(self, extra):
        amount, key = self.minimum + extra * self.coin, self.key()
        assume(not str(amount).replace(".", "").endswith("13"))  # those are declined
        self.model.top_up += Fraction(amount)
        return key, amount, a_top_up(self.billing, self.account, amount, key=key)

    @rule(known=top_ups)
    def repeat_a_top_up(self, known):
        key, amount, receipt = known
        assert a_top_up(self.billing, self.account, amount, key=key) == receipt

    @rule(known=top_ups)
    def reuse_a_key(self, known):
        key, amount, _ = known
        with pytest.raises(RechargeKeyReused):
            a_top_up(self.billing, self.account, amount + self.minimum, key=key)

    @rule(target=transfers, extra=steps)
    def transfer(self, extra):
        amount = self.minimum + extra * self.coin
        self.model.pending += Fraction(amount)
        return a_top_up(self.billing, self.account, amount, method="bank_transfer", key=self.key())

    @rule(transfer=consumes(transfers), times=st.integers(min_value=1, max_value=3))
    def confirm(self, transfer, times):
        for _ in range(times):
            assert self.billing.confirm_transfer(transfer.id).status == "completed"
        self.model.pending -= Fraction(transfer.amount.amount)
        self.model.top_up += Fraction(transfer.amount.amount)

    @rule(
        coins=st.integers(min_value=1, max_value=500),
        days=st.none() | st.integers(min_value=1, max_value=60),
        services=st.lists(st.sampled_from(SERVICES), unique=True, max_size=2),
    )
    def voucher(self, coins, days, services):
        expires = None if days is None else self.clock.now + timedelta(days=days)
        amount = coins * self.coin
        a_voucher(self.billing, self.account, Money.of(amount, self.currency), expires_at=expires, services=services)
        self.model.vouchers.append(Voucher(Fraction(amount), self.clock.now, expires, services))

    @rule(coins=st.integers(min_value=1, max_value=500), days=st.none() | st.integers(min_value=1, max_value=60))
    def redeem(self, coins, days):
        amount, key = Money.of(coins * self.coin, self.currency), self.key()
        code = self.billing.create_voucher_code(amount, valid_days=days).code
        first = self.billing.redeem_voucher(self.account, code, key=key)
        assert self.billing.redeem_voucher(self.account, code, key=key).id == first.id
        with pytest.raises(VoucherAlreadyRedeemed):
            self.billing.redeem_voucher(self.account, code, key=self.key())
        expires = None if days is None else self.clock.now + timedelta(days=days)
        self.model.vouchers.append(Voucher(Fraction(amount.amount), self.clock.now, expires, []))

    @rule()
    def expire_vouchers(self):
        self.billing.expire_vouchers()  # whenever it runs, what can be spent, and late use, stay as they are

    @precondition(lambda self: not self.model.plan_left(self.clock.now))
    @rule(plan=st.sampled_from(sorted(SOLD["plans"])))
    def activate(self, plan):
        row = a_plan(self.billing, self.account, plan)
        amount = Fraction(SOLD["plans"][plan]["monthly"]["amount"][self.currency])
        self.model.plans.append(Plan(plan, self.clock.now, row.ends_at, amount))

    @rule(target=events, service=st.sampled_from(SERVICES), quantity=quantities, ago=st.just(0) | steps)
    def use(self, service, quantity, ago):
        key, moment = self.key(), self.clock.now - timedelta(hours=ago)
        assert use(self.billing, self.account, quantity, service, at=moment, event_id=key) == "accepted"
        self.model.use(service, Fraction(quantity), moment)
        return key, service, quantity, moment

    @rule(known=events)
    def repeat_use(self, known):
        key, service, quantity, moment = known
        assert use(self.billing, self.account, quantity, service, at=moment, event_id=key) == "repeated"

    @rule(known=events)
    def spend_an_event_id_on_more(self, known):
        key, service, quantity, moment = known
        with pytest.raises(UsageEventConflict):
            use(self.billing, self.account, quantity + 1, service, at=moment, event_id=key)

    @rule(hours=st.integers(min_value=1, max_value=24 * 20))
    def time_passes(self, hours):
        self.clock.forward(hours=hours)

    @invariant()
    def the_ledger_holds(self):
        assert self.billing.verify_ledger() == []

    @invariant()
    def the_balance_is_the_models(self):
        told, now = self.billing.balance(self.account), self.clock.now
        assert Fraction(told.plan.amount) == self.model.plan_left(now)
        assert Fraction(told.voucher_total.amount) == self.model.voucher_left(now)
        assert Fraction(told.top_up.amount) == self.model.top_up
        assert Fraction(told.owed.amount) == self.model.owed
        assert Fraction(told.pending_top_ups.amount) == self.model.pending
        assert told.available == told.plan + told.voucher_total + told.top_up

    @invariant()
    def all_use_is_charged_exactly_once(self):
        parts = sa.select(sa.func.sum(UsageCharge.quantity)).where(UsageCharge.usage_event_id == UsageEvent.id)
        with self.billing.database.snapshot() as session:
            wrong = session.scalars(sa.select(UsageEvent.id).where(UsageEvent.quantity != parts.scalar_subquery()))
            assert wrong.all() == []
            units = session.scalar(sa.select(sa.func.sum(UsageCharge.units))) or 0
        assert Fraction(Money(units, self.currency).amount) == self.model.spent
