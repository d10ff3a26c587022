"""The life of an account's plans: periods with their bounds, what each still pays for, and what may be done to them."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from tests.integration.billing.engine.model.credits import coin
from tests.integration.billing.engine.model.invoices import Invoice
from tests.integration.billing.engine.model.sold import CONDITIONS, Shop, refuse

MONTHS = {"monthly": 1, "yearly": 12}
INSTANT = timedelta(microseconds=1)
ONE = Fraction(1, 1000)
"""The smallest step of a quantity."""


def months_later(anchor: datetime, months: int, zone: ZoneInfo) -> datetime:
    """By the wall clock of the zone, on the anchor's day or the month's last; as an instant."""
    if not months:
        return anchor
    local = anchor.astimezone(zone)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, calendar.monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day, fold=0).astimezone(UTC)


@dataclass(eq=False)
class Period:
    """A period of a plan on its terms; an offer while `confirmed` is None."""

    order: int
    plan: str
    interval: str
    services: list[str]
    rates: dict[str, Fraction]
    quotas: dict[str, Fraction]
    conditions: dict
    currency: str
    zone: ZoneInfo
    price: Fraction
    amount: Fraction
    option: str
    method: str | None
    anchor: datetime
    months: int = 0
    not_before: datetime | None = None  # a day of its own that was agreed
    valid_until: datetime | None = None  # of an offer: the first instant at which it cannot be confirmed any more
    accepted: datetime | None = None  # confirmed by the customer; it begins once it is paid
    confirmed: datetime | None = None
    follows: Period | None = None
    pauses: list[list[datetime]] = field(default_factory=list)
    cancelled: bool = False
    ended: datetime | None = None
    exhausted: datetime | None = None
    left: Fraction = field(init=False)
    used: dict[str, tuple[Fraction, Fraction]] = field(default_factory=dict)  # quantity and amount by service
    newest_use: datetime | None = None
    invoice: Invoice | None = None
    number: str = ""

    def __post_init__(self) -> None:
        self.left = self.amount

    @property
    def start(self) -> datetime:
        return months_later(self.anchor, self.months, self.zone)

    @property
    def whole_end(self) -> datetime:
        """By its length and its pauses, an open one as long as it may last."""
        return months_later(self.anchor, self.months + MONTHS[self.interval], self.zone) + self.paused

    @property
    def given_way(self) -> datetime:
        return min(moment for moment in (self.whole_end, self.ended) if moment)

    @property
    def end(self) -> datetime:
        return min(moment for moment in (self.given_way, self.exhausted) if moment)

    @property
    def paused(self) -> timedelta:
        return sum((until - begun for begun, until in self.pauses), timedelta())

    @property
    def size(self) -> tuple[Fraction, int]:
        return self.amount / MONTHS[self.interval], MONTHS[self.interval]

    @property
    def deposit(self) -> Fraction:
        share = Fraction(self.conditions["deposit_share"]) if self.option == "partial_upfront" else Fraction(0)
        return coin(self.price * share, self.currency)

    @property
    def asked(self) -> Fraction:
        """What is due at its start."""
        return self.price if self.option == "full_upfront" else self.deposit

    @property
    def is_paid(self) -> bool:
        """What is due at its start came, or was taken off; an invoice that was taken back as a whole is never paid."""
        due = min(self.asked, self.invoice.total - self.invoice.noted)
        return 0 < due <= self.invoice.paid - self.invoice.refunded

    def expired(self, now: datetime) -> bool:
        return not self.confirmed and not self.accepted and self.valid_until is not None and now >= self.valid_until

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def is_paused(self, at: datetime) -> bool:
        return any(begun <= at < until for begun, until in self.pauses)

    def is_in_force(self, at: datetime) -> bool:
        return self.confirmed is not None and self.start <= at < self.end and not self.is_paused(at)

    def covers(self, service: str) -> bool:
        return not self.services or service in self.services

    def charge(self, service: str, quantity: Fraction, on_demand: Fraction, at: datetime) -> Fraction:
        """Pay within the quota, up to the step in which the amount ends; how much of the quantity that was."""
        done, spent = self.used.get(service, (Fraction(0), Fraction(0)))
        rate = self.rates.get(service, on_demand)
        steps = Fraction((self.left / rate / ONE).__ceil__()) * ONE
        paid = min(quantity, steps, self.quotas.get(service, quantity + done) - done)
        if paid <= 0 or not self.left:
            return Fraction(0)
        cost = min(self.left, paid * rate)
        self.left -= cost
        self.used[service] = (done + paid, spent + cost)
        self.newest_use = max(at, self.newest_use or at)
        if not self.left:
            self.exhausted = self.newest_use
        return paid

    def unused_share(self, now: datetime) -> Fraction:
        """The smaller of the days and the amount that are left, in whole days and whole percents."""
        last = self.day(self.whole_end - INSTANT)
        days, length = (last - self.day(now)).days, (last - self.day(self.start)).days + 1
        return min(Fraction(max(0, days), length), Fraction((self.left / self.amount * 100).__floor__(), 100))


class Life:
    """The periods and offers of one account."""

    def __init__(self, currency: str, zone: ZoneInfo) -> None:
        self.currency, self.zone = currency, zone
        self.rows: list[Period] = []
        self.withdrawn: list[Period] = []
        self._made = 0

    @property
    def in_order(self) -> list[Period]:
        return sorted(self.rows, key=lambda row: (row.start, row.order))

    @property
    def agreed(self) -> list[Period]:
        return [row for row in self.in_order if row.confirmed is not None]

    @property
    def offers(self) -> list[Period]:
        """Expired ones and those that wait for their payment, too."""
        return [row for row in self.in_order if row.confirmed is None]

    def latest(self, now: datetime) -> Period:
        """The one that runs, else the one that began last."""
        begun = [row for row in self.agreed if row.start <= now]
        refuse(not begun, "plan_not_in_force")
        return next((row for row in reversed(begun) if now < row.end), begun[-1])

    def running(self, now: datetime) -> Period:
        row = self.latest(now)
        refuse(now >= row.end, "plan_not_in_force")
        return row

    def shown(self, now: datetime) -> Period | None:
        """The plan that counts: the one that runs, an offer, the last one, one to come."""
        begun = [row for row in self.agreed if row.start <= now]
        running = [row for row in begun if now < row.end]
        rows = [row for row in self.in_order if not row.expired(now)]
        offers = [row for row in rows if row.confirmed is None]
        return next(iter([*running[::-1], *offers[::-1], *begun[::-1], *rows]), None)

    def later(self, now: datetime) -> list[Period]:
        return [row for row in self.agreed if row.start > now]

    def in_force(self, at: datetime) -> Period | None:
        return next((row for row in reversed(self.in_order) if row.is_in_force(at)), None)

    def status(self, row: Period, now: datetime) -> str:
        if row.confirmed is None:
            return "expired" if row.expired(now) else "pending_confirmation"
        if now >= row.end:
            return "expired"
        if row.is_paused(now):
            return "paused"
        if row.cancelled or any(other.follows is row for other in self.rows):
            return "active"
        near_its_end = row.whole_end - now <= timedelta(days=14)
        return "pending_renewal" if near_its_end or row.left * 10 <= row.amount else "active"

    def draft(
        self,
        shop: Shop,
        plan: str,
        interval: str,
        option: str,
        method: str | None,
        services: list[str] | None,
        now: datetime,
    ) -> Period:
        sold = shop.plan(plan)
        shop.check(services)
        terms = sold[interval]
        self._made += 1
        return Period(
            order=self._made,
            plan=plan,
            interval=interval,
            services=sold.get("services", []) if services is None else services,
            rates={name: Fraction(rates[self.currency]) for name, rates in sold.get("rates", {}).items()},
            quotas={name: Fraction(quota) for name, quota in terms.get("quotas", {}).items()},
            conditions={**CONDITIONS, **sold.get("conditions", {})},
            currency=self.currency,
            zone=self.zone,
            price=Fraction(terms["price"][self.currency]),
            amount=Fraction(terms["amount"][self.currency]),
            option=option,
            method=method,
            anchor=now,
        )

    def begin(self, row: Period, before: Period | None, now: datetime) -> None:
        """Confirm a period that was placed; the one before gives way to it."""
        row.confirmed, row.follows = now, before
        if before is not None and row.start <= now < before.given_way:
            before.ended = now
        if row not in self.rows:
            self.rows.append(row)

    def confirm(self, offer: Period, now: datetime) -> None:
        before = self.agreed[-1] if self.agreed else None
        over = before is None or now >= before.end
        free_from = now if over else max(now, before.given_way)
        if offer.start >= free_from:
            offer.not_before = offer.start if offer.start > free_from else None
        elif not over and free_from == before.given_way:
            place_after(offer, before)
        else:
            offer.anchor, offer.months = free_from, 0
        self.begin(offer, before, now)

    def refuse_followed(self, row: Period, now: datetime) -> None:
        for later in self.later(now):
            same = (later.plan, later.interval) == (row.plan, row.interval)
            refuse(True, "plan_already_renewed" if same else "plan_change_pending")

    def pause(self, now: datetime) -> None:
        row = self.running(now)
        refuse(row.is_paused(now), "plan_is_paused")
        left = timedelta(days=row.conditions["pause_days"]) - row.paused
        refuse(left <= timedelta(), "pause_used_up")
        row.pauses.append([now, now + left])
        self._move_later(row, now)

    def resume(self, now: datetime) -> None:
        row = self.running(now)
        refuse(not row.is_paused(now), "plan_not_paused")
        next(pause for pause in row.pauses if pause[0] <= now < pause[1])[1] = now
        self._move_later(row, now)

    def cancel(self, now: datetime) -> None:
        row = self.running(now)
        refuse(row.cancelled, "plan_cancelled")
        row.cancelled = True
        for later in self.later(now):
            self.withdraw(later)

    def undo(self, now: datetime) -> None:
        row, later = self.latest(now), self.later(now)
        cancelled = row.cancelled and now < row.end
        refuse(not cancelled and not later, "nothing_to_undo")
        if cancelled:
            row.cancelled = False
        else:
            self.withdraw(later[-1])

    def withdraw(self, row: Period) -> None:
        self.rows.remove(row)
        self.withdrawn.append(row)

    def _move_later(self, row: Period, now: datetime) -> None:
        """What comes after a period whose end moved moves along, but never before a day of its own."""
        for later in self.later(now):
            place_after(later, row)
            if later.not_before is not None and later.start < later.not_before:
                later.anchor, later.months = later.not_before, 0
            row = later


def place_after(row: Period, before: Period) -> None:
    """At its end, on its day of the month where no pause moved that."""
    months = before.months + MONTHS[before.interval]
    moved = months_later(before.anchor, months, before.zone) != before.whole_end
    row.anchor, row.months = (before.whole_end, 0) if moved else (before.anchor, months)
