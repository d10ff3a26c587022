"""When the balance and the plan run out: use as it may come, charged day by day to what the account has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.balances import service as balances
from billing.forecasts import demand, funds
from billing.forecasts.demand import HORIZON, Demand
from billing.forecasts.history import History
from billing.forecasts.schemas import CannotTell, Forecast, PlanForecast
from billing.forecasts.simulation import Outcome, run
from billing.plans import periods
from billing.plans import service as plans
from billing.plans.models import Subscription

LEAST_DAYS = 14
"""Whole days since the first use, before which nothing is told."""
LEAST_USED = 4
"""Days with use among the last 30, below which nothing is told."""
WIDEST = 3
"""How many times as late as the middle the late end of the interval may be."""


def forecast(session: Session, account: AccountRow, at: datetime) -> Forecast:
    """The day on which the credit ends, and the plan; `reason` where the use so far does not tell.

    Today counts with what is still to come of it. A plan is charged until its amount or its period ends, vouchers
    until they expire; what follows is on demand.
    """
    now = at.astimezone(accounts.zone(account))
    history = History(session, account, now.date())
    available, _ = balances.available(session, account, at)
    plan = plans.in_force(session, account.id, at)
    outcomes, reason = None, history.reason(LEAST_DAYS, LEAST_USED)
    if available and reason is None:
        outcomes = Outcomes.of(session, account, now, plan, history)
        reason = outcomes.reason()
    days = outcomes.middle.credit if outcomes and not reason else None if available else 0
    return Forecast(
        available=available,
        daily_average=history.daily_average,
        basis_days=history.basis_days,
        days_left=days,
        runs_out_on=_on(now, days),
        earliest_on=_on(now, outcomes.fast.credit) if outcomes else None,
        latest_on=_on(now, outcomes.slow.credit) if outcomes and not reason else None,
        reason=reason if available else None,
        plan=_of_plan(account, now, plan, outcomes) if plan else None,
    )


@dataclass(frozen=True, slots=True)
class Outcomes:
    """With use in the middle of what may come, with more than 90 % of it, and with less."""

    middle: Outcome
    fast: Outcome
    slow: Outcome

    @classmethod
    def of(
        cls, session: Session, account: AccountRow, now: datetime, plan: Subscription | None, history: History
    ) -> Outcomes:
        expected: Demand = demand.forecast(history.values)
        noons = [max(now, datetime.combine(_on(now, n) or now, time(12), now.tzinfo)) for n in range(HORIZON)]
        found = []
        for course in (expected.middle, expected.high, expected.low):
            rest = [max(0.0, float(course[0]) - history.today), *map(float, course[1:])]
            found.append(run(funds.wallet(session, account, now), plan, history.mix, rest, noons))
        return cls(*found)

    def reason(self) -> CannotTell | None:
        """Why the middle is no answer, where it is none."""
        if self.middle.credit is None:
            return "beyond_horizon" if self.fast.credit is None else "erratic"
        late = HORIZON if self.slow.credit is None else self.slow.credit
        return "erratic" if late > WIDEST * max(self.middle.credit, demand.WEEK) else None


def _of_plan(account: AccountRow, now: datetime, plan: Subscription, outcomes: Outcomes | None) -> PlanForecast:
    """By its amount where that ends before its period does in the middle of what may come."""
    last = periods.last_day(plan, account)
    if outcomes is None:
        return PlanForecast(plan=plan.plan, ended_by="period", runs_out_on=last, earliest_on=None, latest_on=None)
    middle, fast, slow = (_on(now, o.plan) or last for o in (outcomes.middle, outcomes.fast, outcomes.slow))
    return PlanForecast(
        plan=plan.plan,
        ended_by="amount" if outcomes.middle.plan is not None else "period",
        runs_out_on=min(middle, last),
        earliest_on=min(fast, last),
        latest_on=min(slow, last),
    )


def _on(now: datetime, days: int | None) -> date | None:
    return None if days is None else now.date() + timedelta(days=days)
