"""What an account should have, worked out from the design alone, in fractions and without any database."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

import yaml

from tests.builders.catalogue import CATALOGUE

SOLD = yaml.safe_load(CATALOGUE)


@dataclass
class Plan:
    name: str
    start: datetime
    end: datetime
    left: Fraction
    used: dict[str, Fraction] = field(default_factory=dict)

    def covers(self, service: str) -> bool:
        return service in SOLD["plans"][self.name].get("services", SOLD["services"])

    def quota_left(self, service: str) -> Fraction:
        quota = SOLD["plans"][self.name]["monthly"].get("quotas", {}).get(service)
        return Fraction(10**12) if quota is None else Fraction(quota) - self.used.get(service, Fraction(0))


@dataclass
class Voucher:
    left: Fraction
    given: datetime
    expires: datetime | None
    services: list[str]

    def is_good(self, at: datetime) -> bool:
        return self.given <= at and (self.expires is None or at < self.expires)


@dataclass
class Model:
    currency: str
    top_up: Fraction = Fraction(0)
    owed: Fraction = Fraction(0)
    pending: Fraction = Fraction(0)
    spent: Fraction = Fraction(0)
    plans: list[Plan] = field(default_factory=list)
    vouchers: list[Voucher] = field(default_factory=list)

    def plan_at(self, at: datetime) -> Plan | None:
        """The newest whose period holds the instant."""
        return next((plan for plan in reversed(self.plans) if plan.start <= at < plan.end), None)

    def plan_left(self, at: datetime) -> Fraction:
        plan = self.plan_at(at)
        return plan.left if plan else Fraction(0)

    def voucher_left(self, at: datetime) -> Fraction:
        return sum((voucher.left for voucher in self.vouchers if voucher.is_good(at)), Fraction(0))

    def use(self, service: str, quantity: Fraction, at: datetime) -> None:
        before = self._worth()
        quantity -= self._by_plan(service, quantity, at)
        owing = quantity * Fraction(SOLD["services"][service]["rates"][self.currency])
        good = [v for v in self.vouchers if v.is_good(at) and (not v.services or service in v.services)]
        for voucher in sorted(good, key=lambda v: (v.expires is None, v.expires or at)):
            taken = min(owing, voucher.left)
            voucher.left -= taken
            owing -= taken
        taken = min(owing, self.top_up)
        self.top_up -= taken
        self.owed += owing - taken
        self.spent += before - self._worth()

    def _by_plan(self, service: str, quantity: Fraction, at: datetime) -> Fraction:
        """How much of it the plan pays for: within its quota, up to the step of a thousandth in which it ends."""
        plan = self.plan_at(at)
        if plan is None or not plan.left or not plan.covers(service):
            return Fraction(0)
        rates = SOLD["plans"][plan.name].get("rates", {}).get(service, SOLD["services"][service]["rates"])
        rate = Fraction(rates[self.currency])
        steps = Fraction(math.ceil(plan.left / rate * 1000), 1000)
        paid = min(quantity, plan.quota_left(service), steps)
        plan.left -= min(plan.left, paid * rate)
        plan.used[service] = plan.used.get(service, Fraction(0)) + paid
        return paid

    def _worth(self) -> Fraction:
        credit = [plan.left for plan in self.plans] + [voucher.left for voucher in self.vouchers]
        return sum(credit, self.top_up - self.owed)
