"""Vouchers and their codes."""

from __future__ import annotations

import copy
from datetime import timedelta
from fractions import Fraction
from typing import Any

from billing.money import Money
from tests.faults.simulator.operation import Operation
from tests.faults.simulator.operations.crediting import anyone, coins
from tests.integration.billing.engine.model.account import Account
from tests.integration.billing.engine.model.credits import Code
from tests.integration.billing.engine.model.sold import Refused

WRONG = {"voucher_unknown", "voucher_expired", "voucher_used_up", "voucher_revoked"}


def _scope(world: Any) -> list[str]:
    return world.luck.choice([[], [], ["bot_session"], ["gpu_container", "inference"]])


def give_voucher(world: Any) -> Operation:
    account, key, services = anyone(world), world.key(), _scope(world)
    days = world.luck.choice([None, 1, 5, 30])
    expires = None if days is None else world.now + timedelta(days=days)
    money = Money.of(coins(account, world.luck.randint(1, 5000)), account.currency)

    def give(money: Money = money) -> Any:
        return world.billing.give_voucher(account.name, money, key=key, expires_at=expires, services=services)

    return Operation(
        "give a voucher",
        account.name,
        give,
        lambda account: account.credits.give(Fraction(money.amount), world.now, expires, services),
        said=lambda told: told.id,
        learn=lambda told, made: setattr(made, "number", told.id),
        other=lambda: give(money + money),
        other_code="voucher_key_reused",
        again="time_invalid",
    )


def make_code(world: Any) -> Operation:
    like, text, services = anyone(world), f"CODE-{world.key()}".upper(), _scope(world)
    days, valid = world.luck.choice([None, 2, 40]), world.luck.choice([None, 1, 20])
    expires = None if days is None else world.now + timedelta(days=days)
    amount, uses = coins(like, world.luck.randint(1, 3000)), world.luck.randint(1, 3)

    def make() -> Any:
        return world.billing.create_voucher_code(
            Money.of(amount, like.currency),
            code=text,
            uses=uses,
            expires_at=expires,
            valid_days=valid,
            services=services,
        )

    def expect(_: Account | None) -> Code:
        given = (text, Fraction(amount), like.currency, uses, world.now, expires, valid, services, Fraction(0))
        world.model.codes.append(Code(*given))
        [(number,)] = world.raw.execute("SELECT max(id) FROM voucher_code").fetchall()
        world.model.codes[-1].number = f"{_prefix(world)}{number:06d}"
        return world.model.codes[-1]

    return Operation("make a code", None, make, expect, again="voucher_code_exists")


def _prefix(world: Any) -> str:
    return world.billing.voucher_codes()[0].id.rpartition("-")[0] + "-"


def redeem(world: Any) -> Operation:
    account, key = anyone(world), world.key()
    text = world.luck.choice([*(code.text for code in world.model.codes[-6:]), "NO-SUCH-CODE"])

    def expect(account: Account) -> Any:
        code = next((code for code in world.model.codes if code.text == text), None)
        return account.credits.redeem(account.name, code, world.now)

    def unsafe() -> bool:
        """A wrong code counts as often as it is tried, and that is kept apart."""
        tried = copy.deepcopy(account), next((copy.deepcopy(c) for c in world.model.codes if c.text == text), None)
        try:
            tried[0].credits.redeem(account.name, tried[1], world.now)
        except Refused:
            return True
        return False

    def count(account: Account, code: str) -> None:
        account.credits.wrong_tries += [world.now] if code in WRONG else []

    return Operation(
        "redeem",
        account.name,
        lambda: world.billing.redeem_voucher(account.name, text, key=key),
        expect,
        said=lambda told: told.id,
        learn=lambda told, made: setattr(made, "number", told.id),
        counts_refusals=count,
        unsafe=unsafe,
    )


def revoke_voucher(world: Any) -> Operation | None:
    known = [(a.name, v) for a in world.model.accounts.values() for v in a.credits.vouchers[-3:] if v.number]
    if not known:
        return None
    name, voucher = world.luck.choice(known)
    return Operation(
        "revoke a voucher",
        name,
        lambda: world.billing.revoke_voucher(voucher.number),
        lambda account: account.credits.revoke(voucher, world.now),
    )


def expire_vouchers(world: Any) -> Operation:
    def expect(_: None) -> int:
        return sum(account.credits.expire(world.now) for account in world.model.accounts.values())

    return Operation("expire vouchers", None, lambda: world.through("expire_vouchers"), expect, parts=True)
