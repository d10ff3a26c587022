"""Alerts: looked at after every step; told once; a threshold of one's own."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.integration.billing.engine.base import EngineBase, accounts, fault


class AlertRules(EngineBase):
    def look(self, fault=None):
        def expect():
            for alerts in self.world.alerts.values():
                alerts.look(self.world.shop, self.now)

        self.attempt(expect, self.billing.check_alerts, fault, whole=False)

    @rule(minutes=st.integers(1, 20 * 24 * 60), fault=fault)
    def look_later(self, minutes, fault):
        self.clock.forward(minutes=minutes)
        self.look(fault)

    @rule(account=accounts, conversation=st.sampled_from(["one", "two"]), fault=fault)
    def tell_alerts(self, account, conversation, fault):
        expected, told = self.attempt(
            lambda: self.world.alerts[account].tell(conversation),
            lambda: self.billing.tell_alerts(account, conversation),
            fault,
        )
        assert sorted((alert.kind, alert.level or 0) for alert in told) == sorted(alert.said[:2] for alert in expected)

    @rule(account=accounts, coins=st.none() | st.integers(0, 10_000), fault=fault)
    def set_the_threshold(self, account, coins, fault):
        amount = None if coins is None else coins * Decimal(1 if self.of(account).currency != "USD" else "0.01")

        def expect():
            alerts = self.world.alerts[account]
            alerts.threshold = None if amount is None else Fraction(amount)
            alerts.look(self.world.shop, self.now)

        self.attempt(
            expect,
            lambda: self.billing.set_alert_settings(account, low_balance=amount, email=None),
            fault,
            again="done twice",
        )
        self.audited("alerts.set", account, twice=self.lost)
