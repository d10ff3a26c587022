"""What an account's own use says: its trend, and the plan that would have cost least."""

from __future__ import annotations

from collections.abc import Sequence

from billing.accounts import service as accounts
from billing.api.door import Door
from billing.forecasts import demand
from billing.metering import reports
from billing.recommendations import audit as own_plan
from billing.recommendations import service as recommendations
from billing.recommendations.schemas import OwnPeriod, PlanComparison, Recommendation
from billing.schemas import Granularity, Period, UsageReport
from billing.what_if.schemas import Change, WhatIf
from billing.what_if.service import Question


class AnalysisDoor(Door):
    """Figures that are derived from an account's use."""

    def usage_trend(
        self, account_id: str, period: Period | None = None, granularity: Granularity = "day"
    ) -> UsageReport:
        """Use in days, weeks (from Monday) or months of the account's zone; the last 30 days when none are named.

        Raises:
            PeriodInvalid: longer than two years, or not of this age.
        """
        with self._database.snapshot() as session:
            account = accounts.find(session, account_id)
            today = self._now().astimezone(accounts.zone(account)).date()
            return reports.report(session, account, period or reports.last_days(today), granularity)

    @staticmethod
    def warm_up() -> None:
        """Import now what the first forecast would wait for: seconds."""
        demand.warm_up()

    def recommendation(self, account_id: str, days: int = 30) -> Recommendation:
        """The last whole days of use, priced on every plan; cheapest first.

        Raises:
            PeriodInvalid: `days` is not a whole number of months of 30 days, up to 360.
        """
        with self._database.snapshot() as session:
            return recommendations.recommend(session, accounts.find(session, account_id), self._now(), days)

    def plan_comparison(self, account_id: str, days: int = 30) -> PlanComparison:
        """The same, and what every plan would cost at other volumes: the data of a break-even chart.

        Raises:
            PeriodInvalid: `days` is not a whole number of months of 30 days, up to 360.
        """
        with self._database.snapshot() as session:
            return recommendations.compare(session, accounts.find(session, account_id), self._now(), days)

    def own_periods(self, account_id: str) -> list[OwnPeriod]:
        """Every invoiced period priced again from its use, event by event, beside the invoice; newest first."""
        with self._database.snapshot() as session:
            return list(own_plan.own_periods(session, accounts.find(session, account_id)))

    def what_if(self, account_id: str, changes: Sequence[Change], days: int = 90) -> WhatIf:
        """How the next days go as it is, and with changes: the real engine on a copy in memory, nothing is written.

        Future use is what the forecast expects. Where a day is named, a change happens at its begin.

        Raises:
            PeriodInvalid: not 1 to 365 days, a day of a change outside them, or more than ten changes.
            What doing a change then raises: PlanNotFound, PlanUnchanged, AmountTooSmall, VoucherNotFound, …
        """
        with self._database.snapshot() as session:
            question = Question.of(session, accounts.find(session, account_id), self._now(), days)
        return question.answer(changes)
