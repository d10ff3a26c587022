"""What an account has now, as a wallet to charge the days to come to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from billing.accounts.models import AccountRow
from billing.ledger import service as ledger
from billing.metering.charging import used_of_plan
from billing.metering.funds import STEP
from billing.metering.wallet import CreditLeft, Wallet
from billing.plans import service as plans
from billing.vouchers import service as vouchers


def wallet(session: Session, account: AccountRow, at: datetime) -> Wallet:
    """Confirmed plans that are not over, vouchers by expiry, and the top-up credit."""
    confirmed = [row for row in plans.of_account(session, account.id) if row.confirmed_at is not None]
    rows = [row for row in confirmed if not plans.has_ended(row, at)]
    spare = [
        CreditLeft("voucher", v.ref, vouchers.remaining(session, v).units, tuple(v.services), v.expires_at)
        for v in vouchers.usable(session, account.id, at)
    ]
    top_up = ledger.balance(session, account.id, "top_up", account.currency)
    return Wallet(
        account.currency,
        rows,
        {row.ref: plans.remaining(session, row).units for row in rows},
        {
            (row.ref, service): int(used_of_plan(session, row, service) * STEP)
            for row in rows
            for service in row.terms["quotas"]
        },
        [*spare, CreditLeft("top_up", "", top_up.units)],
    )
