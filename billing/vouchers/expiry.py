"""What is left of expired vouchers is posted out of the ledger.

Balances do not wait for it: `service.usable` judges by the instant asked, so an expired voucher is worth nothing from
its expiry on, whether or not this ran. It may run late, twice, or in several processes at once.

Use that is told late is charged as of its own time, up to 34 days back. A voucher that was still good then pays for
it, as it would have done had the use been told at once. So a remainder is posted out only when no such use can come
any more, `SETTLED_AFTER` the expiry; it is posted as of the expiry, and that is where the credit history shows it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.ledger.models import LedgerAccount
from billing.vouchers import service as vouchers
from billing.vouchers.models import Voucher

SETTLED_AFTER = timedelta(days=34)
"""How far back use may still be told."""


def due(session: Session, at: datetime) -> list[int]:
    """Ids of vouchers whose expiry is settled at that instant and of which something is left."""
    query = (
        sa.select(Voucher.id)
        .join(
            LedgerAccount,
            (LedgerAccount.owner == Voucher.account_id)
            & (LedgerAccount.kind == "voucher")
            & (LedgerAccount.ref == sa.cast(Voucher.id, sa.String)),
        )
        .where(Voucher.expires_at <= at - SETTLED_AFTER, LedgerAccount.balance > 0)
        .order_by(Voucher.id)
    )
    return list(session.scalars(query))


def expire(session: Session, voucher_id: int) -> bool:
    """Post out what is left of the voucher, as of its expiry; False where another did it before."""
    voucher = session.get_one(Voucher, voucher_id)
    assert voucher.expires_at is not None
    accounts.lock(session, voucher.account_id)
    key = f"voucher_expired:{voucher.id}"
    return bool(vouchers.post_out(session, voucher, key=key, kind="voucher_expired", at=voucher.expires_at))
