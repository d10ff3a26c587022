"""What an account is told, read at one instant from one snapshot; what was asked is noted, for the answer's trace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.answers import formulas, positions, sources
from billing.answers.schemas import Call, Explained, Figure, Position, Trace
from billing.balances import service as balances
from billing.catalogue import service as catalogues
from billing.credit_history import service as credit_history
from billing.errors import AccountNotFound
from billing.forecasts import service as forecasts
from billing.forecasts.schemas import Forecast
from billing.invoices import service as invoices
from billing.metering import reports
from billing.money import Money
from billing.plans import details
from billing.schemas import (
    AllowedSessions,
    Balance,
    CreditHistory,
    Invoice,
    Period,
    PlanDetail,
    ServiceUsage,
    UsageReport,
)

T = TypeVar("T", bound=BaseModel | Sequence[BaseModel] | None)


class Reading:
    """The reads of one account at one instant. `at` None: the account's position is looked up when it is asked for.

    `records`: where every entry and use is, if the session is of a copy.
    """

    def __init__(
        self,
        session: Session,
        account: AccountRow,
        now: datetime,
        at: Position | None = None,
        records: Session | None = None,
    ) -> None:
        self._session, self._account, self._now, self._at = session, account, now, at
        self._records = records or session
        self._calls: list[Call] = []
        self._figures: list[Figure] = []

    def trace(self, *, topic: str, action: str, language: str, asked: dict[str, Any]) -> Trace:
        """What was read until now, as it is kept with the answer."""
        return Trace(
            account=self._account.id,
            topic=topic,
            action=action,
            language=language,
            asked=asked,
            as_of=self._now,
            position=self._at or positions.position(self._session, self._account.id),
            calls=self._calls,
            figures=self._figures,
        )

    def plan(self) -> PlanDetail | None:
        """The newest plan, whatever its status; None when there never was one."""
        plan = details.detail(self._session, self._account, self._now)
        return self._noted("plan", plan, number=plan.number if plan else None)

    def balance(self) -> Balance:
        """What can still be spent, and what is owed."""
        return self._noted("balance", balances.balance(self._session, self._account, self._now))

    def allowed_sessions(self) -> AllowedSessions:
        """The bot sessions that plan and credit still cover."""
        return self._noted("allowed_sessions", balances.allowed_sessions(self._session, self._account, self._now))

    def usage(self, period: Period | None = None) -> UsageReport:
        """Use over a period; the last 30 days, today included, when none is named.

        Raises:
            PeriodInvalid: longer than two years, or not of this age.
        """
        report = reports.report(self._session, self._account, period or reports.last_days(self._today()))
        return self._noted("usage", report, period=_plain(report.period))

    def service_usage(self, period: Period | None = None, service: str | None = None) -> ServiceUsage:
        """Spend and remaining quota per service, of the plan's period; of a period that is named, the spend alone.

        `service`: that one alone, and its spend as the total.

        Raises:
            PeriodInvalid: longer than two years, or not of this age.
        """
        usage = reports.service_usage(self._session, self._account, self._today(), self._now, period)
        if service is not None:
            only = [quota for quota in usage.services if quota.service == service]
            total = Money.total((quota.spent for quota in only), self._account.currency)
            usage = usage.model_copy(update={"services": only, "total": total})
        return self._noted("service_usage", usage, period=_plain(usage.period), named=period is not None)

    def credit_history(self, *, limit: int = 20, cursor: str | None = None) -> CreditHistory:
        """A page of the credit history, newest first."""
        page = credit_history.page(self._session, self._account, limit=limit, cursor=cursor)
        return self._noted("credit_history", page, limit=limit, cursor=cursor)

    def invoices(self, most: int | None = None) -> list[Invoice]:
        """The newest invoices, so many at most; all of them without."""
        return self._noted("invoices", invoices.of_account(self._session, self._account, self._now)[:most], most=most)

    def forecast(self) -> Forecast:
        """When the balance and the plan run out, each with an interval; why not, where that cannot be told."""
        return self._noted("forecast", forecasts.forecast(self._session, self._account, self._now))

    def explained(self, trace: Trace) -> Explained:
        """An answer of the account's walked down, as of its position: from here on the reading is of then, too.

        Raises:
            AccountNotFound: the answer is another account's.
        """
        if trace.account != self._account.id:
            raise AccountNotFound
        here = self._at or positions.position(self._session, self._account.id)
        self._now, self._at = trace.as_of, trace.position._replace(catalogue=here.catalogue)
        return sources.explain(self._records, trace)

    def service_names(self) -> dict[str, dict[str, str]]:
        """The names by language of every service that is or was sold."""
        return catalogues.service_names(self._session)

    def _today(self) -> Any:
        return self._now.astimezone(accounts.zone(self._account)).date()

    def _noted(self, read: str, result: T, **given: Any) -> T:
        self._calls.append(Call(read, {name: value for name, value in given.items() if value is not None}))
        self._figures.extend(formulas.figures(read, result))
        return result


def _plain(period: Period) -> dict[str, str]:
    return {"from": period.from_.isoformat(), "to": period.to.isoformat()}
