"""What was used so far, as a forecast needs it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from sqlalchemy.orm import Session

from billing.accounts.models import AccountRow
from billing.catalogue import service as catalogues
from billing.forecasts.schemas import CannotTell
from billing.forecasts.simulation import Mix
from billing.metering import daily
from billing.metering.funds import STEP
from billing.money import Money
from billing.schemas import Period

LONGEST = 112
"""Whole days that are read: sixteen weeks."""
BASIS_DAYS = 30
"""Whole days of the average, of the mix of services, and within which there must be use."""


class History:
    """The last weeks of an account's use, each day valued at on-demand rates, in units of money."""

    basis_days = BASIS_DAYS

    def __init__(self, session: Session, account: AccountRow, today: date) -> None:
        self._today, self._first = today, daily.first_day(session, account)
        begins = today - timedelta(days=LONGEST)
        sold = catalogues.every_service(session)
        rates = {name: Money.of(service.rates[account.currency], account.currency) for name, service in sold.items()}
        self._totals = daily.totals(session, account, Period.model_validate({"from": begins, "to": today}))
        self._values: dict[date, float] = defaultdict(float)
        recent: dict[str, float] = defaultdict(float)
        for total in self._totals:
            value = total.quantity * rates[total.service].units / STEP
            self._values[total.day] += value
            if self._in_basis(total.day) and value:
                recent[total.service] += value
        whole = sum(recent.values())
        self.mix = Mix({service: value / whole for service, value in recent.items()} if whole else {}, rates)
        spent = sum(total.units for total in self._totals if self._in_basis(total.day))
        self.daily_average = Money(spent // BASIS_DAYS, account.currency)

    @property
    def values(self) -> list[float]:
        """Whole days, oldest first, from the first use on."""
        begins = max(self._today - timedelta(days=LONGEST), self._first or self._today)
        days = (self._today - begins).days
        return [self._values.get(begins + timedelta(days=n), 0.0) for n in range(days)]

    @property
    def today(self) -> float:
        """What today was used for already."""
        return self._values.get(self._today, 0.0)

    def reason(self, least_days: int, least_used: int) -> CannotTell | None:
        """Why nothing can be forecast from this; None when something can."""
        used = {day for day, value in self._values.items() if value and self._in_basis(day)}
        if not used:
            return "no_usage"
        if self._first is None or (self._today - self._first).days < least_days:
            return "too_little_history"
        return "erratic" if len(used) < least_used else None

    def _in_basis(self, day: date) -> bool:
        return self._today - timedelta(days=BASIS_DAYS) <= day < self._today
