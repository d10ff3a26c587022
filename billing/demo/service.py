"""The demo data: seven accounts, laid out backwards from today, the same on every machine.

Everything goes through the services that customers' own data goes through; nothing is written past the ledger.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.catalogue import service as catalogues
from billing.config import ROOT
from billing.errors import BillingError
from billing.invoices import service as invoices
from billing.metering import service as metering
from billing.metering.schemas import NewUsage
from billing.money import Money
from billing.plans import pauses, periods
from billing.plans import service as plans
from billing.plans.models import Subscription
from billing.recharge import service as recharges
from billing.schemas import Interval, PaymentOption, SupportTier
from billing.vouchers import codes
from billing.vouchers import service as vouchers

CATALOGUE = ROOT / "data" / "catalogue" / "demo.yml"
DAYS = 120
PAYS_AFTER = timedelta(days=25)
"""When a customer who pays later pays: five days before it is due."""
_SOURCE = "demo"


@dataclass(frozen=True, slots=True)
class Cycle:
    """A plan's periods: the one that now has `days_left` days to go, and whole ones before it back to the first day."""

    plan: str
    days_left: int
    interval: Interval = "monthly"
    payment_option: PaymentOption = "full_upfront"
    services: tuple[str, ...] = ()
    state: str = "active"


@dataclass(frozen=True, slots=True)
class Story:
    """One account of the contract: who it is and what happened to it."""

    id: str
    name: str
    currency: str
    time_zone: str = "UTC"
    language: str = "en"
    tier: SupportTier = "basic"
    cycle: Cycle | None = None
    daily: dict[str, tuple[int, int]] = field(default_factory=dict)
    top_ups: tuple[tuple[int, str], ...] = ()
    voucher: tuple[int, str, int] | None = None  # days ago, amount, days until it expires
    surge: int = 1  # how many times the usual is used since the present period began


# service → the smallest and largest quantity of a day, in hundredths of the unit
STORIES = (
    Story(
        "acme",
        "Acme Support Desk",
        "USD",
        time_zone="America/New_York",
        cycle=Cycle("starter", days_left=19),
        daily={
            "bot_session": (2400, 5200),
            "gpu_container": (20, 60),
            "fine_tuning": (0, 20),
            "inference": (9000, 22000),
        },
        top_ups=((100, "100"), (40, "50")),
        voucher=(20, "30", 45),
    ),
    Story(
        "sakura",
        "さくら商事",
        "JPY",
        time_zone="Asia/Tokyo",
        language="ja",
        tier="standard",
        cycle=Cycle("growth", days_left=9, payment_option="partial_upfront", services=("gpu_container", "inference")),
        daily={"gpu_container": (280, 430), "inference": (90000, 170000)},
        top_ups=((90, "10000"),),
    ),
    Story(
        "hangang",
        "한강테크",
        "KRW",
        time_zone="Asia/Seoul",
        language="ko",
        tier="premium",
        cycle=Cycle("scale", days_left=17, payment_option="pay_later"),
        daily={
            "bot_session": (60000, 110000),
            "gpu_container": (500, 900),
            "fine_tuning": (50, 200),
            "inference": (300000, 700000),
        },
        top_ups=((110, "300000"),),
    ),
    Story("pending", "Pending Robotics", "USD", cycle=Cycle("growth", days_left=0, state="pending")),
    Story(
        "expired",
        "Expired Analytics",
        "USD",
        cycle=Cycle("starter", days_left=12),
        daily={"bot_session": (4500, 6500), "gpu_container": (30, 50), "inference": (10000, 20000)},
        top_ups=((60, "200"), (15, "150")),
        voucher=(5, "90", 60),
        surge=5,
    ),
    Story(
        "paused",
        "Paused Media",
        "USD",
        cycle=Cycle("growth", days_left=20, state="paused"),
        daily={"bot_session": (9000, 15000), "gpu_container": (150, 300), "inference": (60000, 120000)},
        top_ups=((50, "75"),),
    ),
    Story("empty", "Empty Start", "USD"),
)


def load(session: Session, now: datetime, on_progress: Callable[[str], None], catalogue: Path = CATALOGUE) -> bool:
    """Load the catalogue and the accounts, once: with the accounts there, nothing is done and False returned."""
    catalogues.load(session, catalogue, now)
    if any(row.id == STORIES[0].id for row in accounts.everyone(session)):
        return False
    for story in STORIES:
        on_progress(story.id)
        _tell(session, story, now)
    codes.add_code(session, "WELCOME50", Money.of(50, "USD"), expires_at=now + timedelta(days=180), at=now)
    return True


def _tell(session: Session, story: Story, now: datetime) -> None:
    born = now - timedelta(days=DAYS + 5)
    account = accounts.create(
        session,
        story.id,
        name=story.name,
        currency=story.currency,
        time_zone=story.time_zone,
        language=story.language,
        at=born,
    )
    accounts.set_support_tier(session, story.id, story.tier)
    events = sorted(
        [*_plans(session, story, account, now), *_credits(session, story, now), *_usage(session, story, account, now)],
        key=lambda event: event[0],
    )
    used: list[NewUsage] = []
    for _, what in events:
        if isinstance(what, NewUsage):
            used.append(what)
        else:
            _use(session, used, now)
            used = []
            what()
    _use(session, used, now)


def _use(session: Session, used: list[NewUsage], now: datetime) -> None:
    """As a meter's batch. Nothing in it may be refused."""
    for verdict in metering.record_all(session, used, now=now, late=None) if used else []:
        if isinstance(verdict, BillingError):
            raise verdict


Event = tuple[datetime, Callable[[], object] | NewUsage]
"""When, and what happens, or what was used: of the latter all until something happens is recorded as one batch."""


def _plans(session: Session, story: Story, account: AccountRow, now: datetime) -> Iterator[Event]:
    cycle = story.cycle
    if cycle is None:
        return
    if cycle.state == "pending":
        start = now + timedelta(days=3)
        yield now - timedelta(days=1), lambda: _prepare(session, story, cycle, start, now - timedelta(days=1))
        return
    anchor, first = _bounds(cycle, account, now)
    for months in range(first, 0):
        start, end = (periods.boundary(anchor, number, account) for number in (months, months + 1))
        yield start, lambda start=start, months=months: _begin(session, story, cycle, start, anchor, months)  # type: ignore[misc]
        if cycle.payment_option == "pay_later":
            if end <= now:
                yield end, lambda start=start, end=end: _bill_after(session, story, start, end)  # type: ignore[misc]
            paid = end + PAYS_AFTER
            if paid <= now:
                yield paid, lambda start=start, paid=paid: _pay_after(session, story, start, paid)  # type: ignore[misc]
    if cycle.state == "paused":
        yield now - timedelta(days=2), lambda: _pause(session, story, now - timedelta(days=2))


def _bounds(cycle: Cycle, account: AccountRow, now: datetime) -> tuple[datetime, int]:
    """The end of the present period, and how many months before it the first begins: before the first day of use."""
    zone = accounts.zone(account)
    end = datetime.combine(now.astimezone(zone).date() + timedelta(days=cycle.days_left), time.min, zone)
    months = -1
    while periods.boundary(end, months, account) > now - timedelta(days=DAYS + 1):
        months -= 1
    return end, months


def _prepare(
    session: Session, story: Story, cycle: Cycle, start: datetime, at: datetime, months: int = 0
) -> Subscription:
    return plans.prepare(
        session,
        story.id,
        cycle.plan,
        cycle.interval,
        starts_at=start,
        at=at,
        months=months,
        payment_option=cycle.payment_option,
        services=list(cycle.services) or None,
    )


def _begin(session: Session, story: Story, cycle: Cycle, start: datetime, anchor: datetime, months: int) -> None:
    row = _prepare(session, story, cycle, anchor, start, months)
    plans.activate(session, row, start)
    if cycle.payment_option == "pay_later":
        return
    invoice = invoices.issue(session, row, start)
    total = Money(invoice.total, invoice.currency)
    if cycle.payment_option == "partial_upfront":
        _settle_older(session, story, row, start)
        invoices.pay(session, invoice, invoices.deposit(row), at=start, key="deposit")
    else:
        invoices.pay(session, invoice, total, at=start, key="full")


def _settle_older(session: Session, story: Story, row: Subscription, at: datetime) -> None:
    """The remainder of the period before falls due when the next one begins."""
    for older in plans.of_account(session, story.id):
        if older.id != row.id:
            invoice = invoices.issue(session, older, at)
            invoices.pay(session, invoice, Money(invoice.total, invoice.currency), at=at, key="remainder")


def _pause(session: Session, story: Story, at: datetime) -> None:
    row = plans.running(session, story.id, at)
    assert row is not None
    pauses.begin(session, row, at)


def _bill_after(session: Session, story: Story, start: datetime, end: datetime) -> None:
    invoices.issue(session, _period_from(session, story, start), end)


def _pay_after(session: Session, story: Story, start: datetime, at: datetime) -> None:
    invoice = invoices.issue(session, _period_from(session, story, start), at)
    invoices.pay(session, invoice, Money(invoice.total, invoice.currency), at=at, key="full")


def _period_from(session: Session, story: Story, start: datetime) -> Subscription:
    return next(row for row in plans.of_account(session, story.id) if row.starts_at == start)


def _credits(session: Session, story: Story, now: datetime) -> Iterator[Event]:
    for number, (days_ago, amount) in enumerate(story.top_ups):
        at = now - timedelta(days=days_ago)
        yield (
            at,
            lambda number=number, amount=amount, at=at: recharges.recharge(  # type: ignore[misc]
                session,
                story.id,
                amount=Decimal(amount),
                currency=None,
                method="card",
                key=f"demo:{story.id}:{number}",
                at=at,
            ),
        )
    if story.voucher:
        days_ago, amount, days = story.voucher
        at = now - timedelta(days=days_ago)
        yield (
            at,
            lambda: vouchers.credit(
                session,
                story.id,
                Money.of(amount, story.currency),
                at=at,
                key=f"demo:{story.id}",
                expires_at=now + timedelta(days=days),
            ),
        )


def _usage(session: Session, story: Story, account: AccountRow, now: datetime) -> Iterator[Event]:
    """Some use of each service on each day, more on working days, at a time of day of its own."""
    chance = random.Random(f"demo {story.id}")  # noqa: S311  the same on every machine, guards nothing
    zone = accounts.zone(account)
    today = now.astimezone(zone).date()
    present = periods.boundary(_bounds(story.cycle, account, now)[0], -1, account) if story.cycle else now
    for days_ago in range(DAYS, -1, -1):
        day = today - timedelta(days=days_ago)
        for number, (service, (least, most)) in enumerate(story.daily.items()):
            hundredths = chance.randint(least, most)
            moment = time(8 + 2 * number + chance.randint(0, 1), chance.randint(0, 59), chance.randint(0, 59))
            if day.weekday() >= 5:
                hundredths //= 3
            if datetime.combine(day, time.min, zone) >= present:
                hundredths *= story.surge
            quantity = Decimal(hundredths // 100) if service == "bot_session" else Decimal(hundredths) / 100
            at = datetime.combine(day, moment, zone)
            if quantity and at < now:
                used_as = f"{story.id}:{service}:{at.date()}"
                used = NewUsage(
                    source=_SOURCE, id=used_as, account=story.id, time=at, service=service, quantity=quantity
                )
                yield at, used
