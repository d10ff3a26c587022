"""Pauses: intervals in which the period's clock stands still.

A period may be paused for `pause_days` (days of 24 hours) altogether, by the conditions of its plan; then it goes on by
itself, at that instant, whether or not anything was running.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from billing.plans.models import PlanPause, Subscription


def at(row: Subscription, moment: datetime) -> PlanPause | None:
    """The pause that holds an instant."""
    return next((pause for pause in row.pauses if pause.paused_at <= moment < pause.until), None)


def allowance(row: Subscription) -> timedelta:
    """How long this period may still be paused."""
    most = timedelta(days=int(row.terms.get("pause_days", 30)))
    return most - sum((pause.until - pause.paused_at for pause in row.pauses), timedelta())


def begin(session: Session, row: Subscription, moment: datetime) -> PlanPause:
    """Stop the clock, for as long as is left at most. The end is moved by that; resuming sooner moves it back."""
    pause = PlanPause(subscription_id=row.id, paused_at=moment, resumes_at=moment + allowance(row))
    row.pauses.append(pause)
    row.ends_at += pause.resumes_at - pause.paused_at
    session.flush()
    return pause


def stop(session: Session, row: Subscription, pause: PlanPause, moment: datetime) -> None:
    """Let the clock go on: the end stays moved by the time that was paused."""
    row.ends_at -= pause.resumes_at - moment
    pause.resumed_at = moment
    session.flush()


def end_if_resumed(row: Subscription, moment: datetime) -> datetime:
    """The period's end if a pause that goes on ended at this instant."""
    pause = at(row, moment)
    return row.ends_at if pause is None else row.ends_at - (pause.until - moment)
