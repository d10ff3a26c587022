"""What an account's own use says: its trend, and the plan that would have cost least."""

from __future__ import annotations

from billing.accounts import service as accounts
from billing.api.door import Door
from billing.forecasts import demand
from billing.metering import reports
from billing.recommendations import service as recommendations
from billing.recommendations.schemas import Recommendation
from billing.schemas import Granularity, Period, UsageReport


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
