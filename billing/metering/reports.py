"""Usage as the guides' screens show it: over a period by day and service, and per service of the plan."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.catalogue import service as catalogues
from billing.errors import PeriodInvalid
from billing.metering.charging import used_of_plan
from billing.metering.models import UsageCharge, UsageEvent
from billing.metering.service import SESSION
from billing.money import QUANTITY_DECIMALS, Money
from billing.plans import service as plans
from billing.plans.models import Subscription
from billing.schemas import Period, ServiceQuota, ServiceSpend, ServiceUsage, UsageDay, UsageReport

DEFAULT_DAYS = 30
LONGEST = 731
"""Days of a report."""
EARLIEST, LATEST = 2000, 2999
"""Years that a report may be of: what is before or after them is a slip."""


def last_days(today: date, days: int = DEFAULT_DAYS) -> Period:
    """The rolling period that ends today and includes it."""
    return Period.model_validate({"from": today - timedelta(days=days - 1), "to": today})


def bounds(period: Period, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the first midnight to the midnight after the last day, in the zone."""
    first = datetime.combine(period.from_, datetime.min.time(), zone)
    after = datetime.combine(period.to + timedelta(days=1), datetime.min.time(), zone)
    return first.astimezone(UTC), after.astimezone(UTC)


def report(session: Session, account: AccountRow, period: Period) -> UsageReport:
    """Use and spend over a period, beside the period of the same length before.

    Raises:
        PeriodInvalid: longer than two years, or not of this age.
    """
    if (period.to - period.from_).days >= LONGEST or period.from_.year < EARLIEST or period.to.year > LATEST:
        raise PeriodInvalid(f"{period.from_} to {period.to}")
    length = (period.to - period.from_).days + 1
    before = Period.model_validate(
        {"from": period.from_ - timedelta(days=length), "to": period.from_ - timedelta(days=1)}
    )
    used = _Used(session, account, period)
    earlier = _Used(session, account, before)
    return UsageReport(
        period=period,
        sessions=used.sessions,
        spend=used.spend,
        previous_sessions=earlier.sessions,
        previous_spend=earlier.spend,
        days=used.by_day(period),
        services=used.by_service(),
    )


class _Used:
    """The events of a period with what they cost, summed in one pass."""

    def __init__(self, session: Session, account: AccountRow, period: Period) -> None:
        self._session, self._currency = session, account.currency
        zone = accounts.zone(account)
        begin, end = bounds(period, zone)
        cost = sa.select(sa.func.sum(UsageCharge.units)).where(UsageCharge.usage_event_id == UsageEvent.id)
        rows = session.execute(
            sa.select(
                UsageEvent.at, UsageEvent.service, UsageEvent.quantity, sa.cast(cost.scalar_subquery(), sa.BigInteger)
            ).where(UsageEvent.account_id == account.id, UsageEvent.at >= begin, UsageEvent.at < end)
        )
        self.units = 0
        self._day_units: dict[date, int] = defaultdict(int)
        self._day_sessions: dict[date, int] = defaultdict(int)
        self._services: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        for at, service, quantity, units in rows:
            day = at.astimezone(zone).date()
            self.units += units or 0
            self._day_units[day] += units or 0
            if service == SESSION:
                self._day_sessions[day] += quantity
            self._services[service][0] += quantity
            self._services[service][1] += units or 0

    @property
    def spend(self) -> Money:
        return Money(self.units, self._currency)

    @property
    def sessions(self) -> int:
        sessions: int = self._services[SESSION][0]
        return int(sessions // 10**QUANTITY_DECIMALS)

    def by_day(self, period: Period) -> list[UsageDay]:
        days = (period.to - period.from_).days + 1
        return [
            UsageDay(
                day=day,
                sessions=self._day_sessions[day] // 10**QUANTITY_DECIMALS,
                spend=Money(self._day_units[day], self._currency),
            )
            for day in (period.from_ + timedelta(days=number) for number in range(days))
        ]

    def by_service(self) -> list[ServiceSpend]:
        sold = catalogues.every_service(self._session)
        return [
            ServiceSpend(
                service=service,
                unit=sold[service].unit,
                quantity=plain(Decimal(quantity).scaleb(-QUANTITY_DECIMALS)),
                spend=Money(units, self._currency),
            )
            for service, (quantity, units) in sorted(self._services.items())
            if quantity
        ]


def service_usage(session: Session, account: AccountRow, today: date) -> ServiceUsage:
    """Spend and remaining quota per service: of the newest plan's period; the last 30 days without a plan.

    All use in the period counts as spent, whichever bucket paid; `used` and `remaining` are of the quota.
    """
    row = plans.newest(session, account.id)
    if row is None or row.confirmed_at is None:
        return _without_plan(session, account, last_days(today))
    start = row.starts_at.astimezone(accounts.zone(account)).date()
    period = Period.model_validate({"from": start, "to": max(start, plans.period_last_day(row, account))})
    spent = {service.service: service for service in _Used(session, account, period).by_service()}
    catalogue = catalogues.current(session)
    covered = row.services or list(catalogue.services)
    names = [*covered, *(name for name in spent if name not in covered)]
    sold = catalogues.every_service(session)
    services = [_quota(session, row, name, sold[name].unit, spent) for name in names]
    return ServiceUsage(
        period=period, services=services, total=Money.total((s.spent for s in services), account.currency)
    )


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


def _without_plan(session: Session, account: AccountRow, period: Period) -> ServiceUsage:
    used = _Used(session, account, period)
    services = [
        ServiceQuota(service=s.service, unit=s.unit, quota=None, used=s.quantity, remaining=None, spent=s.spend)
        for s in used.by_service()
    ]
    return ServiceUsage(period=period, services=services, total=used.spend)


def plain(quantity: Decimal) -> Decimal:
    """Without trailing zeros, and never as `3E+2`."""
    return quantity.normalize() + 0
