"""What an account is told."""

from __future__ import annotations

import structlog

from billing.accounts import service as accounts
from billing.api.door import Door
from billing.balances import service as balances
from billing.credit_history import service as credit_history
from billing.forecasts import service as forecasts
from billing.forecasts.schemas import Forecast
from billing.invoices import service as invoices
from billing.metering import reports
from billing.plans import details
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


class FiguresDoor(Door):
    """Plan, balance, usage, credit history and invoices of one account."""

    def account(self, account_id: str) -> Account:
        """The account."""
        with self._database.snapshot() as session:
            return accounts.schema(accounts.find(session, account_id))

    def plan(self, account_id: str) -> PlanDetail | None:
        """The newest plan, whatever its status; None when there never was one."""
        with self._database.snapshot() as session:
            return details.detail(session, accounts.find(session, account_id), self._now())

    def balance(self, account_id: str) -> Balance:
        """What can still be spent, and what is owed."""
        with self._database.snapshot() as session:
            return balances.balance(session, accounts.find(session, account_id), self._now())

    def allowed_sessions(self, account_id: str) -> AllowedSessions:
        """The bot sessions that plan and credit still cover."""
        with self._database.snapshot() as session:
            return balances.allowed_sessions(session, accounts.find(session, account_id), self._now())

    def usage(self, account_id: str, period: Period | None = None) -> UsageReport:
        """Use over a period; the last 30 days, today included, when none is named.

        Raises:
            PeriodInvalid: longer than two years, or not of this age.
        """
        with self._database.snapshot() as session:
            account = accounts.find(session, account_id)
            today = self._now().astimezone(accounts.zone(account)).date()
            return reports.report(session, account, period or reports.last_days(today))

    def service_usage(self, account_id: str, period: Period | None = None) -> ServiceUsage:
        """Spend and remaining quota per service, of the plan's period; of a period that is named, the spend alone.

        Raises:
            PeriodInvalid: longer than two years, or not of this age.
        """
        with self._database.snapshot() as session:
            account, now = accounts.find(session, account_id), self._now()
            return reports.service_usage(session, account, now.astimezone(accounts.zone(account)).date(), now, period)

    def credit_history(self, account_id: str, *, limit: int = 20, cursor: str | None = None) -> CreditHistory:
        """A page of the credit history, newest first."""
        with self._database.snapshot() as session:
            account = accounts.find(session, account_id)
            return credit_history.page(session, account, limit=limit, cursor=cursor)

    def invoices(self, account_id: str) -> list[Invoice]:
        """All invoices, newest first."""
        with self._database.snapshot() as session:
            return invoices.of_account(session, accounts.find(session, account_id), self._now())

    def forecast(self, account_id: str) -> Forecast:
        """When the balance and the plan run out, each with an interval; why not, where that cannot be told."""
        with self._database.snapshot() as session:
            return forecasts.forecast(session, accounts.find(session, account_id), self._now())

    def requests(self, account_id: str) -> list[Request]:
        """The account's requests, newest first."""
        with self._database.snapshot() as session:
            return requests.of_account(session, accounts.find(session, account_id).id)
