"""The report of what became of enquiries."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from billing.api import Billing
from gateway.deflection import counting
from gateway.deflection.noting import SILENCE
from gateway.deflection.schemas import By, DeflectionReport, DeflectionRow, Outcomes, Returns, Share
from gateway.deflection.settling import settle
from gateway.errors import Problem

LONGEST = 400
"""Days of a report."""
_ORDER: tuple[By, ...] = ("day", "topic", "language")
_Z = 1.959963984540054
"""Of a 95 % interval."""


class Deflection:
    """Every method blocks: call it off the event loop."""

    def __init__(self, billing: Billing) -> None:
        self._billing, self._database = billing, billing.database

    def report(self, since: date, until: date, by: Sequence[By] = ()) -> DeflectionReport:
        """What became of the enquiries begun on those days (UTC, both inclusive), in groups and altogether.

        Raises:
            Problem: 422 `period_invalid`, the days are the wrong way round or more than 400.
        """
        if not timedelta(0) <= until - since < timedelta(days=LONGEST):
            raise Problem(422, "period_invalid", f"A report has 1 to {LONGEST} days.")
        at = self._billing.now()
        self._settle(since, until)
        groups: list[By] = [each for each in _ORDER if each in by]
        with self._database.snapshot() as session:
            found = counting.count(session, since, until, groups, at) if groups else {}
            [total] = counting.count(session, since, until, [], at).values()
        return DeflectionReport(
            since=since,
            until=until,
            by=groups,
            at=at,
            rows=[_row(dict(zip(groups, key, strict=True)), found[key]) for key in sorted(found)],
            total=_row({}, total),
        )

    def _settle(self, since: date, until: date) -> None:
        """An enquiry is over an hour after its last turn; one that never ends in a day is not looked for longer."""
        first = datetime.combine(since, time.min, UTC)
        last = datetime.combine(until, time.max, UTC) + timedelta(days=1) + SILENCE
        made = self._billing.requests_made(first, last)
        with self._database.transaction() as session:
            settle(session, made, first, last)


def wilson(count: int, of: int) -> Share:
    """A share with the 95 % interval by Wilson's score, which holds for few as well as for many."""
    if not of:
        return Share(count=count, of=of, share=None, low=None, high=None)
    share, square = count / of, _Z * _Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _Z * math.sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return Share(count=count, of=of, share=share, low=max(0.0, middle - half), high=min(1.0, middle + half))


def _row(group: dict[str, Any], told: dict[str, Any]) -> DeflectionRow:
    over = told["enquiries"] - told["still_open"]
    abandoned = told["in_form"] + told["after_unsure"] + told["rated_down"]
    answers = told.get("answers", 0)
    return DeflectionRow(
        topic=group.get("topic"),
        language=group.get("language"),
        day=group.get("day"),
        outcomes=Outcomes(
            enquiries=told["enquiries"],
            still_open=told["still_open"],
            confirmed=wilson(told["confirmed"], over),
            assumed=wilson(told["assumed"], over),
            escalated=wilson(told["escalated"], over),
            abandoned=wilson(abandoned, over),
            in_form=told["in_form"],
            after_unsure=told["after_unsure"],
            rated_down=told["rated_down"],
        ),
        **{
            name: Returns(
                came_back=wilson(told[f"{name}_back"], told[f"{name}_of"]), complete=not told[f"{name}_young"]
            )
            for name in counting.WINDOWS
        },
        answers=answers,
        unsure=wilson(told.get("unsure", 0), answers),
        csat=wilson(told.get("helpful", 0), told.get("rated", 0)),
        seconds_p50=_seconds(told.get("p50")),
        seconds_p95=_seconds(told.get("p95")),
    )


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000
