"""Top-ups: their limits and terms, made once per key, transfers confirmed once."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.balances import service as balances
from billing.catalogue import service as catalogues
from billing.db import Instant
from billing.errors import (
    AmountInvalid,
    AmountNotPositive,
    AmountTooFine,
    AmountTooLarge,
    AmountTooSmall,
    CurrencyMismatch,
    RechargeKeyReused,
    TransferNotFound,
    TransferSettled,
)
from billing.ledger import fingerprints
from billing.ledger import service as ledger
from billing.ledger.service import Posting
from billing.money import Money, minor_digits
from billing.payments import cards
from billing.payments import service as payments
from billing.payments.models import SavedCardRow
from billing.payments.providers.base import Provider
from billing.payments.providers.ways import Ways, ways_of
from billing.recharge import receipts
from billing.recharge.models import TopUp
from billing.schemas import Method, Payment, Receipt, TopUpLimits, TopUpTerms


def limits(session: Session, account: AccountRow) -> TopUpLimits:
    """The smallest and largest top-up, and the ways to pay."""
    bounds = catalogues.current(session).top_up
    return TopUpLimits(
        minimum=Money.of(bounds.minimum[account.currency], account.currency),
        maximum=Money.of(bounds.maximum[account.currency], account.currency),
        methods=ways_of(session).methods,
    )


def terms(
    session: Session, account: AccountRow, amount: Decimal, currency: str | None, method: str, at: datetime
) -> TopUpTerms:
    """The exact terms of a top-up; no currency named: the account's. What is owed is paid first.

    Where the account has a saved card, they name it.

    Raises:
        CurrencyMismatch, AmountInvalid, AmountNotPositive, AmountTooFine, AmountTooSmall, AmountTooLarge,
        PaymentMethodUnknown.
    """
    allowed = limits(session, account)
    money, provider = _agreed(account, amount, currency, method, allowed, ways_of(session))
    saved = provider.settles == "after_payment" and method == "card"
    card = cards.default(session, account.id, at) if saved else None
    owed = -ledger.balance(session, account.id, "owed", account.currency)
    return TopUpTerms(
        amount=money,
        pays_owed=min(owed, money),
        method=cast(Method, method),
        provider=provider.name,
        minimum=allowed.minimum,
        maximum=allowed.maximum,
        settles=provider.settles,
        card=cards.schema(card) if card else None,
    )


def _agreed(
    account: AccountRow, amount: Decimal, currency: str | None, method: str, allowed: TopUpLimits, ways: Ways
) -> tuple[Money, Provider]:
    if currency is not None and currency != account.currency:
        raise CurrencyMismatch(account.currency, currency)
    return _bounded(amount, allowed), ways.provider_of(method)


def _bounded(amount: Decimal, allowed: TopUpLimits) -> Money:
    currency = allowed.minimum.currency
    if not amount.is_finite():
        raise AmountInvalid(str(amount))
    if amount <= 0:
        raise AmountNotPositive
    if amount > allowed.maximum.amount:  # before anything is scaled: 1e400 is no amount
        raise AmountTooLarge(maximum=allowed.maximum)
    digits = minor_digits(currency)
    if amount != round(amount, digits):
        raise AmountTooFine(currency=currency, decimals=digits)
    money = Money.of(amount, currency)
    if money < allowed.minimum:
        raise AmountTooSmall(minimum=allowed.minimum)
    return money


def recharge(
    session: Session,
    account_id: str,
    *,
    amount: Decimal,
    currency: str | None,
    method: str,
    key: str,
    at: datetime,
    card: str | None = None,
) -> Receipt:
    """Top up once per key; a repeat gets the first receipt.

    `card`: the saved card of the terms, which is charged once this is committed. The caller owns the transaction:
    nothing here commits.

    Raises:
        AccountNotFound and what `terms` raises; CardNotFound: nothing was written.
        PaymentDeclined: the provider said no; nothing was written.
        RechargeKeyReused: the key was spent on other terms.
    """
    account = accounts.lock(session, account_id)
    before = session.scalar(_OF_KEY, {"key": key})
    if before is not None:  # before any limit: a repeat gets its receipt whatever has changed since
        given = (account_id, currency or account.currency, amount, method)
        agreed = Money(before.agreed, before.currency).amount
        if (before.account_id, before.currency, agreed, before.method) != given:
            raise RechargeKeyReused(key)
        return _told(session, before, account)
    money, provider = _agreed(account, amount, currency, method, limits(session, account), ways_of(session))
    charged = cards.find(session, account_id, card) if card is not None and method == "card" else None
    status = provider.pay(money)
    row = _written(
        session,
        account_id=account_id,
        key=key,
        currency=account.currency,
        amount=money.units,
        method=method,
        provider=provider.name,
        status=status,
        created_at=at,
        **_outcome(session, account, money.units, at, came=status == "completed"),
    )
    if status == "completed":
        _credit(session, row, at)
    if provider.settles == "after_payment":
        _ask_for(session, row, charged, at)
    return _told(session, row, account)


def _ask_for(session: Session, row: TopUp, card: SavedCardRow | None, at: datetime) -> None:
    payments.ask(
        session,
        account_id=row.account_id,
        purpose="top_up",
        subject_id=row.id,
        subject=row.number,
        amount=Money(row.amount, row.currency),
        method=row.method,
        provider=row.provider,
        card_id=card.id if card is not None else None,
        key=f"top_up:{row.id}",
        at=at,
    )


def complete(session: Session, row: TopUp, came: Money, at: datetime) -> None:
    """Credit what came of a top-up whose money did not come before, also of one that was given up.

    What came is credited whatever was asked for, and whatever the limits. The caller holds the account's lock.
    """
    account = accounts.find(session, row.account_id)
    if came.units != row.amount:
        row.asked, row.amount = row.amount, came.units
    row.receipt = session.scalar(_NEXT_RECEIPT, {"account_id": account.id})
    for name, value in _outcome(session, account, row.amount, at, came=True).items():
        setattr(row, name, value)
    row.status = "completed"
    _credit(session, row, at)


def receive(
    session: Session, account: AccountRow, came: Money, *, method: Method, provider: str, key: str, at: datetime
) -> TopUp:
    """Credit money that came and was not asked for, as a top-up of its own. No limits apply.

    The caller holds the account's lock and knows that the key was not spent.
    """
    row = _written(
        session,
        account_id=account.id,
        key=key,
        currency=account.currency,
        amount=came.units,
        method=method,
        provider=provider,
        status="completed",
        created_at=at,
        **_outcome(session, account, came.units, at, came=True),
    )
    _credit(session, row, at)
    return row


def _outcome(session: Session, account: AccountRow, units: int, at: datetime, *, came: bool) -> dict[str, Any]:
    """What becomes of an amount: what is owed is paid first, once the money came."""
    available, owed = balances.available(session, account, at)
    if not came:
        return {"completed_at": None, "pays_owed": 0, "balance_after": available.units}
    pays_owed = min(owed.units, units)
    return {"completed_at": at, "pays_owed": pays_owed, "balance_after": available.units + units - pays_owed}


def _written(session: Session, **values: Any) -> TopUp:
    """The new row, not one of the session's: of all that a top-up costs, its bookkeeping was a quarter."""
    number, receipt_number = session.execute(_INSERT, values).one()
    return TopUp(id=number, receipt=receipt_number, **values)


_TOP_UP: Any = TopUp.__table__
_NEXT_RECEIPT = sa.select(sa.func.coalesce(sa.func.max(_TOP_UP.c.receipt), 0) + 1).where(
    _TOP_UP.c.account_id == sa.bindparam("account_id")
)
_WRITTEN = ("account_id", "key", "currency", "amount", "method", "provider", "status", "pays_owed", "balance_after")
_INSERT = (
    sa.insert(_TOP_UP)
    .values(
        {name: sa.bindparam(name, type_=_TOP_UP.c[name].type) for name in (*_WRITTEN, "created_at", "completed_at")}
    )
    .values(
        receipt=sa.case((sa.bindparam("completed_at", type_=Instant).is_not(None), _NEXT_RECEIPT.scalar_subquery()))
    )
    .returning(_TOP_UP.c.id, _TOP_UP.c.receipt)
)
_OF_KEY = sa.select(TopUp).where(TopUp.key == sa.bindparam("key"))


def confirm_transfer(session: Session, transfer_id: str, at: datetime) -> Receipt:
    """Credit a transfer that is waited for, or was given up: the money came. Once; a repeat gets the first receipt.

    Raises:
        TransferNotFound: no transfer has that id.
    """
    row = transfer(session, transfer_id)
    account = accounts.find(session, row.account_id)
    if row.completed_at is None:
        complete(session, row, Money(row.amount, row.currency), at)
    return receipt(row, account)


def cancel_transfer(session: Session, transfer_id: str) -> TopUp:
    """Wait no longer for a transfer; a repeat changes nothing. Money that comes nevertheless is credited.

    Raises:
        TransferNotFound: no transfer has that id.
        TransferSettled: its money came.
    """
    row = transfer(session, transfer_id)
    if row.completed_at is not None:
        raise TransferSettled(transfer_id)
    row.status = "cancelled"
    return row


def transfer_status(session: Session, transfer_id: str) -> str:
    """`pending`, `completed` or `cancelled`, held until the transaction ends.

    Raises:
        TransferNotFound: no transfer has that id.
    """
    return transfer(session, transfer_id).status


def transfer(session: Session, transfer_id: str) -> TopUp:
    """The transfer as it is under its account's lock.

    Raises:
        TransferNotFound: no transfer has that id or reference.
    """
    row = session.get(TopUp, _row_id(transfer_id))
    if row is None or row.provider != "bank_transfer":
        raise TransferNotFound(transfer_id)
    accounts.lock(session, row.account_id)
    session.refresh(row)
    return row


def of_key(session: Session, account: AccountRow, key: str) -> Receipt | None:
    """The receipt of the account's top-up under the key."""
    row = session.scalar(_OF_KEY.where(TopUp.account_id == account.id), {"key": key})
    return _told(session, row, account) if row else None


def pending(session: Session, account_id: str | None = None) -> list[TopUp]:
    """Transfers that are waited for."""
    waits = (TopUp.status == "pending", TopUp.provider == "bank_transfer")
    query = sa.select(TopUp).where(*waits).order_by(TopUp.id)
    return list(session.scalars(query if account_id is None else query.where(TopUp.account_id == account_id)))


def _told(session: Session, row: TopUp, account: AccountRow) -> Receipt:
    asked = payments.of_subject(session, "top_up", row.id)
    return receipt(row, account, payments.schema(session, asked) if asked else None)


def receipt(row: TopUp, account: AccountRow, payment: Payment | None = None) -> Receipt:
    """What the customer gets."""
    return Receipt.model_validate(
        {
            "id": row.number,
            "number": row.receipt_number,
            "status": row.status,
            "amount": Money(row.amount, row.currency),
            "asked": None if row.asked is None else Money(row.asked, row.currency),
            "pays_owed": Money(row.pays_owed, row.currency),
            "method": row.method,
            "provider": row.provider,
            "reference": row.reference,
            "balance": Money(row.balance_after, row.currency),
            "signed": row.number if row.completed_at else None,
            "at": (row.completed_at or row.created_at).astimezone(accounts.zone(account)),
            "payment": payment,
        }
    )


def _credit(session: Session, row: TopUp, at: datetime) -> None:
    parts = (
        ("owed", row.pays_owed, ""),
        ("top_up", row.amount - row.pays_owed, ""),
        ("clearing", -row.amount, row.provider),
    )
    postings = [Posting(kind, Money(units, row.currency), ref) for kind, units, ref in parts if units]
    key = f"top_up:{row.id}"
    posted = ledger.post_once(session, owner=row.account_id, key=key, kind="top_up", at=at, postings=postings)
    digest = fingerprints.of_posted(posted.id, owner=row.account_id, key=key, kind="top_up", at=at, postings=postings)
    receipts.issue(session, row, {posted.id: digest}, at)


def _row_id(transfer_id: str) -> int:
    digits = transfer_id.strip().upper().removeprefix("T-").removeprefix("BA")
    return int(digits) if digits.isdecimal() and len(digits) < 18 else 0
