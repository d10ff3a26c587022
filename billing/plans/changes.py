"""Another plan, another period, or none: upgrade now; downgrade, renewal and cancellation at the period's end."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from billing.errors import NothingToUndo, PlanCancelled, PlanUnchanged
from billing.money import Money
from billing.plans import credit, periods, steps, terms
from billing.plans import service as plans
from billing.plans.models import Subscription
from billing.plans.steps import Asked, Step
from billing.schemas import Interval


def change(asked: Asked, plan: str, interval: Interval | None = None) -> Step:
    """Move to another plan: a larger one now, with the unused rest credited; a smaller one at the period's end.

    Larger: more credit a month, or as much for a longer period. After a plan ended, any plan begins now.

    Raises:
        PlanNotInForce, PlanPaused, PlanCancelled, PlanUnchanged, PlanAlreadyRenewed, PlanChangePending, PlanNotFound.
    """
    row = asked.latest()
    ended = plans.has_ended(row, asked.at)
    if not ended:  # one that late use uses up has ended, though in a pause
        asked.refuse_paused(row)
        if row.cancelled_at is not None:
            raise PlanCancelled(row.number)
    asked.refuse_followed(row)
    new = _like(asked, row, plan, interval or _interval(row), services=None)
    if (new.plan, new.interval) == (row.plan, row.interval):
        raise PlanUnchanged(plan)
    if ended or _size(new) > _size(row):
        return _now(asked, row, new, ended=ended)
    return _next(asked, "change", row, new)


def renew(asked: Asked) -> Step:
    """Agree the next period of the plan, on the catalogue's present terms: after this one, or now if it ended.

    Raises:
        PlanNotInForce, PlanCancelled, PlanAlreadyRenewed, PlanChangePending, PlanNotFound: it is not sold any more.
    """
    row = asked.latest()
    ended = plans.has_ended(row, asked.at)
    if row.cancelled_at is not None and not ended:
        raise PlanCancelled(row.number)
    asked.refuse_followed(row)
    new = _like(asked, row, row.plan, _interval(row), services=list(row.services))
    if not ended:
        return _next(asked, "renew", row, new)
    periods.place(new, asked.account, asked.at)

    def apply() -> Subscription:
        steps.begin(asked, new, row)
        steps.take_payment(asked, new)
        return new

    period = terms.of(asked.session, asked.account, new, asked.at)
    return Step(asked.terms("renew", row, now=True, on=asked.today, begins=period), row, apply)


def cancel(asked: Asked) -> Step:
    """End with the period: it is not renewed; what was agreed to come after it is taken back.

    Raises:
        PlanNotInForce, PlanCancelled: already.
    """
    row = asked.running()
    if row.cancelled_at is not None:
        raise PlanCancelled(row.number)
    later = asked.later()

    def apply() -> Subscription:
        row.cancelled_at = asked.at
        for period in later:
            plans.withdraw(asked.session, period, asked.at)
        return row

    last = periods.last_day(row, asked.account)
    told = asked.terms(
        "cancel",
        row,
        now=False,
        on=last + timedelta(days=1),
        ends_on=last,
        lost=asked.left(row),
        undoes=_kind(row, later[0]) if later else None,
    )
    return Step(told, row, apply)


def undo(asked: Asked) -> Step:
    """Take back what was agreed for the period's end: the cancellation, or the renewal or change agreed last.

    Raises:
        PlanNotInForce, NothingToUndo.
    """
    row = asked.latest()
    following = next(reversed(asked.later()), None)
    cancelled = row.cancelled_at is not None and not plans.has_ended(row, asked.at)
    if not cancelled and following is None:
        raise NothingToUndo(row.number)

    def apply() -> Subscription:
        if cancelled:
            row.cancelled_at = None
        elif following is not None:
            plans.withdraw(asked.session, following, asked.at)
        return row

    undone = "cancel" if following is None or cancelled else _kind(row, following)
    ends_on = periods.last_day(row, asked.account)
    return Step(asked.terms("undo", row, now=True, on=asked.today, ends_on=ends_on, undoes=undone), row, apply)


def _now(asked: Asked, row: Subscription, new: Subscription, *, ended: bool) -> Step:
    periods.place(new, asked.account, asked.at)
    zero = Money.zero(row.currency)
    credited = zero if ended else credit.worth(asked.session, asked.account, row, asked.at)

    def apply() -> Subscription:
        steps.begin(asked, new, row)
        if not ended:
            credit.post(asked.session, asked.account, row, new, asked.at)
        steps.take_payment(asked, new)
        return new

    period = terms.of(asked.session, asked.account, new, asked.at)
    told = asked.terms("change", row, now=True, on=asked.today, begins=period, credited=credited, lost=asked.left(row))
    return Step(told, row, apply)


def _next(asked: Asked, action: str, row: Subscription, new: Subscription) -> Step:
    periods.place_after(new, row, asked.account)

    def apply() -> Subscription:
        steps.begin(asked, new, row)
        return new

    period = terms.of(asked.session, asked.account, new, asked.at)
    lost = asked.left(row)
    return Step(asked.terms(action, row, now=False, on=period.starts_on, begins=period, lost=lost), row, apply)


def _like(
    asked: Asked, row: Subscription, plan: str, interval: Interval, *, services: list[str] | None
) -> Subscription:
    """A period paid for as this one is."""
    return plans.draft(
        asked.session,
        asked.account,
        plan,
        interval,
        at=asked.at,
        payment_option=row.payment_option,  # type: ignore[arg-type]
        payment_method=row.payment_method,  # type: ignore[arg-type]
        services=services,
    )


def _interval(row: Subscription) -> Interval:
    return "monthly" if row.interval == "monthly" else "yearly"


def _size(row: Subscription) -> tuple[Fraction, int]:
    months = periods.length(row.interval)
    return Fraction(row.amount, months), months


def _kind(row: Subscription, following: Subscription) -> str:
    return "renew" if (row.plan, row.interval) == (following.plan, following.interval) else "change"
