"""Bot sessions: blocks of 15 minutes of conversation, begun or complete (knowledge, D: 31 minutes are 3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

BLOCK = 15 * 60
"""Seconds of a session."""


def sessions(seconds: int, human_seconds: int = 0) -> int:
    """The blocks begun, without the time with a human agent.

    A conversation of no length was begun, so it is one; one that was all with a human agent is none.
    """
    if not seconds:
        return 1
    return -(-(seconds - human_seconds) // BLOCK)


def human_time(
    intervals: Iterable[tuple[datetime, datetime]], begin: datetime | None = None, end: datetime | None = None
) -> int:
    """The seconds in which a person answered, a second begun counted as one.

    What lies in several intervals counts once, and what lies before `begin` or after `end` does not count.
    """
    total, until = timedelta(), begin
    for first, last in sorted(intervals):
        start = first if until is None else max(first, until)
        stop = last if end is None else min(last, end)
        if stop > start:
            total, until = total + (stop - start), stop
    return -(-total // timedelta(seconds=1))
