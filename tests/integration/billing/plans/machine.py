"""Anything that can be done to a plan, in any order, at any time: billing says what a plain model of its life says."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from billing.api import Billing
from billing.config import Settings
from billing.errors import BillingError
from tests.builders.accounts import an_account, use
from tests.builders.catalogue import a_catalogue
from tests.builders.clock import SettableClock, at
from tests.builders.life import do, key, terms
from tests.builders.life_model import ZONE, Life

offers = st.tuples(st.sampled_from(["starter", "renderer"]), st.sampled_from(["monthly", "yearly"]))


class PlanLife(RuleBasedStateMachine):
    address: Callable[[ExitStack, Path], str]
    receipts = Bundle("receipts")

    def __init__(self):
        super().__init__()
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(TemporaryDirectory(prefix="life-")))
        self.clock = SettableClock(at("2026-01-31T17:30").astimezone(UTC))
        self.billing = Billing.open(Settings(database_url=type(self).address(self.stack, folder)), clock=self.clock)
        self.stack.callback(self.billing.close)
        self.billing.load_catalogue(a_catalogue(folder))
        self.account = an_account(self.billing, time_zone=ZONE.key)
        self.model = Life()

    def teardown(self):
        self.stack.close()

    @rule(target=receipts, offer=offers)
    def confirm(self, offer):
        number = self.billing.prepare_plan(self.account, *offer).number
        return self._do("confirm", (number,), offer)

    @rule(target=receipts, action=st.sampled_from(["pause", "resume", "cancel", "renew", "undo"]))
    def act(self, action):
        return self._do(action, (), ())

    @rule(target=receipts, offer=offers)
    def change(self, offer):
        return self._do("change", offer, offer)

    def _do(self, action, given, told):
        expected = None if action == "confirm" else self.model.refusal(action, self.clock.now, *told)
        try:
            checksum = terms(self.billing, self.account, action, *given).checksum
        except BillingError as error:
            assert error.code == expected, (action, error.code, expected)
            return None
        assert expected is None, (action, expected)
        by = key()
        receipt = do(self.billing, self.account, action, *given, checksum=checksum, by=by)
        getattr(self.model, action)(self.clock.now, *told)
        return action, given, checksum, by, receipt

    @rule(done=receipts)
    def repeat(self, done):
        if done is not None:
            action, given, checksum, by, receipt = done
            assert do(self.billing, self.account, action, *given, checksum=checksum, by=by) == receipt

    @rule(thousandths=st.integers(min_value=1, max_value=30_000), ago=st.just(0) | st.integers(0, 33 * 24))
    def use(self, thousandths, ago):
        hours, moment = Decimal(thousandths) / 1000, self.clock.now - timedelta(hours=ago)
        assert use(self.billing, self.account, hours, "gpu_container", at=moment) == "accepted"
        self.model.use(Fraction(hours), moment)

    @rule(hours=st.integers(min_value=1, max_value=24 * 40))
    def time_passes(self, hours):
        self.clock.forward(hours=hours)

    @rule()
    def bill(self):
        assert len(self.billing.bill_due().issued) == self.model.bill(self.clock.now)
        assert self.billing.bill_due().issued == []

    @precondition(lambda self: any(period.invoiced for period in self.model.periods))
    @rule()
    def pay(self):
        newest = [period for period in self.model.periods if period.invoiced][-1]
        number = self.billing.plan_periods(self.account)[::-1][self.model.periods.index(newest)].invoice
        assert self.billing.pay_invoice(self.account, number, key=key()).status == "paid"
        newest.paid = newest.price

    @invariant()
    def every_period_is_the_models(self):
        now = self.clock.now
        self.model.settle(now)
        told = [p for p in self.billing.plan_periods(self.account)[::-1] if p.status != "pending_confirmation"]
        expected = [
            (p.plan, p.interval, p.start(), p.end(), self.model.status(p, now), p.left, p.cancelled, p.invoiced)
            for p in self.model.periods
        ]
        assert [
            (
                p.plan,
                p.interval,
                p.starts_at,
                p.ends_at,
                p.status,
                Fraction(p.remaining.amount),
                p.cancelled,
                bool(p.invoice),
            )
            for p in told
        ] == expected

    @invariant()
    def money_is_the_models(self):
        balance = self.billing.balance(self.account)
        assert (Fraction(balance.top_up.amount), Fraction(balance.owed.amount)) == (self.model.top_up, self.model.owed)
        paid = sum((Fraction(invoice.paid.amount) for invoice in self.billing.invoices(self.account)), Fraction(0))
        assert paid == sum((period.paid for period in self.model.periods), Fraction(0))

    @invariant()
    def the_ledger_holds(self):
        assert self.billing.verify_ledger() == []
