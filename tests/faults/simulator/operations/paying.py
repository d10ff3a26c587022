"""Payments through the provider: pages opened, paid or left, webhooks lost, doubled and late, money sent back."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.faults.simulator.operation import Operation
from tests.faults.simulator.wallet import SIGNATURE
from tests.integration.billing.engine.model.account import Account
from tests.integration.billing.engine.model.sold import refuse

UNHEARD = frozenset({"payment_provider_unavailable", "payment_under_way"})
_OPEN = "SELECT id, account_id FROM payment WHERE state IN ('created', 'waiting', 'failed') ORDER BY id DESC LIMIT 8"
_PAID = "SELECT id, account_id, amount FROM payment WHERE state = 'succeeded' ORDER BY id DESC LIMIT 8"


def nothing(_: Account | None) -> None:
    """What it does to credit shows when the provider says that money came."""


def _some(world: Any, query: str) -> Any:
    found = world.raw.execute(query).fetchall()
    return world.luck.choice(found) if found else None


def open_page(world: Any) -> Operation | None:
    if (found := _some(world, _OPEN)) is None:
        return None
    number, account = found
    return Operation(
        "open the page",
        account,
        lambda: world.billing.payment_session(f"PAY-{number:06d}"),
        nothing,
        tolerates=UNHEARD,
    )


def customer_pays(world: Any) -> None:
    """At the provider: billing hears of it, or will have to ask."""
    waiting = [i.reference for i in world.wallet.intents.values() if i.state == "waiting"][-8:]
    if waiting and world.wallet.paid(world.luck.choice(waiting)):
        world.happened["paid at the provider"] += 1


def hear(world: Any) -> Operation | None:
    """A webhook, any of those that wait: lost, once, or to come again."""
    if not world.wallet.inbox:
        return None
    body = world.luck.choice(world.wallet.inbox)
    fate = world.luck.choices(["lost", "once", "again"], [15, 65, 20])[0]
    if fate != "again":
        world.wallet.inbox.remove(body)
    if fate == "lost":
        world.happened["webhook lost"] += 1
        return None
    return Operation("hear a webhook", None, lambda: world.billing.take_provider_event(body, SIGNATURE), nothing)


def cancel(world: Any) -> Operation | None:
    if (found := _some(world, _OPEN)) is None:
        return None
    number, account = found
    return Operation(
        "give a payment up",
        account,
        lambda: world.billing.cancel_payment(f"PAY-{number:06d}", account),
        nothing,
        tolerates=UNHEARD,
    )


def refund(world: Any) -> Operation | None:
    if (found := _some(world, _PAID)) is None:
        return None
    number, name, units = found
    key, force = world.key(), world.luck.random() < 0.5
    part = None if world.luck.random() < 0.3 else world.luck.randint(1, units // 10**8)
    whole = Fraction(units, 10**8)

    def expect(account: Account) -> None:
        sent = world.sent_back.get(number, Fraction(0))
        amount = whole - sent if part is None else Fraction(part)
        refuse(not amount or amount + sent > whole, "refund_too_large")
        refuse(not force and amount > account.credits.top_up, "credit_insufficient")
        world.sent_back[number] = sent + amount
        taken = min(amount, account.credits.top_up)
        account.credits.top_up -= taken
        account.credits.owed += amount - taken

    amount = None if part is None else Decimal(part)
    terms = {"reason": "asked for", "key": key, "force": force}
    return Operation(
        "refund",
        name,
        lambda: world.billing.refund_payment(f"PAY-{number:06d}", amount, **terms),
        expect,
        said=lambda told: (told.id, told.amount),
    )


def reconcile(world: Any) -> Operation:
    return Operation("reconcile", None, lambda: world.billing.reconcile_payments(stop=lambda: False), nothing)
