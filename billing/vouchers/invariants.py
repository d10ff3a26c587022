"""What must always hold of vouchers."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.vouchers.models import Redemption, Voucher, VoucherCode


def no_voucher_code_is_used_more_often_than_allowed(session: Session) -> Iterator[tuple[str, str]]:
    """Redemptions and what is left add up to the uses allowed, and nothing left is below zero."""
    redeemed = sa.func.count(Redemption.id)
    rows = session.execute(
        sa.select(VoucherCode, redeemed)
        .outerjoin(Redemption, Redemption.code_id == VoucherCode.id)
        .group_by(VoucherCode.id)
        .having(sa.or_(VoucherCode.uses_left < 0, VoucherCode.uses_left + redeemed != VoucherCode.uses))
    )
    for code, times in rows:
        yield code.number, f"redeemed {times} times, {code.uses_left} left of {code.uses}"


def every_redemption_gave_what_its_code_says(session: Session) -> Iterator[tuple[str, str]]:
    """To the account that redeemed it, in the code's amount and currency."""
    rows = session.execute(
        sa.select(Redemption, Voucher)
        .join(VoucherCode, VoucherCode.id == Redemption.code_id)
        .join(Voucher, Voucher.id == Redemption.voucher_id)
        .where(
            sa.or_(
                Voucher.account_id != Redemption.account_id,
                Voucher.amount != VoucherCode.amount,
                Voucher.currency != VoucherCode.currency,
            )
        )
    )
    for redemption, voucher in rows:
        yield voucher.number, f"not what redemption {redemption.id} of {redemption.account_id} was to give"


INVARIANTS = (no_voucher_code_is_used_more_often_than_allowed, every_redemption_gave_what_its_code_says)
