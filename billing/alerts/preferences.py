"""What an account wants to be told: the threshold of a low balance, and an address for e-mail."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

from email_validator import EmailNotValidError, validate_email
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.alerts import service as alerts
from billing.alerts.models import AlertWatch
from billing.alerts.schemas import AlertSettings
from billing.errors import AmountInvalid, AmountTooFine, EmailInvalid
from billing.money import Money, minor_digits


def read(session: Session, account: AccountRow, watch: AlertWatch | None) -> AlertSettings:
    """What holds now; `watch` None: nothing was set yet."""
    return AlertSettings(
        low_balance=alerts.threshold(session, account, watch),
        is_default=watch is None or watch.low_balance is None,
        email=watch.email if watch else None,
    )


def change(
    session: Session,
    account_id: str,
    *,
    low_balance: Decimal | None,
    email: str | None,
    at: datetime,
    channels: Collection[str],
) -> tuple[AlertSettings, AlertSettings]:
    """Set both, and give what held before and what holds now.

    What happened until `at` is judged by the old threshold, what comes by the new one, which may cross at once.

    Raises:
        AccountNotFound, AmountInvalid, AmountTooFine, EmailInvalid: nothing was written.
    """
    account = accounts.lock(session, account_id)
    units, address = _units(low_balance, account.currency), _address(email)
    alerts.check(session, account_id, at, channels)
    watch = alerts.watch_of(session, account)
    before = read(session, account, watch)
    watch.low_balance, watch.email = units, address
    alerts.check(session, account_id, at, channels)
    return before, read(session, account, watch)


def _units(amount: Decimal | None, currency: str) -> int | None:
    if amount is None:
        return None
    money = Money.of(amount, currency)
    if money.units < 0:
        raise AmountInvalid(str(amount))
    if not money.is_payable():
        raise AmountTooFine(currency=currency, decimals=minor_digits(currency))
    return money.units


def _address(email: str | None) -> str | None:
    if email is None:
        return None
    try:
        return validate_email(email.strip(), check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise EmailInvalid(str(error)) from error
