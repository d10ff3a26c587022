"""What an account is told."""

from __future__ import annotations

import structlog

from billing.accounts import service as accounts
from billing.api.answers import AnswersDoor
from billing.forecasts.schemas import Forecast
from billing.requests import service as requests
from billing.schemas import (
    Account,
    AllowedSessions,
    Balance,
    CreditHistory,
    Invoice,
    Period,
    PlanDetail,
    Request,
    ServiceUsage,
    UsageReport,
)

log = structlog.get_logger()


class FiguresDoor(AnswersDoor):
    """Plan, balance, usage, credit history and invoices of one account."""

    def account(self, account_id: str) -> Account:
        """The account."""
        with self._database.snapshot() as session:
            return accounts.schema(accounts.find(session, account_id))

    def plan(self, account_id: str) -> PlanDetail | None:
        """The newest plan, whatever its status; None when there never was one."""
        with self.reading(account_id) as reading:
            return reading.plan()

    def balance(self, account_id: str) -> Balance:
        """What can still be spent, and what is owed."""
        with self.reading(account_id) as reading:
            return reading.balance()

    def allowed_sessions(self, account_id: str) -> AllowedSessions:
        """The bot sessions that plan and credit still cover."""
        with self.reading(account_id) as reading:
            return reading.allowed_sessions()

    def usage(self, account_id: str, period: Period | None = None) -> UsageReport:
        """Use over a period; the last 30 days, today included, when none is named.

        Raises:
            PeriodInvalid: longer than two years, or not of this age.
        """
        with self.reading(account_id) as reading:
            return reading.usage(period)

    def service_usage(self, account_id: str, period: Period | None = None) -> ServiceUsage:
        """Spend and remaining quota per service, of the plan's period; of a period that is named, the spend alone.

        Raises:
            PeriodInvalid: longer than two years, or not of this age.
        """
        with self.reading(account_id) as reading:
            return reading.service_usage(period)

    def credit_history(self, account_id: str, *, limit: int = 20, cursor: str | None = None) -> CreditHistory:
        """A page of the credit history, newest first."""
        with self.reading(account_id) as reading:
            return reading.credit_history(limit=limit, cursor=cursor)

    def invoices(self, account_id: str) -> list[Invoice]:
        """All invoices, newest first."""
        with self.reading(account_id) as reading:
            return reading.invoices()

    def forecast(self, account_id: str) -> Forecast:
        """When the balance and the plan run out, each with an interval; why not, where that cannot be told."""
        with self.reading(account_id) as reading:
            return reading.forecast()

    def requests(self, account_id: str) -> list[Request]:
        """The account's requests, newest first."""
        with self._database.snapshot() as session:
            return requests.of_account(session, accounts.find(session, account_id).id)
