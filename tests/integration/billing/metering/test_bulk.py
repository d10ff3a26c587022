"""However events come, in one batch, in parts or one by one, they are charged the same."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from billing import rows
from billing.api import Billing, ConversationMoment, NewConversation, NewUsage
from billing.config import Settings
from billing.metering import importer, repository
from billing.metering.models import PlanUsage, UsageCharge, UsageEvent
from billing.plans.models import Subscription
from tests.builders.accounts import a_plan, a_top_up, a_voucher, an_account
from tests.builders.catalogue import a_catalogue
from tests.builders.clock import NOON, SettableClock
from tests.builders.money import usd

ACCOUNTS = ("acme", "zeta")
SERVICES = ("bot_session", "gpu_container", "inference")
heads = {
    "source": st.sampled_from(["m-1", "m-2"]),
    "id": st.integers(1, 40).map(lambda number: f"e-{number}"),
    "account": st.sampled_from([*ACCOUNTS, "nobody"]),
    "time": st.integers(-5, 36 * 24).map(lambda hours: NOON - timedelta(hours=hours)),
}
usages = st.builds(
    NewUsage,
    **heads,
    service=st.sampled_from([*SERVICES, "teleport"]),
    quantity=st.integers(-1, 60_000).map(lambda thousandths: Decimal(thousandths) / 1000),
)
wholes = st.builds(NewConversation, **heads, seconds=st.integers(0, 9000))
moments = st.builds(
    ConversationMoment,
    **heads,
    conversation=st.sampled_from(["c-1", "c-2", "c-3"]),
    moment=st.sampled_from(["started", "ended"]),
    human_seconds=st.sampled_from([0, 600]),
)
batches = st.lists(usages | usages | usages | wholes | moments, min_size=1, max_size=60)


@pytest.fixture(scope="module")
def fresh(copies):
    """A function that opens billing on a database of its own, with the same accounts, plans and credit."""
    return copies(prepare, NOON)


def prepare(url: str, folder: Path) -> None:
    clock = SettableClock(NOON - timedelta(days=36))
    billing = Billing.open(Settings(database_url=url), clock=clock)
    billing.load_catalogue(a_catalogue(folder))
    for account, zone in zip(ACCOUNTS, ("Asia/Tokyo", "America/New_York"), strict=True):
        an_account(billing, account, time_zone=zone)
    clock.set(NOON - timedelta(days=20))
    a_plan(billing, "acme")
    a_plan(billing, "zeta", "renderer")
    a_voucher(billing, "acme", usd(3), expires_at=NOON - timedelta(days=2), key="v-1")
    a_voucher(billing, "acme", usd(4), services=["inference"], key="v-2")
    clock.set(NOON)
    a_top_up(billing, "acme", 25, key="t-1")
    billing.close()


def held(billing: Billing) -> dict[str, object]:
    """All that matters of what was written, by the events' own names."""
    event = (UsageEvent.source, UsageEvent.event_id)
    with billing.database.snapshot() as session:
        return {
            "events": session.execute(
                sa.select(*event, UsageEvent.account_id, UsageEvent.at, UsageEvent.quantity).order_by(*event)
            ).all(),
            "charges": session.execute(
                sa.select(*event, UsageCharge.bucket, UsageCharge.ref, UsageCharge.quantity, UsageCharge.units)
                .join(UsageEvent, UsageEvent.id == UsageCharge.usage_event_id)
                .order_by(*event, UsageCharge.id)
            ).all(),
            "plans": session.execute(
                sa.select(Subscription.id, Subscription.exhausted_at).order_by(Subscription.id)
            ).all(),
            "used": session.execute(
                sa.select(PlanUsage.subscription_id, PlanUsage.service, PlanUsage.quantity, PlanUsage.last_at).order_by(
                    PlanUsage.subscription_id, PlanUsage.service
                )
            ).all(),
            "balances": [billing.balance(account).model_dump(exclude={"position"}) for account in ACCOUNTS],
            "history": [
                [
                    (entry.at, entry.kind, entry.service, entry.bucket, entry.amount)
                    for entry in billing.credit_history(account, limit=100).entries
                ]
                for account in ACCOUNTS
            ],
        }


def told(result):
    return [(event.status, event.code) for event in result.events]


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(events=batches, part=st.integers(2, 20))
def test_a_batch_its_parts_and_its_events_one_by_one_are_charged_the_same(fresh, events, part):
    whole, parted, single = fresh(), fresh(), fresh()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "COPY_FROM", 1)
        patch.setattr(repository, "_CHUNK", 3)
        at_once = whole.record_usage(events)
        patch.setattr(importer, "PART", part)
        in_parts = parted.record_usage(events)
    one_by_one = [single.record_usage([event]) for event in events]

    assert told(at_once) == told(in_parts) == [told(result)[0] for result in one_by_one]
    assert held(whole) == held(single)
    assert held(parted) == held(single)
    for billing in (whole, parted, single):
        assert billing.verify_ledger() == []
    assert {event.status for event in whole.record_usage(events).events} <= {"repeated", "refused"}
    assert held(whole) == held(single)
