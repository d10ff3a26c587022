"""Any history, looked at anyhow: each crossing is raised once, at its instant, as a plain model has it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import count

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from billing.alerts.history import Holdings, moments
from billing.api import Billing
from billing.config import Settings
from billing.outbox.models import OutboxEvent
from tests.builders.accounts import a_plan, a_voucher, an_account, use
from tests.builders.model import SOLD, Model, Plan, Voucher
from tests.builders.money import usd

LOW = Fraction(SOLD["top_up"]["minimum"]["USD"])
AMOUNT = Fraction(SOLD["plans"]["renderer"]["monthly"]["amount"]["USD"])
_number = count(1)


@dataclass
class Expected:
    """What should be told, worked out moment by moment, looking all the time."""

    model: Model
    now: datetime
    armed: bool = False
    raised: list[tuple[str, int | None, datetime, datetime]] = field(default_factory=list)
    """Kind, level, and between which two instants it is dated: what was told late, no earlier than it happened."""
    restored: list[datetime] = field(default_factory=list)
    exhausted: dict[int, datetime] = field(default_factory=dict)

    def turns(self) -> list[datetime]:
        """When something changes by itself."""
        near = [plan.end - timedelta(days=days) for plan in self.model.plans for days in (14, 3, 1)]
        ends = [plan.end for plan in self.model.plans]
        return sorted({*near, *ends, *(v.expires for v in self.model.vouchers if v.expires)})

    def balance(self, at: datetime, happened: datetime | None = None) -> None:
        available = self.model.top_up + self.model.plan_left(at) + self.model.voucher_left(at)
        if self.armed and available < LOW:
            self.armed = False
            self.raised.append(("low_balance", None, happened or at, at))
        elif not self.armed and available >= LOW * Fraction(11, 10):
            self.armed = True
            if any(kind == "low_balance" for kind, *_ in self.raised):
                self.restored.append(at)

    def used(self, at: datetime, happened: datetime) -> None:
        for number, plan in enumerate(self.model.plans):
            for share in (80, 90, 100):
                crossing = (number, share)
                if (AMOUNT - plan.left) * 100 >= share * AMOUNT and crossing not in self.shares:
                    self.shares.add(crossing)
                    self.raised.append(("plan_used", share, happened, at))
            if not plan.left and number not in self.exhausted:
                self.exhausted[number] = at

    shares: set[tuple[int, int]] = field(default_factory=set)

    def pass_to(self, moment: datetime) -> None:
        for turn in [turn for turn in self.turns() if self.now < turn <= moment]:
            for number, plan in enumerate(self.model.plans):
                for days in (14, 3, 1):
                    is_over = number in self.exhausted and self.exhausted[number] <= turn
                    if turn == plan.end - timedelta(days=days) and not is_over:
                        self.raised.append(("plan_ending", days, turn, turn))
            self.balance(turn)
        self.now = moment


actions = st.one_of(
    st.tuples(st.just("top_up"), st.integers(1, 60)),
    st.tuples(st.just("use"), st.integers(1, 15_000), st.sampled_from(["bot_session", "gpu_container"])),
    st.tuples(st.just("use_late"), st.integers(1, 15_000), st.integers(1, 200)),
    st.tuples(st.just("voucher"), st.integers(1, 60), st.none() | st.integers(1, 40)),
    st.tuples(st.just("plan")),
    st.tuples(st.just("pass"), st.integers(1, 24 * 20)),
    st.tuples(st.just("look"), st.integers(1, 3)),
    st.tuples(st.just("look_with_an_old_clock"), st.integers(1, 48)),
    st.tuples(st.just("look_at_once")),
)


class History:
    def __init__(self, billing: Billing, clock) -> None:
        self.billing, self.clock = billing, clock
        self.account = an_account(billing, f"account-{next(_number)}")
        self.expected = Expected(Model("USD"), clock.now)

    def happen(self, action) -> None:
        name, *given = action
        getattr(self, name)(*given)
        if not name.startswith("look"):
            self.clock.forward(seconds=1)
            self.expected.pass_to(self.clock.now)

    def top_up(self, amount):
        self.billing.adjust_credit(self.account, Decimal(amount), reason="money", key=f"k-{next(_number)}")
        self.expected.model.top_up += amount
        self.expected.balance(self.clock.now)

    def use(self, thousandths, service, at=None):
        at = at or self.clock.now
        quantity = Decimal(thousandths) / (1000 if service == "gpu_container" else 50)
        use(self.billing, self.account, quantity, service, at=at)
        self.expected.model.use(service, Fraction(quantity), at)
        self.expected.used(self.clock.now, at)
        self.expected.balance(self.clock.now, at)

    def use_late(self, thousandths, minutes):
        """Told late, though not across an instant at which something changed."""
        at = self.clock.now - timedelta(minutes=minutes)
        if not any(at <= turn <= self.clock.now for turn in [*self.expected.turns(), *self.starts]):
            self.use(thousandths, "gpu_container", at)

    @property
    def starts(self):
        return [plan.start for plan in self.expected.model.plans] + [v.given for v in self.expected.model.vouchers]

    def voucher(self, amount, days):
        expires = None if days is None else self.clock.now + timedelta(days=days)
        a_voucher(self.billing, self.account, usd(amount), expires_at=expires)
        self.expected.model.vouchers.append(Voucher(Fraction(amount), self.clock.now, expires, []))
        self.expected.balance(self.clock.now)

    def plan(self):
        if not self.expected.model.plan_left(self.clock.now):
            row = a_plan(self.billing, self.account, "renderer")
            self.expected.model.plans.append(Plan("renderer", self.clock.now, row.ends_at, AMOUNT))
            self.expected.balance(self.clock.now)

    def pass_(self, hours):
        self.clock.forward(hours=hours)
        self.expected.pass_to(self.clock.now)

    def look(self, times):
        for _ in range(times):
            self.billing.check_alerts()

    def look_with_an_old_clock(self, hours):
        self.billing.check_alerts(self.clock.now - timedelta(hours=hours))

    def look_at_once(self):
        with ThreadPoolExecutor(3) as threads:
            list(threads.map(lambda _: self.billing.check_alerts(), range(3)))


setattr(History, "pass", History.pass_)


@pytest.fixture
def billing(billing, clock):
    """With a webhook that is told of alerts, which nothing is delivered to here."""
    told = Settings(
        database_url=billing.database.url, alert_webhook_url="http://127.0.0.1:9/", alert_webhook_secret="s"
    )
    return Billing(billing.database, told, clock)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(history=st.lists(actions, min_size=5, max_size=30))
def test_each_crossing_is_raised_once_whatever_looks_when(billing, clock, history):
    story = History(billing, clock)
    for action in history:
        story.happen(action)
    story.look_at_once()
    story.look(1)

    alerts = billing.alerts(story.account, only_open=False, limit=1000)
    raised = sorted((alert.kind, alert.level or 0, alert.raised_at) for alert in alerts)
    expected = sorted((kind, level or 0, last, first) for kind, level, first, last in story.expected.raised)
    assert [alert[:2] for alert in raised] == [alert[:2] for alert in expected], (raised, expected)
    for (_, _, at), (_, _, last, first) in zip(raised, expected, strict=True):
        assert first <= at <= last
    restored = [a.cleared_at for a in alerts if a.kind == "low_balance" and a.cleared_at]
    assert sorted(restored) == story.expected.restored
    assert events_of(billing, story.account) == {
        "alert.raised": len(alerts),
        "alert.cleared": sum(alert.cleared_at is not None for alert in alerts),
    }
    the_replay_ends_at_the_balance(billing, story)


def events_of(billing, account) -> dict[str, int]:
    with billing.database.snapshot() as session:
        events = session.scalars(sa.select(OutboxEvent).where(OutboxEvent.destination == "alert_webhook")).all()
    kinds = [event.kind for event in events if event.body["account"] == account]
    return {kind: kinds.count(kind) for kind in ("alert.raised", "alert.cleared")}


def the_replay_ends_at_the_balance(billing, story) -> None:
    with billing.database.snapshot() as session:
        holdings = Holdings.of(session, story.account)
        since = story.clock.now - timedelta(days=10_000)
        *_, last = moments(session, story.account, holdings, position=0, since=since, until=story.clock.now)
    assert last.available == billing.balance(story.account).available.units
