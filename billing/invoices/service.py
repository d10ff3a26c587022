"""Invoices: one a plan period; the price up front, or the period's use after it. Rounded half up at the line.

What rounding adds or takes is posted to `rounding`, so that the ledger still sums to zero to the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.invoices.models import InvoiceLineRow, InvoiceRow
from billing.ledger import service as ledger
from billing.ledger.service import Posting
from billing.metering.models import UsageCharge, UsageEvent
from billing.money import QUANTITY_DECIMALS, Money
from billing.plans import service as plans
from billing.plans.models import Subscription
from billing.schemas import Invoice, InvoiceLine, PaymentStatus, Period

DUE_DAYS = timedelta(days=30)
DEPOSIT_SHARE = Decimal("0.3")


@dataclass(frozen=True, slots=True)
class _Line:
    text_key: str
    service: str | None
    quantity: int
    exact: Money


def issue(session: Session, row: Subscription, at: datetime) -> InvoiceRow:
    """The invoice of a plan's period, once: its price, or what it was used for when it is paid later.

    The caller owns the transaction and the account's lock.
    """
    before = session.scalar(sa.select(InvoiceRow).where(InvoiceRow.subscription_id == row.id))
    if before is not None:
        return before
    account = accounts.find(session, row.account_id)
    lines = _lines(session, row)
    rounded = [line.exact.rounded() for line in lines]
    total = Money.total(rounded, row.currency)
    day = at.astimezone(accounts.zone(account)).date()
    invoice = InvoiceRow(
        account_id=row.account_id,
        subscription_id=row.id,
        issued_on=day,
        due_on=day + DUE_DAYS,
        period_from=row.starts_at.astimezone(accounts.zone(account)).date(),
        period_to=plans.period_last_day(row, account),
        currency=row.currency,
        total=total.units,
        paid=0,
        created_at=at,
    )
    session.add(invoice)
    session.flush()
    for line, amount in zip(lines, rounded, strict=True):
        session.add(
            InvoiceLineRow(
                invoice_id=invoice.id,
                text_key=line.text_key,
                service=line.service,
                quantity=line.quantity,
                units=amount.units,
            )
        )
    _post(session, invoice, total, Money.total((line.exact for line in lines), row.currency), at)
    return invoice


def pay(session: Session, invoice: InvoiceRow, amount: Money, *, at: datetime, key: str) -> None:
    """Take a payment of an invoice, once per key; never more than is open."""
    posted = f"payment:{invoice.id}:{key}"
    if ledger.posted(session, posted) is not None:
        return
    amount = min(amount, Money(invoice.total - invoice.paid, invoice.currency))
    if not amount:
        return
    ledger.post_once(
        session,
        owner=invoice.account_id,
        key=posted,
        kind="payment",
        at=at,
        postings=[Posting("receivable", amount), Posting("clearing", -amount, "invoice")],
    )
    invoice.paid += amount.units


def payment_status(session: Session, row: Subscription) -> PaymentStatus:
    """Whether a plan's period is paid; a plan without an invoice yet is unpaid."""
    invoice = session.scalar(sa.select(InvoiceRow).where(InvoiceRow.subscription_id == row.id))
    return "unpaid" if invoice is None else _status(invoice)


def of_account(session: Session, account: AccountRow) -> list[Invoice]:
    """All invoices, newest first."""
    query = sa.select(InvoiceRow).where(InvoiceRow.account_id == account.id)
    return [_schema(session, row) for row in session.scalars(query.order_by(InvoiceRow.id.desc()))]


def _status(invoice: InvoiceRow) -> PaymentStatus:
    if invoice.paid >= invoice.total:
        return "paid"
    return "partly_paid" if invoice.paid else "unpaid"


def _lines(session: Session, row: Subscription) -> list[_Line]:
    if row.payment_option != "pay_later":
        return [_Line("plan_price", None, 10**QUANTITY_DECIMALS, Money(row.price, row.currency))]
    used = session.execute(
        sa.select(UsageEvent.service, sa.func.sum(UsageCharge.quantity), sa.func.sum(UsageCharge.units))
        .join(UsageEvent, UsageEvent.id == UsageCharge.usage_event_id)
        .where(
            UsageEvent.account_id == row.account_id,
            UsageEvent.at >= row.starts_at,
            UsageCharge.bucket == "plan",
            UsageCharge.ref == row.ref,
        )
        .group_by(UsageEvent.service)
        .order_by(UsageEvent.service)
    )
    return [_Line("usage", service, int(q), Money(int(units), row.currency)) for service, q, units in used]


def _post(session: Session, invoice: InvoiceRow, total: Money, exact: Money, at: datetime) -> None:
    postings = [
        Posting("receivable", -total),
        Posting("plan_revenue", exact),
        Posting("rounding", total - exact),
    ]
    postings = [posting for posting in postings if posting.amount]
    if postings:
        ledger.post_once(
            session, owner=invoice.account_id, key=f"invoice:{invoice.id}", kind="invoice", at=at, postings=postings
        )


def _schema(session: Session, row: InvoiceRow) -> Invoice:
    lines = session.scalars(
        sa.select(InvoiceLineRow).where(InvoiceLineRow.invoice_id == row.id).order_by(InvoiceLineRow.id)
    )
    return Invoice(
        number=row.number,
        issued_on=row.issued_on,
        due_on=row.due_on,
        period=Period.model_validate({"from": row.period_from, "to": row.period_to}),
        status=_status(row),
        total=Money(row.total, row.currency),
        paid=Money(row.paid, row.currency),
        lines=[
            InvoiceLine(
                text_key=line.text_key,
                service=line.service,
                quantity=Decimal(line.quantity).scaleb(-QUANTITY_DECIMALS),
                amount=Money(line.units, row.currency),
            )
            for line in lines
        ],
    )
