"""Usage as the guides' screens show it: over a period by day and service, and per service of the plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.catalogue import service as catalogues
from billing.errors import PeriodInvalid
from billing.metering import daily
from billing.metering.charging import used_of_plan
from billing.metering.daily import DayTotal, Total
from billing.metering.days import days_of
from billing.metering.service import SESSION
from billing.money import QUANTITY_DECIMALS, Money
from billing.plans import periods
from billing.plans import service as plans
from billing.plans.models import Subscription
from billing.schemas import (
    Granularity,
    Period,
    ServiceQuota,
    ServiceSpend,
    ServiceUsage,
    UsageBucket,
    UsageDay,
    UsageReport,
    UsageTrend,
)

DEFAULT_DAYS = 30
T = TypeVar("T", bound=Total)
LONGEST = 731
"""Days of a report."""
EARLIEST, LATEST = 2000, 2999
"""Years that a report may be of: what is before or after them is a slip."""


def last_days(today: date, days: int = DEFAULT_DAYS) -> Period:
    """The rolling period that ends today and includes it."""
    return Period.model_validate({"from": today - timedelta(days=days - 1), "to": today})


def report(session: Session, account: AccountRow, period: Period, granularity: Granularity = "day") -> UsageReport:
    """Use and spend over a period, in steps of the granularity, beside the period of the same length before.

    Raises:
        PeriodInvalid: longer than two years, or not of this age.
    """
    _check(period)
    length = (period.to - period.from_).days + 1
    before = Period.model_validate(
        {"from": period.from_ - timedelta(days=length), "to": period.from_ - timedelta(days=1)}
    )
    used = _Used(session, account, daily.totals(session, account, period))
    earlier = _of_services(session, account, before)
    return UsageReport(
        period=period,
        sessions=used.sessions,
        spend=used.spend,
        previous_sessions=earlier.sessions,
        previous_spend=earlier.spend,
        days=used.by_day(period),
        services=used.by_service(),
        granularity=granularity,
        series=used.series(period, granularity),
        trend=_trend(used, earlier),
    )


def _check(period: Period) -> None:
    if (period.to - period.from_).days >= LONGEST or period.from_.year < EARLIEST or period.to.year > LATEST:
        raise PeriodInvalid(f"{period.from_} to {period.to}")


class _Used(Generic[T]):
    """Use with what it cost, by service, and by day where that was asked for."""

    def __init__(self, session: Session, account: AccountRow, totals: list[T]) -> None:
        self._currency, self._totals = account.currency, totals
        self._units = {name: service.unit for name, service in catalogues.every_service(session).items()}

    @property
    def spend(self) -> Money:
        return self._spend(self._totals)

    @property
    def sessions(self) -> int:
        return _sessions(self._totals)

    def by_day(self: _Used[DayTotal], period: Period) -> list[UsageDay]:
        found = _grouped(self._totals, lambda day: day)
        return [
            UsageDay(day=day, sessions=_sessions(found[day]), spend=self._spend(found[day])) for day in days_of(period)
        ]

    def by_service(self) -> list[ServiceSpend]:
        return self._services(self._totals)

    def series(self: _Used[DayTotal], period: Period, granularity: Granularity) -> list[UsageBucket]:
        """Every step of the period, the first and last cut off by it; a step without use is there as zero."""
        first = _FIRST_DAY[granularity]
        found = _grouped(self._totals, first)
        steps = _grouped_days(days_of(period), first)
        return [
            UsageBucket.model_validate(
                {
                    "from": days[0],
                    "to": days[-1],
                    "sessions": _sessions(found[step]),
                    "spend": self._spend(found[step]),
                    "services": self._services(found[step]),
                }
            )
            for step, days in steps.items()
        ]

    def _spend(self, totals: Sequence[Total]) -> Money:
        return Money(sum(total.units for total in totals), self._currency)

    def _services(self, totals: Sequence[Total]) -> list[ServiceSpend]:
        return [
            ServiceSpend(
                service=service,
                unit=self._units[service],
                quantity=plain(
                    Decimal(sum(t.quantity for t in totals if t.service == service)).scaleb(-QUANTITY_DECIMALS)
                ),
                spend=self._spend([total for total in totals if total.service == service]),
            )
            for service in sorted({total.service for total in totals})
        ]


_FIRST_DAY: dict[Granularity, Callable[[date], date]] = {
    "day": lambda day: day,
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
}


def _grouped(totals: list[DayTotal], first: Callable[[date], date]) -> defaultdict[date, list[DayTotal]]:
    found: defaultdict[date, list[DayTotal]] = defaultdict(list)
    for total in totals:
        found[first(total.day)].append(total)
    return found


def _grouped_days(days: list[date], first: Callable[[date], date]) -> dict[date, list[date]]:
    steps: defaultdict[date, list[date]] = defaultdict(list)
    for day in days:
        steps[first(day)].append(day)
    return steps


def _sessions(totals: Sequence[Total]) -> int:
    return int(sum(total.quantity for total in totals if total.service == SESSION) // 10**QUANTITY_DECIMALS)


def _trend(now: _Used[DayTotal], before: _Used[Total]) -> UsageTrend:
    return UsageTrend(
        sessions=now.sessions - before.sessions,
        sessions_percent=_percent(Decimal(now.sessions), Decimal(before.sessions)),
        spend=now.spend - before.spend,
        spend_percent=_percent(now.spend.amount, before.spend.amount),
    )


def _percent(now: Decimal, before: Decimal) -> Decimal | None:
    """The change to one decimal, half up; there is none from nothing."""
    return ((now - before) * 100 / before).quantize(Decimal("0.1"), ROUND_HALF_UP) if before else None


def service_usage(
    session: Session, account: AccountRow, today: date, at: datetime, named: Period | None = None
) -> ServiceUsage:
    """Spend and remaining quota per service: of the plan's period at that instant; the last 30 days without a plan.

    All use in the period counts as spent, whichever bucket paid; `used` and `remaining` are of the quota. Of a period
    that is named it is the use alone: quotas are of the plan's own.

    Raises:
        PeriodInvalid: longer than two years, or not of this age.
    """
    if named is not None:
        _check(named)
        return _use_alone(session, account, named)
    row = plans.newest(session, account.id, at)
    if row is None or row.confirmed_at is None:
        return _use_alone(session, account, last_days(today))
    start = row.starts_at.astimezone(accounts.zone(account)).date()
    period = Period.model_validate({"from": start, "to": max(start, periods.last_day(row, account))})
    spent = {service.service: service for service in _of_services(session, account, period).by_service()}
    catalogue = catalogues.current(session)
    covered = row.services or list(catalogue.services)
    names = [*covered, *(name for name in spent if name not in covered)]
    sold = catalogues.every_service(session)
    services = [_quota(session, row, name, sold[name].unit, spent) for name in names]
    return ServiceUsage(
        period=period, services=services, total=Money.total((s.spent for s in services), account.currency)
    )


def _of_services(session: Session, account: AccountRow, period: Period) -> _Used[Total]:
    return _Used(session, account, daily.of_services(session, account, period))


def _quota(
    session: Session, row: Subscription, service: str, unit: str, spent: dict[str, ServiceSpend]
) -> ServiceQuota:
    use = spent.get(service)
    quota = plans.quota(row, service) if plans.covers(row, service) else None
    used = use.quantity if use else Decimal(0)
    if quota is not None:
        used = plain(used_of_plan(session, row, service))
    return ServiceQuota(
        service=service,
        unit=unit,
        quota=quota,
        used=used,
        remaining=None if quota is None else max(quota - used, Decimal(0)),
        spent=use.spend if use else Money.zero(row.currency),
    )


def _use_alone(session: Session, account: AccountRow, period: Period) -> ServiceUsage:
    used = _of_services(session, account, period)
    services = [
        ServiceQuota(service=s.service, unit=s.unit, quota=None, used=s.quantity, remaining=None, spent=s.spend)
        for s in used.by_service()
    ]
    return ServiceUsage(period=period, services=services, total=used.spend)


def plain(quantity: Decimal) -> Decimal:
    """Without trailing zeros, and never as `3E+2`."""
    return quantity.normalize() + 0
