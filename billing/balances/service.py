"""What an account can still spend, and how many bot sessions that covers."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.catalogue import service as catalogues
from billing.ledger import service as ledger
from billing.metering.charging import used_of_plan
from billing.metering.service import SESSION
from billing.money import Money
from billing.plans import service as plans
from billing.schemas import AllowedSessions, Balance, VoucherCredit
from billing.vouchers import service as vouchers


def balance(session: Session, account: AccountRow, at: datetime) -> Balance:
    """Bucket by bucket: the plan in force, vouchers that are still good, top-up credit; beside them what is owed."""
    zone = accounts.zone(account)
    units = ledger.balances(session, account.id)

    def kept(kind: str, ref: str = "") -> Money:
        return Money(units.get((kind, ref), 0), account.currency)

    in_hand = [
        VoucherCredit(
            id=f"V-{voucher.id:06d}",
            remaining=left,
            expires_on=voucher.expires_at.astimezone(zone).date() if voucher.expires_at else None,
            services=voucher.services,
        )
        for voucher in vouchers.usable(session, account.id, at)
        if (left := kept("voucher", voucher.ref))
    ]
    row = plans.in_force(session, account.id, at)
    plan = kept("plan", row.ref) if row else Money.zero(account.currency)
    voucher_total = Money.total((credit.remaining for credit in in_hand), account.currency)
    top_up = kept("top_up")
    return Balance(
        currency=account.currency,
        available=plan + voucher_total + top_up,
        plan=plan,
        vouchers=in_hand,
        voucher_total=voucher_total,
        top_up=top_up,
        owed=-kept("owed"),
        pending_top_ups=_pending(session, account),
        as_of=at.astimezone(zone),
        position=ledger.position(session, account.id),
    )


def available(session: Session, account: AccountRow, at: datetime) -> tuple[Money, Money]:
    """All that can be spent at that instant, and what is owed: what `balance` says, in as few queries as can be.

    A bucket that holds nothing is not asked about.
    """
    units = ledger.balances(session, account.id)
    kinds = {kind for kind, _ in units}
    usable = [("top_up", "")]
    if "plan" in kinds and (row := plans.in_force(session, account.id, at)) is not None:
        usable.append(("plan", row.ref))
    if "voucher" in kinds:
        usable += [("voucher", voucher.ref) for voucher in vouchers.usable(session, account.id, at)]
    spendable = sum(units.get(bucket, 0) for bucket in usable)
    return Money(spendable, account.currency), Money(-units.get(("owed", ""), 0), account.currency)


def allowed_sessions(session: Session, account: AccountRow, at: datetime) -> AllowedSessions:
    """Whole bot sessions that the plan's quota and amount cover at its rate, and further credit at on-demand rates."""
    on_demand = catalogues.rate(catalogues.current(session), SESSION, account.currency)
    now = balance(session, account, at)
    from_plan = 0
    row = plans.in_force(session, account.id, at)
    if row is not None and plans.covers(row, SESSION):
        from_plan = _whole(now.plan, plans.plan_rate(row, SESSION, on_demand))
        if (quota := plans.quota(row, SESSION)) is not None:
            from_plan = min(from_plan, int(max(quota - used_of_plan(session, row, SESSION), Decimal(0))))
    in_scope = [credit.remaining for credit in now.vouchers if not credit.services or SESSION in credit.services]
    from_credit = _whole(Money.total(in_scope, account.currency) + now.top_up, on_demand)
    return AllowedSessions(
        sessions=from_plan + from_credit,
        from_plan=from_plan,
        from_credit=from_credit,
        rate=on_demand,
        available=now.available,
    )


def _pending(session: Session, account: AccountRow) -> Money:
    units = session.connection().execute(_pending_units(), {"account": account.id}).scalar()
    return Money(int(units or 0), account.currency)


@cache
def _pending_units() -> sa.Select[Any]:
    from billing.recharge.models import TopUp

    mine = TopUp.account_id == sa.bindparam("account"), TopUp.status == "pending"
    return sa.select(sa.func.sum(TopUp.amount)).where(*mine)


def _whole(money: Money, rate: Money) -> int:
    return int((money.amount / rate.amount).to_integral_value(ROUND_DOWN)) if rate else 0
