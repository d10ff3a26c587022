"""What may happen next, and how often."""

from __future__ import annotations

from typing import Any

from tests.faults.simulator.operation import Operation
from tests.faults.simulator.operations import crediting, paying, plans, time, usage, vouchers

WEIGHTS = {
    usage.use: 30,
    usage.deliver: 20,
    crediting.top_up: 26,
    crediting.confirm_transfer: 5,
    crediting.adjust: 4,
    vouchers.give_voucher: 5,
    vouchers.make_code: 1,
    vouchers.redeem: 3,
    vouchers.revoke_voucher: 1,
    vouchers.expire_vouchers: 0.3,
    paying.open_page: 6,
    paying.customer_pays: 6,
    paying.hear: 9,
    paying.cancel: 1,
    paying.refund: 2,
    paying.reconcile: 0.7,
    plans.prepare: 1.5,
    plans.confirm: 1.5,
    plans.act: 1,
    plans.renew: 0.5,
    plans.change: 0.5,
    plans.bill: 0.2,
    time.jump: 1,
}
_MAKERS, _ODDS = list(WEIGHTS), list(WEIGHTS.values())


def choose(world: Any) -> Operation | None:
    """The next operation; None where something happened that is none of billing's."""
    [make] = world.luck.choices(_MAKERS, _ODDS)
    return make(world)
