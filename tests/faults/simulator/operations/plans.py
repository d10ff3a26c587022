"""Offers, and what is done to plans: on terms, once per key; and what falls due of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from billing.errors import BillingError
from tests.builders.life import do, terms
from tests.faults.simulator.operation import Operation
from tests.faults.simulator.operations.crediting import anyone
from tests.integration.billing.engine.model.account import Account
from tests.integration.billing.engine.model.plans import Period
from tests.integration.billing.engine.model.sold import refuse

INTERVALS = ("monthly", "monthly", "yearly")
OPTIONS = ("full_upfront", "partial_upfront", "pay_later")


def prepare(world: Any) -> Operation:
    account, key, now, luck = anyone(world), world.key(), world.now, world.luck
    plan, interval, option = luck.choice(["starter", "renderer"]), luck.choice(INTERVALS), luck.choice(OPTIONS)
    method, days = luck.choice([None, "card", "bank_transfer"]), luck.choice([None, None, 1, 14])
    starts_at = None if days is None else now + timedelta(days=days)

    def expect(account: Account) -> Period:
        row = account.life.draft(world.model.shop, plan, interval, option, method, None, world.now)
        row.anchor = starts_at or world.now
        row.valid_until = datetime.combine(row.day(world.now) + timedelta(days=31), time.min, row.zone)
        account.life.rows.append(row)
        return row

    def offer(starts_at: datetime | None = starts_at) -> Any:
        given = {"starts_at": starts_at, "payment_option": option, "payment_method": method, "key": key}
        return world.billing.prepare_plan(account.name, plan, interval, **given)

    return Operation(
        "offer a plan",
        account.name,
        offer,
        expect,
        said=lambda told: told.number,
        learn=lambda told, made: setattr(made, "number", told.number),
        other=lambda: offer(now + timedelta(days=99)),
        other_code="plan_key_reused",
        copies=True,
    )


def confirm(world: Any) -> Operation | None:
    waiting = [(a.name, r) for a in world.model.accounts.values() for r in a.life.offers if r.number]
    if not waiting:
        return None
    name, row = world.luck.choice(waiting)

    def expect(account: Account) -> Period:
        offer = _same(account, row)
        refuse(offer.confirmed is not None, "offer_not_found")  # another chatter was first
        return account.confirm(offer, world.now)

    return _act(world, name, "confirm", (row.number,), expect)


def _same(account: Account, row: Period) -> Period:
    """The row in what may be a copy of the account."""
    return next(each for each in account.life.rows if each.order == row.order)


def _customer(world: Any) -> str | None:
    having = [a.name for a in world.model.accounts.values() if a.life.agreed]
    return world.luck.choice(having) if having else None


def act(world: Any) -> Operation | None:
    action = world.luck.choice(["pause", "resume", "resume", "cancel", "undo", "undo"])
    name = _customer(world)
    return name and _act(world, name, action, (), lambda a: getattr(a.life, action)(world.now))


def renew(world: Any) -> Operation | None:
    name = _customer(world)
    return name and _act(world, name, "renew", (), lambda a: a.renew(world.model.shop, world.now))


def change(world: Any) -> Operation | None:
    name, plan, interval = _customer(world), world.luck.choice(["starter", "renderer"]), world.luck.choice(INTERVALS)
    expect = lambda a: a.change(world.model.shop, plan, interval, world.now)  # noqa: E731
    return name and _act(world, name, "change", (plan, interval), expect)


def _act(
    world: Any, account: str, action: str, given: tuple[str, ...], expect: Callable[[Account], Any]
) -> Operation | None:
    """On the terms as they are now; a retry may find that they are others by then, and asks for nothing."""
    key = world.key()
    try:
        checksum = terms(world.billing, account, action, *given).checksum
    except BillingError as error:
        world.happened[f"no terms: {error.code}"] += 1
        return None

    def learn(told: Any, made: Any) -> None:
        if action in {"renew", "change"}:
            made.number = told.number

    return Operation(
        action,
        account,
        lambda: do(world.billing, account, action, *given, checksum=checksum, by=key),
        expect,
        said=lambda told: told.number,
        learn=learn,
        other=lambda: do(world.billing, account, action, *given, checksum="0" * 32, by=key),
        other_code="plan_key_reused",
        tolerates=frozenset({"terms_changed"}),
        copies=True,
    )


def bill(world: Any) -> Operation:
    def expect(_: None) -> None:
        for account in world.model.accounts.values():
            account.bill(world.now)

    return Operation("bill", None, lambda: world.through("bill_due"), expect, parts=True)
