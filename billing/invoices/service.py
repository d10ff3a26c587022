"""Invoices: one a plan period; the price up front, or the period's use after it. Rounded half up at the line.

What rounding adds or takes is posted to `rounding`, so that the ledger still sums to zero to the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.errors import InvoiceNotFound
from billing.invoices import credit_notes
from billing.invoices.models import InvoiceLineRow, InvoiceRow
from billing.ledger import service as ledger
from billing.ledger.service import Posting
from billing.metering.models import UsageDay
from billing.money import QUANTITY_DECIMALS, Money
from billing.plans import periods
from billing.plans.models import Subscription
from billing.schemas import Invoice, InvoiceLine, PaymentStatus, Period

_DUE_DAYS, _DEPOSIT_DUE_DAYS = 30, 10
_DEPOSIT_SHARE = "0.3"
"""The conditions of periods confirmed before plans had conditions of their own."""


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
    day = periods.day(at, account)
    due_on, deposit_due_on = due_days(row, day)
    invoice = InvoiceRow(
        account_id=row.account_id,
        subscription_id=row.id,
        issued_on=day,
        due_on=due_on,
        deposit_due_on=deposit_due_on,
        period_from=periods.day(row.starts_at, account),
        period_to=periods.last_day(row, account),
        currency=row.currency,
        total=total.units,
        deposit=deposit(row).units,
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


def pay(
    session: Session, invoice: InvoiceRow, amount: Money, *, at: datetime, key: str, source: str = "invoice"
) -> Money:
    """Take a payment of an invoice, once per key; never more than is open, however many pay at once. What was taken.

    `source`: by which way it came, whose clearing account is posted to.
    """
    return _take(session, invoice, amount, Posting("clearing", -amount, source), kind="payment", at=at, key=key)


def credit(session: Session, invoice: InvoiceRow, amount: Money, *, at: datetime, key: str) -> Money:
    """Pay an invoice with what a plan's unused rest is worth, once per key; how much of it was open."""
    return _take(session, invoice, amount, Posting("plan_credit", -amount), kind="plan", at=at, key=key)


def _take(
    session: Session, invoice: InvoiceRow, amount: Money, source: Posting, *, kind: str, at: datetime, key: str
) -> Money:
    accounts.lock(session, invoice.account_id)
    session.refresh(invoice)
    posted, amount = f"payment:{invoice.id}:{key}", min(amount, open_amount(invoice))
    if not amount or ledger.posted(session, posted) is not None:
        return Money.zero(invoice.currency)
    ledger.post_once(
        session,
        owner=invoice.account_id,
        key=posted,
        kind=kind,
        at=at,
        postings=[Posting("receivable", amount), Posting(source.kind, -amount, source.ref)],
    )
    invoice.paid += amount.units
    return amount


def open_amount(invoice: InvoiceRow) -> Money:
    """What is still to be paid."""
    return Money(max(0, invoice.open_units), invoice.currency)


def deposit(row: Subscription) -> Money:
    """What a period asks for at its start already: a share of the price with partial upfront, else nothing."""
    if row.payment_option != "partial_upfront":
        return Money.zero(row.currency)
    share = Decimal(row.terms.get("deposit_share", _DEPOSIT_SHARE))
    return Money(row.price, row.currency).times(share).rounded()


def due_days(row: Subscription, issued_on: date) -> tuple[date, date | None]:
    """When the whole of an invoice issued that day is due, and when its deposit, if there is one."""
    due_on = issued_on + timedelta(days=row.terms.get("due_days", _DUE_DAYS))
    if row.payment_option != "partial_upfront":
        return due_on, None
    return due_on, min(due_on, issued_on + timedelta(days=row.terms.get("deposit_due_days", _DEPOSIT_DUE_DAYS)))


def of_period(session: Session, row: Subscription) -> InvoiceRow | None:
    """The invoice of a plan's period, when it was issued."""
    return session.scalar(sa.select(InvoiceRow).where(InvoiceRow.subscription_id == row.id))


def payment_status(session: Session, row: Subscription, today: date) -> PaymentStatus:
    """Whether a plan's period is paid; a plan without an invoice yet is unpaid."""
    invoice = of_period(session, row)
    return "unpaid" if invoice is None else status(invoice, today)


def find(session: Session, account_id: str | None, number: str) -> InvoiceRow:
    """The invoice of that number, if it is the account's; any account's for None.

    Raises:
        InvoiceNotFound.
    """
    row = session.scalar(sa.select(InvoiceRow).where(InvoiceRow.number == number.strip().upper()))
    if row is None or account_id not in (None, row.account_id):
        raise InvoiceNotFound(number)
    return row


def everyone(session: Session, at: datetime, limit: int = 100) -> list[Invoice]:
    """Everybody's, newest first."""
    query = sa.select(InvoiceRow).order_by(InvoiceRow.id.desc()).limit(limit)
    return [schema(session, row, at) for row in session.scalars(query)]


def _today(session: Session, row: InvoiceRow, at: datetime) -> date:
    return periods.day(at, accounts.find(session, row.account_id))


def of_account(session: Session, account: AccountRow, at: datetime) -> list[Invoice]:
    """All invoices as of that instant, newest first."""
    query = sa.select(InvoiceRow).where(InvoiceRow.account_id == account.id)
    return [schema(session, row, at) for row in session.scalars(query.order_by(InvoiceRow.id.desc()))]


def status(invoice: InvoiceRow, today: date) -> PaymentStatus:
    """`overdue` once the day has passed on which the deposit or the whole was due. It never stops any use."""
    if invoice.open_units <= 0:
        return "paid"
    asked_for = invoice.deposit_due_on is not None and today > invoice.deposit_due_on and invoice.paid < invoice.deposit
    if asked_for or today > invoice.due_on:
        return "overdue"
    return "partly_paid" if invoice.paid else "unpaid"


def _lines(session: Session, row: Subscription) -> list[_Line]:
    if row.payment_option != "pay_later":
        return [_Line("plan_price", None, 10**QUANTITY_DECIMALS, Money(row.price, row.currency))]
    return [_Line("usage", service, quantity, amount) for service, quantity, amount in used_by(session, row)]


def used_by(session: Session, row: Subscription) -> list[tuple[str, int, Money]]:
    """What a period paid for: service, thousandths of its unit, exact amount."""
    used = session.execute(
        sa.select(UsageDay.service, sa.func.sum(UsageDay.quantity), sa.func.sum(UsageDay.units))
        .where(
            UsageDay.account_id == row.account_id,
            UsageDay.day >= periods.day(row.starts_at, accounts.find(session, row.account_id)),
            UsageDay.bucket == "plan",
            UsageDay.ref == row.ref,
        )
        .group_by(UsageDay.service)
        .order_by(UsageDay.service)
    )
    return [(service, int(quantity), Money(int(units), row.currency)) for service, quantity, units in used]


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


def schema(session: Session, row: InvoiceRow, at: datetime) -> Invoice:
    """As it crosses the door, at that instant."""
    lines = session.scalars(
        sa.select(InvoiceLineRow).where(InvoiceLineRow.invoice_id == row.id).order_by(InvoiceLineRow.id)
    )
    return Invoice(
        number=row.number,
        issued_on=row.issued_on,
        due_on=row.due_on,
        period=Period.model_validate({"from": row.period_from, "to": row.period_to}),
        status=status(row, _today(session, row, at)),
        total=Money(row.total, row.currency),
        paid=Money(row.paid, row.currency),
        credited=Money(row.credited, row.currency),
        due=Money(row.open_units, row.currency),
        credit_notes=credit_notes.numbers_of(session, row),
        deposit=Money(row.deposit, row.currency) if row.deposit else None,
        deposit_due_on=row.deposit_due_on,
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
