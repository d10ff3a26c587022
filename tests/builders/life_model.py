"""What a plan's life should be, worked out from its rules alone: plain lists and fractions, no database."""

from __future__ import annotations

import calendar
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from tests.builders.model import SOLD

ZONE = ZoneInfo("America/Los_Angeles")
MONTHS = {"monthly": 1, "yearly": 12}
PAUSE, LATE = timedelta(days=30), timedelta(days=34)
RATE = Fraction("2.4")
"""Of an hour of GPU, the only service used here: all plans cover it, none limits it."""


def months_later(local: datetime, months: int) -> datetime:
    """By the wall clock, on its day or the month's last; as an instant."""
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, calendar.monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day, fold=0).astimezone(UTC)


def coin(amount: Fraction) -> Fraction:
    return Fraction(math.floor(amount * 100 + Fraction(1, 2)), 100)


@dataclass(eq=False)
class Period:
    plan: str
    interval: str
    anchor: datetime  # the account's wall clock
    months: int
    follows: Period | None = None  # whose end it begins at, while that is to come
    pauses: list[list[datetime]] = field(default_factory=list)
    cancelled: bool = False
    ended: datetime | None = None
    exhausted: datetime | None = None
    invoiced: bool = False
    paid: Fraction = Fraction(0)
    left: Fraction = Fraction(0)
    charged: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.left = self.amount

    @property
    def sold(self) -> dict:
        return SOLD["plans"][self.plan][self.interval]

    @property
    def amount(self) -> Fraction:
        return Fraction(self.sold["amount"]["USD"])

    @property
    def price(self) -> Fraction:
        return Fraction(self.sold["price"]["USD"])

    @property
    def size(self) -> tuple[Fraction, int]:
        return self.amount / MONTHS[self.interval], MONTHS[self.interval]

    def paused(self) -> timedelta:
        return sum((until - begun for begun, until in self.pauses), timedelta())

    def start(self) -> datetime:
        return months_later(self.anchor, self.months)

    def whole_end(self) -> datetime:
        return months_later(self.anchor, self.months + MONTHS[self.interval]) + self.paused()

    def end(self) -> datetime:
        return min(moment for moment in (self.whole_end(), self.ended, self.exhausted) if moment)

    def is_paused(self, at: datetime) -> bool:
        return any(begun <= at < until for begun, until in self.pauses)


class Life:
    """The periods of one account, oldest first."""

    def __init__(self) -> None:
        self.periods: list[Period] = []
        self.top_up = self.owed = Fraction(0)

    def latest(self, now: datetime) -> Period | None:
        begun = [period for period in self.periods if period.start() <= now]
        return begun[-1] if begun else None

    def coming(self, now: datetime) -> Period | None:
        return next((period for period in self.periods if period.start() > now), None)

    def status(self, period: Period, now: datetime) -> str:
        if now >= period.end():
            return "expired"
        if period.is_paused(now):
            return "paused"
        if period.cancelled or any(other.follows is period for other in self.periods):
            return "active"
        soon = period.whole_end() - now <= timedelta(days=14)
        return (
            "pending_renewal" if soon or (period.amount - period.left) >= period.amount * Fraction(9, 10) else "active"
        )

    def refusal(self, action: str, now: datetime, plan: str = "", interval: str = "") -> str | None:
        """The code of the refusal that is due; None where it is to be done."""
        row = self.latest(now)
        if row is None or (now >= row.end() and action in {"pause", "resume", "cancel"}):
            return "plan_not_in_force"
        running, coming, paused = now < row.end(), self.coming(now), row.is_paused(now)
        refused = {
            "pause": (paused and "plan_is_paused") or (row.paused() >= PAUSE and "pause_used_up"),
            "resume": not paused and "plan_not_paused",
            "cancel": row.cancelled and "plan_cancelled",
            "undo": not coming and not (row.cancelled and running) and "nothing_to_undo",
        }
        if action in refused:
            return refused[action] or None
        return (paused and action == "change" and "plan_is_paused") or self._refused_next(
            row, running, coming, action, plan, interval
        )

    def _refused_next(
        self, row: Period, running: bool, coming: Period | None, action: str, plan: str, interval: str
    ) -> str | None:
        if row.cancelled and running:
            return "plan_cancelled"
        if coming:
            same = (coming.plan, coming.interval) == (row.plan, row.interval)
            return "plan_already_renewed" if same else "plan_change_pending"
        return "plan_unchanged" if action == "change" and (plan, interval) == (row.plan, row.interval) else None

    def confirm(self, now: datetime, plan: str, interval: str) -> None:
        last = self.periods[-1] if self.periods else None
        self._begin(now, plan, interval, last)

    def renew(self, now: datetime) -> None:
        row = self.latest(now)
        self._begin(now, row.plan, row.interval, row)

    def change(self, now: datetime, plan: str, interval: str) -> None:
        row = self.latest(now)
        new = Period(plan, interval, now.astimezone(ZONE), 0)
        if now < row.end() and new.size <= row.size:
            self._begin(now, plan, interval, row)
            return
        worth = share = Fraction(0)
        if now < row.end():
            share = self._unused(row, now)
            worth = coin(row.price * share)
            row.invoiced = True
        row.ended = min(row.end(), now) if row.whole_end() > now else row.ended
        self._add(new, now)
        for period in (row, new):
            paid = min(worth, period.price - period.paid) if period.invoiced else Fraction(0)
            period.paid, worth = period.paid + paid, worth - paid
        self.top_up += worth
        row.left -= Fraction(math.floor(row.amount * share * 10**8), 10**8) if coin(row.price * share) else 0

    def cancel(self, now: datetime) -> None:
        self.latest(now).cancelled = True
        self.periods = [period for period in self.periods if period.start() <= now]

    def undo(self, now: datetime) -> None:
        row = self.latest(now)
        if row.cancelled and now < row.end():
            row.cancelled = False
        else:
            self.periods.pop()

    def pause(self, now: datetime) -> None:
        row = self.latest(now)
        row.pauses.append([now, now + PAUSE - row.paused()])
        self._move()

    def resume(self, now: datetime) -> None:
        row = self.latest(now)
        row.pauses[-1][1] = now
        self._move()

    def use(self, hours: Fraction, at: datetime) -> None:
        cost = hours * RATE
        for period in self.periods:
            if period.start() <= at < period.end() and not period.is_paused(at) and period.left:
                charged = min(cost, period.left)
                steps = Fraction(math.ceil(period.left / RATE * 1000), 1000)
                cost = max(Fraction(0), hours - steps) * RATE if cost > period.left else cost - charged
                period.left -= charged
                period.charged.append(at)
                if not period.left:
                    period.exhausted = max(period.charged)
                break
        taken = min(cost, self.top_up)
        self.top_up, self.owed = self.top_up - taken, self.owed + cost - taken

    def bill(self, now: datetime) -> int:
        due = [period for period in self.periods if period.start() <= now and not period.invoiced]
        for period in due:
            period.invoiced = True
        return len(due)

    def settle(self, now: datetime) -> None:
        """What has begun follows nothing any more."""
        for period in self.periods:
            if period.follows and period.start() <= now:
                period.follows = None

    def _begin(self, now: datetime, plan: str, interval: str, before: Period | None) -> None:
        new = Period(plan, interval, now.astimezone(ZONE), 0)
        if before is not None and now < before.end():
            new.follows = before
            self.periods.append(new)
            self._move()
            return
        if before is not None and before.whole_end() > now and before.ended is None:
            before.ended = now
        self._add(new, now)

    def _add(self, new: Period, now: datetime) -> None:
        new.invoiced = True
        self.periods.append(new)

    def _move(self) -> None:
        for period in self.periods:
            if period.follows is None:
                continue
            before = period.follows
            if before.paused():
                period.anchor, period.months = before.whole_end().astimezone(ZONE), 0
            else:
                period.anchor, period.months = before.anchor, before.months + MONTHS[before.interval]

    def _unused(self, row: Period, now: datetime) -> Fraction:
        last = (row.whole_end() - timedelta(microseconds=1)).astimezone(ZONE).date()
        days = (last - row.start().astimezone(ZONE).date()).days + 1
        left = (last - now.astimezone(ZONE).date()).days
        return min(Fraction(left, days), Fraction(math.floor(row.left / row.amount * 100), 100))
