"""Usage: told late, out of order, twice, in batches."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from billing.api import NewConversation, NewUsage
from tests.faults.simulator.operation import Operation
from tests.integration.billing.engine.model.account import Account, sessions
from tests.integration.billing.engine.model.sold import Refused

COUNTED = {"accepted", "repeated"}
SERVICES = ("bot_session", "bot_session", "gpu_container", "inference")


def use(world: Any) -> Operation | None:
    """Something is used: it is told now, or it stays on its way."""
    event = _event(world, world.luck.choice(list(world.model.accounts)))
    if world.luck.random() < 0.5:
        world.transit.append(event)
        return None
    return _told(world, [event])


def deliver(world: Any) -> Operation | None:
    """Some of what is on its way arrives, in any order; of what arrived some is told again."""
    if not world.transit:
        return None
    some = world.luck.sample(world.transit, min(len(world.transit), world.luck.randint(1, 5)))
    for event in some:
        if world.luck.random() < 0.85:
            world.transit.remove(event)
    return _told(world, some)


def _event(world: Any, account: str) -> Any:
    ago = timedelta(seconds=world.luck.choice([0, 0, 0, -30, 60, 3600, 86400, 20 * 86400, 36 * 86400]))
    terms = {"source": "meter", "id": world.key(), "account": account, "time": world.now - ago}
    if world.luck.random() < 0.25:
        seconds = world.luck.randint(0, 10_000)
        return NewConversation(seconds=seconds, human_seconds=world.luck.randint(0, seconds), **terms)
    quantity = Decimal(world.luck.randint(1, 60_000)) / 1000
    return NewUsage(service=world.luck.choice(SERVICES), quantity=quantity, **terms)


def _told(world: Any, events: list[Any]) -> Operation:
    """Sent again without those that were refused: their time may have come by then, or be over."""
    made: list[str] = []

    def call() -> Any:
        kept = [e for e, status in zip(events, made, strict=True) if status in COUNTED] if made else events
        return world.billing.record_usage(kept)

    def expect(_: Account | None) -> list[str]:
        made[:] = [_expected(world, event) for event in events]
        return made

    def check(told: Any, _: Any, repeated: bool) -> None:
        found = [event.code or event.status for event in told.events]
        wanted = ["repeated" for status in made if status in COUNTED] if repeated else made
        assert found == wanted, f"usage was {found}, should be {wanted}"

    accounts = tuple({event.account for event in events})
    return Operation("use", None, call, expect, check=check, touches=accounts)


def _expected(world: Any, event: Any) -> str:
    if event.id in world.counted:
        return "repeated"
    account, whole = world.model.accounts[event.account], isinstance(event, NewConversation)
    quantity = Fraction(sessions(event.seconds, event.human_seconds)) if whole else Fraction(event.quantity)
    service = "bot_session" if whole else event.service
    try:
        account.use(world.model.shop, service, quantity, event.time, world.now)
    except Refused as refusal:
        return refusal.code
    world.counted.add(event.id)
    return "accepted"
