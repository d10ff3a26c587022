"""The alerts of plans: 80, 90, 100 % of the amount used; 14, 3, 1 days before the end; and when they are over."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from billing.accounts.models import AccountRow
from billing.alerts.history import Moment, used_until
from billing.alerts.log import AlertLog
from billing.alerts.models import AlertRow, AlertWatch
from billing.alerts.schemas import AlertFigures
from billing.catalogue import service as catalogues
from billing.money import Money
from billing.plans import pauses, periods
from billing.plans.models import Subscription

SHARES = (80, 90, 100)
"""Per cent of the amount."""
DAYS = (14, 3, 1)
"""Days before the end."""


class PlanAlerts:
    """The plans of one account during one look; `rows` are those confirmed, newest first."""

    def __init__(
        self, session: Session, account: AccountRow, watch: AlertWatch, rows: list[Subscription], log: AlertLog
    ) -> None:
        self._session, self._account, self._watch, self._log = session, account, watch, log
        self._rows = {row.ref: row for row in rows}
        self._oldest_first = rows[::-1]
        self._began_at_position = watch.position
        self._used: dict[str, int] = dict(watch.used)

    @property
    def used(self) -> dict[str, int]:
        """What usage took of each plan's amount so far, in units."""
        return dict(self._used)

    def use(self, moment: Moment) -> None:
        """Raise what the use at this moment crosses; each share once a plan's period."""
        for ref, units in moment.used.items():
            row = self._rows.get(ref)
            if row is None or not row.amount:
                continue
            if ref not in self._used:
                self._used[ref] = used_until(self._session, self._account.id, ref, self._began_at_position)
            before, now = self._used[ref], self._used[ref] + units
            self._used[ref] = now
            for share in SHARES:
                if before * 100 < share * row.amount <= now * 100:
                    self._raise_used(row, share, now, moment.at)

    def _raise_used(self, row: Subscription, share: int, used: int, at: datetime) -> None:
        figures = self._figures(row, used)
        self._log.raise_("plan_used", f"{row.id}:{share}", at, figures, level=share, subscription_id=row.id)

    def raise_endings(self, at: datetime) -> None:
        """Raise what came near its end by `at`, dated when it did.

        Not where the next period was confirmed before, the plan was paused or used up, or it began with fewer days.
        """
        for row in self._oldest_first:
            for days in DAYS:
                near = row.ends_at - timedelta(days=days)
                if self._watch.began_at < row.ends_at and row.starts_at < near <= at and self._goes_on_until(row, near):
                    crossing = f"{row.id}:{days}:{row.ends_at.isoformat()}"
                    figures = self._figures(row, self._used.get(row.ref))
                    self._log.raise_("plan_ending", crossing, near, figures, level=days, subscription_id=row.id)

    def _goes_on_until(self, row: Subscription, near: datetime) -> bool:
        following = self._following(row)
        renewed_at = following.confirmed_at if following else None
        ended = any(moment is not None and moment <= near for moment in (row.exhausted_at, row.ended_at, renewed_at))
        return not ended and pauses.at(row, near) is None

    def clear(self, at: datetime) -> None:
        """Clear what a renewal, a longer period or the plan's own end made past by `at`."""
        by_id = {row.id: row for row in self._oldest_first}
        for alert in self._log.open("plan_used"):
            if (row := by_id.get(alert.subscription_id or 0)) is not None:
                self._clear_used(alert, row, at)
        for alert in self._log.open("plan_ending"):
            if (row := by_id.get(alert.subscription_id or 0)) is not None:
                self._clear_ending(alert, row, at)

    def _clear_used(self, alert: AlertRow, row: Subscription, at: datetime) -> None:
        following = self._following(row)
        fresh = max(following.starts_at, following.confirmed_at or at) if following else None
        over = periods.end(row) if alert.level != SHARES[-1] else None  # one used up stays so until there is another
        if fresh is not None and fresh <= at and (over is None or fresh <= over):
            self._log.clear(alert, fresh, "plan_renewed")
        elif over is not None and over <= at:
            self._log.clear(alert, over, "plan_over")

    def _clear_ending(self, alert: AlertRow, row: Subscription, at: datetime) -> None:
        over = min(periods.end(row), row.exhausted_at or row.ends_at)
        following = self._following(row)
        renewed_at = following.confirmed_at if following else None
        if not alert.crossing.endswith(row.ends_at.isoformat()):
            self._log.clear(alert, at, "plan_extended")
        elif renewed_at is not None and renewed_at <= min(over, at):
            self._log.clear(alert, renewed_at, "plan_renewed")
        elif over <= at:
            self._log.clear(alert, over, "plan_over")

    def _following(self, row: Subscription) -> Subscription | None:
        position = self._oldest_first.index(row)
        return self._oldest_first[position + 1] if position + 1 < len(self._oldest_first) else None

    def _figures(self, row: Subscription, used: int | None) -> AlertFigures:
        _, catalogue = catalogues.version(self._session, row.catalogue_version)
        return AlertFigures(
            plan=row.plan,
            names=dict(catalogues.plan(catalogue, row.plan).names),
            amount=Money(row.amount, row.currency),
            used=None if used is None else Money(used, row.currency),
            ends_at=row.ends_at,
            ends_on=periods.last_day(row, self._account),
        )


def next_ending(rows: list[Subscription], after: datetime) -> list[datetime]:
    """The instants after `after` at which a plan comes near its end."""
    near = (row.ends_at - timedelta(days=days) for row in rows for days in DAYS)
    return [instant for instant in near if instant > after]
