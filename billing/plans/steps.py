"""What all that is done to a plan shares: terms to be confirmed first, and how a period begins, gives way or moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts.models import AccountRow
from billing.balances import service as balances
from billing.catalogue import service as catalogues
from billing.errors import PlanAlreadyRenewed, PlanChangePending, PlanNotInForce, PlanPaused
from billing.invoices import service as invoices
from billing.invoices.collection import collect
from billing.money import Money
from billing.plans import pauses, periods
from billing.plans import service as plans
from billing.plans.models import Subscription
from billing.plans.schemas import PlanActionTerms


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do to a plan: the terms that it is done on, the period it starts from, and the doing.

    Making a step writes nothing. `apply` gives the period that it is about afterwards.
    """

    terms: PlanActionTerms
    row: Subscription
    apply: Callable[[], Subscription]


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose plan, and when."""

    session: Session
    account: AccountRow
    at: datetime

    @property
    def today(self) -> date:
        """The account's."""
        return periods.day(self.at, self.account)

    def latest(self) -> Subscription:
        """The period that began last.

        Raises:
            PlanNotInForce: none began yet.
        """
        row = plans.latest(self.session, self.account.id, self.at)
        if row is None:
            raise PlanNotInForce(self.account.id)
        return row

    def running(self) -> Subscription:
        """The period that goes on, paused or not.

        Raises:
            PlanNotInForce: none does.
        """
        row = self.latest()
        if plans.has_ended(row, self.at):
            raise PlanNotInForce(self.account.id)
        return row

    def later(self) -> list[Subscription]:
        """The periods that are agreed and still to begin, in their order."""
        rows = plans.of_account(self.session, self.account.id)
        return [row for row in rows if row.confirmed_at is not None and row.starts_at > self.at]

    def refuse_paused(self, row: Subscription) -> None:
        """Raises PlanPaused: the plan is paused."""
        if pause := pauses.at(row, self.at):
            raise PlanPaused(until=periods.day(pause.until, self.account))

    def refuse_followed(self, row: Subscription) -> None:
        """Raises PlanAlreadyRenewed, PlanChangePending: the next period is agreed."""
        for later in self.later():
            same = (later.plan, later.interval) == (row.plan, row.interval)
            kind = PlanAlreadyRenewed if same else PlanChangePending
            raise kind(starts_on=periods.day(later.starts_at, self.account))

    def terms(self, action: str, row: Subscription, *, now: bool, on: date, **more: Any) -> PlanActionTerms:
        """Terms about a period, with what is lost and kept as of now."""
        _, sold = catalogues.version(self.session, row.catalogue_version)
        left = balances.balance(self.session, self.account, self.at)
        return PlanActionTerms.model_validate(
            {
                "action": action,
                "number": row.number,
                "plan": row.plan,
                "names": dict(catalogues.plan(sold, row.plan).names),
                "interval": row.interval,
                "effective": "now" if now else "period_end",
                "effective_on": on,
                "kept": left.voucher_total + left.top_up,
                **more,
            }
        )

    def left(self, row: Subscription) -> Money:
        """What can still be charged to a period; nothing once it ended."""
        ended = plans.has_ended(row, self.at)
        return Money.zero(row.currency) if ended else plans.remaining(self.session, row)


def begin(asked: Asked, row: Subscription, before: Subscription | None) -> None:
    """Confirm a period that was placed; invoice it when it begins now and is paid upfront. `before` gives way."""
    session, at = asked.session, asked.at
    if before is not None and row.starts_at <= at:
        give_way(before, at)
    row.follows_id = before.id if before is not None else None
    session.add(row)
    session.flush()
    plans.activate(session, row, at)
    if row.starts_at <= at and row.payment_option != "pay_later":
        invoices.issue(session, row, at)


def take_payment(asked: Asked, row: Subscription) -> None:
    """Take what is due now by the way to pay. Raises PaymentDeclined."""
    invoice = invoices.of_period(asked.session, row)
    if invoice is not None:
        collect(asked.session, row, invoice, asked.at)


def give_way(row: Subscription, at: datetime) -> None:
    """End a period now, when it would go on: another takes its place."""
    if periods.end(row) > at:
        row.ended_at = at


def move_followers(asked: Asked, row: Subscription) -> None:
    """After the end of a period moved: what comes after it moves along, and what it would overlap makes room.

    A period with a day of its own never begins before that.
    """
    for found in asked.later():
        if found.follows_id == row.id:
            periods.place_after(found, row, asked.account)
        elif found.starts_at < row.ends_at:
            periods.place(found, asked.account, row.ends_at)
        if (agreed := periods.agreed_day(found)) is not None and found.starts_at < agreed:
            periods.place(found, asked.account, agreed)
        row = found
    asked.session.flush()


def copy(row: Subscription) -> Subscription:
    """A period like it that is kept nowhere, to work out terms on."""
    return Subscription(**{column.key: getattr(row, column.key) for column in sa.inspect(Subscription).column_attrs})
