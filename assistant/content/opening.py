"""When people work: whether they do at an instant, and when so much of their time has gone by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from assistant import yaml_files
from assistant.content.folder import present
from assistant.content.schemas import DAYS, Hours
from assistant.content.source import read

_OWN = Path(__file__).resolve().parents[2] / "data" / "content" / "hours.yml"
_LONGEST = 800
"""Days that are looked ahead; holidays are a year's at most."""


@cache
def hours() -> Hours:
    """The hours of the content folder; those that come with the assistant where it names none."""
    folder = present()
    own = read(folder).content.hours if folder is not None else None
    return own or Hours.model_validate(yaml_files.read(_OWN)["default"])


def is_open(hours: Hours, at: datetime) -> bool:
    """Whether people work at that instant."""
    return any(begin <= at < end for begin, end in _spans(hours, at, days=1))


def after(hours: Hours, at: datetime, work: timedelta) -> datetime:
    """The instant at which that much of their time has gone by since then; with none, when they work next.

    Clocks that are put forward or back while they work make that day shorter or longer, as for them.
    """
    for opens, end in _spans(hours, at, days=_LONGEST):
        begin = max(opens, at.astimezone(UTC))
        if end - begin >= work:
            return (begin + work).astimezone(ZoneInfo(hours.time_zone))
        work -= end - begin
    raise ValueError("the hours leave no day to work on")


def _spans(hours: Hours, at: datetime, days: int) -> Iterator[tuple[datetime, datetime]]:
    """What of each day they work, in UTC, where it is not over by then; past midnight where `to` is not later."""
    zone = ZoneInfo(hours.time_zone)
    today = at.astimezone(zone).date()
    for number in range(-1, days):
        day = today + timedelta(days=number)
        if DAYS[day.weekday()] not in hours.days or day in hours.holidays:
            continue
        overnight = timedelta(days=hours.closes <= hours.opens)
        begin, end = datetime.combine(day, hours.opens, zone), datetime.combine(day + overnight, hours.closes, zone)
        if end > at:
            yield begin.astimezone(UTC), end.astimezone(UTC)
