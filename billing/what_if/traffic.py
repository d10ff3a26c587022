"""The use that is expected, day by day, as events that metering takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.forecasts import demand
from billing.forecasts.history import History
from billing.forecasts.service import LEAST_DAYS, LEAST_USED
from billing.forecasts.simulation import Mix
from billing.metering.schemas import NewUsage
from billing.money import QUANTITY_DECIMALS
from billing.what_if.schemas import Basis, TrafficChanges

SOURCE = "what-if"


@dataclass(frozen=True, slots=True)
class Traffic:
    """The value of each day at on-demand rates, from today on, less what today was used for already; and its mix."""

    account: str
    zone: ZoneInfo
    now: datetime
    basis: Basis
    values: Sequence[float]
    mix: Mix

    @classmethod
    def expected(cls, session: Session, account: AccountRow, now: datetime, days: int) -> Traffic:
        """By the forecast's model; by the average of the days there are where they are too few for that."""
        zone = accounts.zone(account)
        history = History(session, account, now.astimezone(zone).date())
        past = history.values
        basis: Basis = "forecast" if history.reason(LEAST_DAYS, LEAST_USED) is None else "average"
        if not history.mix.shares:
            basis, values = "none", [0.0] * days
        elif basis == "forecast":
            values = demand.expected(past, days)
        else:
            values = [sum(past) / len(past)] * days
        values[0] = max(0.0, values[0] - history.today)
        return cls(account.id, zone, now, basis, values, history.mix)

    def day(self, number: int) -> date:
        """Today and the days after it, from 0."""
        return self.now.astimezone(self.zone).date() + timedelta(days=number)

    def at(self, day: date) -> datetime:
        """The instant at which a day's use is told: its noon, or now where that is over."""
        return max(self.now, datetime.combine(day, time(12), self.zone).astimezone(UTC))

    def begin_of(self, day: date | None) -> datetime:
        """The instant at which what happens on that day happens; today, or no day named: now."""
        begin = self.now if day is None else datetime.combine(day, time.min, self.zone).astimezone(UTC)
        return max(self.now, begin)

    def events(self, changes: Sequence[TrafficChanges]) -> Iterator[NewUsage]:
        """One a day and service, oldest first."""
        for number, value in enumerate(self.values):
            day = self.day(number)
            for service, quantity, _ in self.mix.uses(value * float(self._factor(day, changes))):
                yield NewUsage(
                    source=SOURCE,
                    id=f"{self.account}:{day}:{service}",
                    account=self.account,
                    time=self.at(day),
                    service=service,
                    quantity=Decimal(quantity).scaleb(-QUANTITY_DECIMALS),
                )

    def _factor(self, day: date, changes: Sequence[TrafficChanges]) -> Decimal:
        begun = [(self.begin_of(change.on), order, change.factor) for order, change in enumerate(changes)]
        return max((told for told in begun if told[0] <= self.at(day)), default=(None, 0, Decimal(1)))[2]
