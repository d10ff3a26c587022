"""What the unused rest of a period is worth when a larger plan takes its place.

credited = price × min(D / T, P / 100), rounded to the coin, half up

D: the whole days left after today, T: the days of the period, both of the account's calendar; P: the whole percents of
the plan's amount that are left, rounded down. A plan is limited by time and by amount, so its rest is worth no more
than the smaller share of both. Whole days and percents keep the figure still while somebody reads it. The same
share of the plan's amount is posted out; what is left beyond it stays for use of before the change that becomes known
later. Nothing is credited where nothing was to be paid: with pay later.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

from sqlalchemy.orm import Session

from billing.accounts.models import AccountRow
from billing.invoices import service as invoices
from billing.ledger import service as ledger
from billing.ledger.service import Posting
from billing.money import Money
from billing.plans import periods
from billing.plans import service as plans
from billing.plans.models import Subscription


def share(session: Session, account: AccountRow, row: Subscription, at: datetime) -> Fraction:
    """The unused share of a period at that instant, between 0 and 1."""
    last = periods.day(row.ends_at - timedelta(microseconds=1), account)  # though it may have given way already
    days = max(0, (last - periods.day(at, account)).days)
    length = (last - periods.day(row.starts_at, account)).days + 1
    percent = plans.remaining(session, row).units * 100 // row.amount if row.amount else 100
    return min(Fraction(days, length), Fraction(percent, 100))


def worth(session: Session, account: AccountRow, row: Subscription, at: datetime) -> Money:
    """What that share of the price is, to the coin."""
    if row.payment_option == "pay_later":
        return Money.zero(row.currency)
    exact = row.price * share(session, account, row, at)
    return Money(exact.numerator // exact.denominator, row.currency).rounded()


def post(session: Session, account: AccountRow, old: Subscription, new: Subscription, at: datetime) -> Money:
    """Credit the unused rest once: to what is open of the old period's invoice, of the new one's, then to top-up.

    Postings: `plan_revenue` falls by the whole; `receivable` and `top_up` rise by the parts. Each sums to zero.
    """
    if old.payment_option != "pay_later":
        invoices.issue(session, old, at)  # where no run of due billing came by since it began
    credited = worth(session, account, old, at)
    part = old.amount * share(session, account, old, at)
    left = credited
    for row in (old, new):
        invoice = invoices.of_period(session, row)
        if invoice is not None:
            left -= invoices.credit(session, invoice, left, at=at, key=f"rest:{old.id}")
    if credited:  # else all of the plan's amount stays for use that becomes known later
        ledger.post_once(
            session,
            owner=account.id,
            key=f"plan:{old.id}:rest",
            kind="plan",
            at=at,
            postings=[
                Posting("plan_revenue", -credited),
                *(
                    Posting(kind, amount)
                    for kind, amount in (("plan_credit", credited - left), ("top_up", left))
                    if amount
                ),
            ],
        )
        plans.take_back(session, old, Money(part.numerator // part.denominator, old.currency), at)
    return credited
