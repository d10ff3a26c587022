"""Counting enquiries and answers by SQL, in groups: no conversation is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from gateway.conversations.models import RatingRow
from gateway.deflection.models import AnswerRow, EnquiryRow
from gateway.deflection.noting import SILENCE
from gateway.deflection.schemas import By

WINDOWS = {"within_24_hours": timedelta(hours=24), "within_7_days": timedelta(days=7)}

Key = tuple[Any, ...]
Counts = dict[str, Any]


def outcome(at: datetime) -> sa.ColumnElement[str]:
    """What became of an enquiry, as of that instant: exactly one of seven, the first that holds.

    People come first, then what the customer said of it, then where it stopped. Thanks count only where an answer was
    the last word.
    """
    return sa.case(
        (EnquiryRow.last_at > at - SILENCE, "still_open"),
        (EnquiryRow.asked_people_at.is_not(None), "escalated"),
        (EnquiryRow.rated.is_(False), "rated_down"),
        (EnquiryRow.rated.is_(True), "confirmed"),
        (EnquiryRow.left == "form", "in_form"),
        (EnquiryRow.left.is_not(None), "after_unsure"),
        (EnquiryRow.thanked.is_(True), "confirmed"),
        else_="assumed",
    )


OUTCOMES = ("still_open", "escalated", "rated_down", "confirmed", "in_form", "after_unsure", "assumed")


def count(session: Session, since: date, until: date, by: Sequence[By], at: datetime) -> dict[Key, Counts]:
    """The counts of each group of the enquiries begun on those days (both inclusive), as of that instant."""
    counted: dict[Key, Counts] = {}
    for query in (_enquiries(since, until, by, at), _answers(since, until, by), _waits(since, until, by)):
        for row in session.execute(query).mappings():
            key = tuple(row[name] for name in by)
            counted.setdefault(key, {}).update({name: row[name] for name in row if name not in by})
    return counted


def _groups(by: Sequence[By]) -> list[sa.ColumnElement[Any]]:
    return [getattr(EnquiryRow, name).label(name) for name in by]


def _number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def _enquiries(since: date, until: date, by: Sequence[By], at: datetime) -> sa.Select[Any]:
    came_to = outcome(at)
    resolved = came_to.in_(("confirmed", "assumed"))
    columns = [_number(came_to == name).label(name) for name in OUTCOMES]
    for name, window in WINDOWS.items():
        old = sa.and_(resolved, EnquiryRow.last_at <= at - window)
        came_back = sa.and_(old, EnquiryRow.returned_after <= int(window.total_seconds()))
        young = sa.and_(resolved, EnquiryRow.last_at > at - window)
        columns += [
            _number(old).label(f"{name}_of"),
            _number(came_back).label(f"{name}_back"),
            _number(sa.or_(young, came_to == "still_open")).label(f"{name}_young"),
        ]
    query = sa.select(*_groups(by), sa.func.count(EnquiryRow.id).label("enquiries"), *columns)
    return (
        query.where(EnquiryRow.day.between(since, until)).group_by(*_groups(by))
        if by
        else query.where(EnquiryRow.day.between(since, until))
    )


def _answers(since: date, until: date, by: Sequence[By]) -> sa.Select[Any]:
    query = (
        sa.select(
            *_groups(by),
            sa.func.count(AnswerRow.turn_id).label("answers"),
            _number(AnswerRow.doubt.is_not(None)).label("unsure"),
            sa.func.count(RatingRow.turn_id).label("rated"),
            _number(RatingRow.helpful.is_(True)).label("helpful"),
        )
        .join(EnquiryRow, EnquiryRow.id == AnswerRow.enquiry_id)
        .outerjoin(RatingRow, RatingRow.turn_id == AnswerRow.turn_id)
        .where(EnquiryRow.day.between(since, until))
    )
    return query.group_by(*_groups(by)) if by else query


def _waits(since: date, until: date, by: Sequence[By]) -> sa.Select[Any]:
    """By nearest rank: the shortest time that so many of a hundred answers took at most."""
    groups = [getattr(EnquiryRow, name) for name in by]
    ranked = (
        sa.select(
            *_groups(by),
            AnswerRow.waited_ms.label("waited"),
            sa.func.row_number().over(partition_by=groups, order_by=AnswerRow.waited_ms).label("rank"),
            sa.func.count().over(partition_by=groups).label("all"),
        )
        .join(EnquiryRow, EnquiryRow.id == AnswerRow.enquiry_id)
        .where(EnquiryRow.day.between(since, until))
        .subquery()
    )
    percentiles = [
        sa.func.min(sa.case((ranked.c.rank * 100 >= ranked.c.all * percent, ranked.c.waited))).label(f"p{percent}")
        for percent in (50, 95)
    ]
    groups = [ranked.c[name] for name in by]
    query = sa.select(*groups, *percentiles)
    return query.group_by(*groups) if by else query
