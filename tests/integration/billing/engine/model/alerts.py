"""What an account should be told, for who looks whenever something happened: each crossing once, until it is past."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from tests.integration.billing.engine.model.account import Account
from tests.integration.billing.engine.model.plans import Period
from tests.integration.billing.engine.model.sold import Shop

SHARES, DAYS = (80, 90, 100), (14, 3, 1)


@dataclass(eq=False)
class Alert:
    kind: str
    level: int | None = None
    row: Period | None = None
    end: datetime | None = None
    is_open: bool = True
    told_in: str | None = None

    @property
    def said(self) -> tuple[str, int, str]:
        return self.kind, self.level or 0, self.row.plan if self.row else ""


class Alerts:
    """Of one account; `looked` is when it was looked at last."""

    def __init__(self, account: Account, now: datetime) -> None:
        self.account, self.looked = account, now
        self.raised: list[Alert] = []
        self.armed = False
        self.threshold: Fraction | None = None

    @property
    def open(self) -> list[Alert]:
        return [alert for alert in self.raised if alert.is_open]

    def limit(self, shop: Shop) -> Fraction:
        minimum = Fraction(shop.present["top_up"]["minimum"][self.account.currency])
        return minimum if self.threshold is None else self.threshold

    def look(self, shop: Shop, now: datetime) -> None:
        for instant in [*(turn for turn in self._turns() if self.looked < turn < now), now]:
            self._balance(self.limit(shop), instant)
        rows = self.account.life.agreed
        for row, after in zip(rows, [*rows[1:], None], strict=False):
            self._used(row)
            self._ending(row, after, now)
            self._clear(row, after, now)
        self.looked = now

    def tell(self, conversation: str) -> list[Alert]:
        """What no other conversation told: the gravest of each kind and plan."""
        gravest: dict[tuple[str, Period | None], Alert] = {}
        for alert in self.open:
            if alert.told_in in {None, conversation}:
                alert.told_in = conversation
                place = (alert.kind, alert.row)
                gravest[place] = max(gravest.get(place, alert), alert, key=_gravity)
        return list(gravest.values())

    def _turns(self) -> list[datetime]:
        """When what can be spent changes by itself."""
        turns = {voucher.expires for voucher in self.account.credits.vouchers if voucher.expires}
        for row in self.account.life.agreed:
            turns |= {row.start, row.given_way, *(until for _, until in row.pauses)}
        return sorted(turns)

    def _balance(self, limit: Fraction, at: datetime) -> None:
        plan = self.account.life.in_force(at)
        available = self.account.credits.top_up + self.account.credits.voucher_left(at) + (plan.left if plan else 0)
        if self.armed and available < limit:
            self.armed = False
            self.raised.append(Alert("low_balance"))
        elif not self.armed and available >= limit * Fraction(11, 10):
            self.armed = True
            for alert in self._of("low_balance", None):
                alert.is_open = False

    def _used(self, row: Period) -> None:
        used = sum((spent for _, spent in row.used.values()), Fraction(0))
        known = {alert.level for alert in self.raised if (alert.kind, alert.row) == ("plan_used", row)}
        for share in SHARES:
            if used * 100 >= share * row.amount and share not in known:
                self.raised.append(Alert("plan_used", share, row))

    def _ending(self, row: Period, after: Period | None, now: datetime) -> None:
        known = {(alert.level, alert.end) for alert in self.raised if (alert.kind, alert.row) == ("plan_ending", row)}
        over = [moment for moment in (row.exhausted, row.ended, after and after.confirmed) if moment]
        for days in DAYS:
            near = row.whole_end - timedelta(days=days)
            goes_on = row.start < near <= now and not row.is_paused(near) and all(near < moment for moment in over)
            if goes_on and (days, row.whole_end) not in known:
                self.raised.append(Alert("plan_ending", days, row, row.whole_end))

    def _clear(self, row: Period, after: Period | None, now: datetime) -> None:
        for alert in self._of("plan_used", row):
            fresh = max(after.start, after.confirmed) if after is not None else None
            over = row.given_way if alert.level != SHARES[-1] else None
            renewed = fresh is not None and fresh <= now and (over is None or fresh <= over)
            alert.is_open = not renewed and (over is None or over > now)
        for alert in self._of("plan_ending", row):
            renewed = after is not None and after.confirmed <= min(row.end, now)
            alert.is_open = alert.end == row.whole_end and not renewed and row.end > now

    def _of(self, kind: str, row: Period | None) -> Iterator[Alert]:
        return iter([alert for alert in self.open if (alert.kind, alert.row) == (kind, row)])


def _gravity(alert: Alert) -> int:
    return (alert.level or 0) * (-1 if alert.kind == "plan_ending" else 1)
