"""Which plan would have cost least: the account's own last days, priced on every plan and interval on sale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.catalogue import service as catalogues
from billing.errors import PeriodInvalid
from billing.metering import daily, reports
from billing.money import Money
from billing.plans import service as plans
from billing.plans.models import Subscription
from billing.recommendations import offers, usage, volumes
from billing.recommendations.comparison import MONTH, Comparison
from billing.recommendations.offers import Offer
from billing.recommendations.schemas import PlanComparison, PlanLabel, PlanPrice, Recommendation


def recommend(session: Session, account: AccountRow, at: datetime, days: int = MONTH) -> Recommendation:
    """Price the last `days` whole days on every plan, on the terms of payment of the present one.

    Today, which is not over, is left out. Prices are those on sale now, for the present plan those confirmed.

    Raises:
        PeriodInvalid: not a whole number of months of 30 days, up to a year.
    """
    if days % MONTH or not 0 < days <= MONTH * offers.MONTHS_OF_YEAR:
        raise PeriodInvalid(f"{days} days")
    case = _Case.of(session, account, at, days)
    return case.recommendation([case.compared.on(offer) for offer in case.offers])


def compare(session: Session, account: AccountRow, at: datetime, days: int = MONTH) -> PlanComparison:
    """The recommendation, and what every plan would cost at other volumes of the same use.

    Raises:
        PeriodInvalid: as `recommend`.
    """
    case = _Case.of(session, account, at, days)
    at_volume = volumes.prices(case.compared, case.offers)
    priced = at_volume(volumes.WHOLE)
    return PlanComparison(
        recommendation=case.recommendation(priced),
        lines=[PlanLabel(plan=o.plan, names=o.names, interval=o.interval, present=o.present) for o in priced],
        points=volumes.points(at_volume),
        crossings=volumes.crossings(at_volume),
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """An account's use of a period and what it may be priced on, as of an instant."""

    compared: Comparison
    offers: list[Offer]
    reason: Literal["no_usage", "too_little_history"] | None
    now: datetime

    @classmethod
    def of(cls, session: Session, account: AccountRow, at: datetime, days: int) -> _Case:
        if days % MONTH or not 0 < days <= MONTH * offers.MONTHS_OF_YEAR:
            raise PeriodInvalid(f"{days} days")
        now = at.astimezone(accounts.zone(account))
        period = reports.last_days(now.date() - timedelta(days=1), days)
        present = _present(session, account, at)
        paid_later = present is not None and present.payment_option == "pay_later"
        used = usage.days(session, account, period)
        compared = Comparison(period, used, _rates(session, account), account.currency, paid_later)
        reason = _reason(daily.first_day(session, account) if used else None, period.from_)
        return cls(compared, _offers(session, account, present), reason, now)

    def recommendation(self, as_offered: list[PlanPrice]) -> Recommendation:
        """Of the offers' prices."""
        priced, period = _in_order(as_offered), self.compared.period
        if self.reason is None:
            priced[0] = priced[0].model_copy(update={"best": True})
        own = next(option for option in priced if option.present)
        return Recommendation(
            period=period,
            days=(period.to - period.from_).days + 1,
            payment_option="pay_later" if self.compared.paid_later else "full_upfront",
            options=priced,
            present=own,
            best=None if self.reason else priced[0],
            saving=None if self.reason else own.total - priced[0].total,
            reason=self.reason,
            as_of=self.now,
        )


def _in_order(priced: list[PlanPrice]) -> list[PlanPrice]:
    """Cheapest first; of equal ones the present, then what binds least."""
    return sorted(priced, key=lambda p: (p.total.units, not p.present, p.interval == "yearly", p.price.units))


def _reason(first_use: date | None, begins: date) -> Literal["no_usage", "too_little_history"] | None:
    if first_use is None:
        return "no_usage"
    return "too_little_history" if first_use > begins else None


def _present(session: Session, account: AccountRow, at: datetime) -> Subscription | None:
    """The plan that the customer has: confirmed, and neither its period nor its amount over."""
    return plans.running(session, account.id, at)


def _rates(session: Session, account: AccountRow) -> dict[str, Money]:
    """On demand, of every service that was ever sold, as it was priced last."""
    sold = catalogues.every_service(session)
    return {name: Money.of(service.rates[account.currency], account.currency) for name, service in sold.items()}


def _offers(session: Session, account: AccountRow, present: Subscription | None) -> list[Offer]:
    """All on sale and doing without; the customer's own plan on the terms that were confirmed."""
    own = (present.plan, present.interval) if present else None
    on_sale = list(offers.on_sale(catalogues.current(session), account.currency))
    others = [offer for offer in on_sale if offer.terms and (offer.terms.plan, offer.terms.interval) != own]
    without = Offer({}, None, present=present is None)
    if present is None:
        return [without, *others]
    _, catalogue = catalogues.version(session, present.catalogue_version)
    names = dict(catalogues.plan(catalogue, present.plan).names)
    return [Offer({str(code): text for code, text in names.items()}, present, present=True), without, *others]
