"""Top-ups, transfers, corrections."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from billing.money import minor_digits
from tests.faults.simulator.operation import Operation
from tests.integration.billing.engine.model.account import Account
from tests.integration.billing.engine.model.sold import SOLD

WRONG = {"voucher_unknown", "voucher_expired", "voucher_used_up", "voucher_revoked"}


def coins(account: Account, number: int) -> Decimal:
    return Decimal(number).scaleb(-minor_digits(account.currency))


def anyone(world: Any) -> Account:
    return world.luck.choice(list(world.model.accounts.values()))


def top_up(world: Any) -> Operation:
    account, key = anyone(world), world.key()
    method = world.luck.choice(["card", "card", "e_wallet", "bank_transfer"])
    least = Decimal(SOLD["plain"]["top_up"]["minimum"][account.currency])
    amount = least + coins(
        account, world.luck.choice([-1, 0, 13, 10**9, *(world.luck.randint(1, 9999) for _ in "123456")])
    )

    def recharge(amount: Decimal = amount) -> Any:
        return world.billing.recharge(account.name, amount=amount, currency=None, method=method, key=key)

    def expect(account: Account) -> Any:
        way = "card" if method == "card" else "bank_transfer"
        made = account.credits.recharge(world.model.shop, Fraction(amount), way, world.now)
        if method == "e_wallet":
            world.topped_up[key] = (account.name, made)
        return made

    def learn(told: Any, made: Any) -> None:
        made.number = told.id
        if method == "bank_transfer":
            world.transfers.append((account.name, made))

    return Operation(
        "top up",
        account.name,
        recharge,
        expect,
        said=lambda told: (told.id, told.amount) if method != "card" else told,
        learn=learn,
        other=lambda: recharge(amount * 2),
        other_code="recharge_key_reused",
    )


def confirm_transfer(world: Any) -> Operation | None:
    if not world.transfers:
        return None
    name, made = world.luck.choice(world.transfers[-30:])
    first = made.completed is None

    def expect(account: Account) -> None:
        if made.completed is None:
            account.credits.complete(made, world.now)
            world.transferred[name].append(made.amount)

    world.happened["transfer confirmed again"] += not first
    return Operation("confirm a transfer", name, lambda: world.billing.confirm_transfer(made.number), expect)


def adjust(world: Any) -> Operation:
    account, key = anyone(world), world.key()
    amount = coins(account, world.luck.choice([-1, 1]) * world.luck.randint(1, 3000))

    def correct(amount: Decimal = amount) -> Any:
        return world.billing.adjust_credit(account.name, amount, reason="a reason", key=key)

    return Operation(
        "correct",
        account.name,
        correct,
        lambda account: account.credits.adjust(Fraction(amount)),
        said=lambda told: told,
        other=lambda: correct(-amount),
        other_code="adjustment_key_reused",
    )
