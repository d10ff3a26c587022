"""Finding the charges that a customer means by a period, a service or an amount."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from billing.accounts.models import AccountRow
from billing.credit_history import service as credit_history
from billing.invoices import service as invoices
from billing.money import Money
from billing.schemas import Charge, Period

_LOOKED_AT = 100
"""Entries of the credit history, the newest: wrong charges are noticed soon."""


def charges(
    session: Session,
    account: AccountRow,
    now: datetime,
    *,
    period: Period | None,
    service: str | None,
    amount: Decimal | None,
    limit: int,
) -> list[Charge]:
    """The newest charges that fit what was named; where nothing fits all of it, those that fit the most of it."""
    tests: list[Callable[[Charge], bool]] = []
    if period is not None:
        tests.append(lambda charge: period.from_ <= charge.on <= period.to)
    if service is not None:
        tests.append(lambda charge: charge.service == service)
    if amount is not None:
        wanted = Money.of(amount, account.currency)
        tests.append(lambda charge: charge.amount.rounded() == wanted)
    found = sorted(_all(session, account, now), key=lambda charge: (charge.on, charge.id), reverse=True)
    fits = {charge.id: sum(test(charge) for test in tests) for charge in found}
    most = max(fits.values(), default=0)
    return [charge for charge in found if fits[charge.id] == most][:limit]


def _all(session: Session, account: AccountRow, now: datetime) -> Iterator[Charge]:
    history = credit_history.page(session, account, limit=_LOOKED_AT, cursor=None)
    for entry in history.entries:
        if entry.amount.units < 0 and entry.kind in {"usage", "plan"}:
            yield Charge(id=entry.id, kind=entry.kind, on=entry.at.date(), service=entry.service, amount=-entry.amount)
    for invoice in invoices.of_account(session, account, now):
        for number, line in enumerate(invoice.lines, start=1):
            if line.amount.units > 0:
                yield Charge(
                    id=f"{invoice.number}/{number}",
                    kind="invoice",
                    on=invoice.issued_on,
                    service=line.service,
                    amount=line.amount,
                )
