"""Pausing and resuming, on terms."""

from __future__ import annotations

from datetime import timedelta

from billing.errors import PauseUsedUp, PlanNotPaused
from billing.plans import pauses, periods, steps
from billing.plans.models import Subscription
from billing.plans.steps import Asked, Step


def pause(asked: Asked) -> Step:
    """Stop the period's clock, for at most what its terms still allow.

    Raises:
        PlanNotInForce, PlanPaused: already; PauseUsedUp: all that the terms allow was used.
    """
    row = asked.running()
    asked.refuse_paused(row)
    allowed = pauses.allowance(row)
    if allowed <= timedelta():
        raise PauseUsedUp(days=int(row.terms.get("pause_days", 30)))

    def apply() -> Subscription:
        pauses.begin(asked.session, row, asked.at)
        steps.move_followers(asked, row)
        return row

    resumes_by = periods.day(asked.at + allowed, asked.account)
    told = asked.terms("pause", row, now=True, on=asked.today, pause_days_left=allowed.days, resumes_by=resumes_by)
    return Step(told, row, apply)


def resume(asked: Asked) -> Step:
    """Let the clock go on; the end stays moved by the time that was paused.

    Raises:
        PlanNotInForce, PlanNotPaused.
    """
    row = asked.running()
    pause = pauses.at(row, asked.at)
    if pause is None:
        raise PlanNotPaused(row.number)

    def apply() -> Subscription:
        pauses.stop(asked.session, row, pause, asked.at)
        steps.move_followers(asked, row)
        return row

    ends_at = pauses.end_if_resumed(row, asked.at)
    ends_on = periods.day(ends_at - timedelta(microseconds=1), asked.account)
    return Step(asked.terms("resume", row, now=True, on=asked.today, ends_on=ends_on), row, apply)
