"""Calendar arithmetic: the first and last day of what a phrase names. Nothing here knows a language."""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

Days = tuple[date, date]
ONE = timedelta(days=1)


def day(today: date, back: int = 0) -> Days:
    """The day so many days ago."""
    then = today - timedelta(days=back)
    return then, then


def week(today: date, back: int = 0) -> Days:
    """The week, Monday to Sunday, so many weeks ago."""
    monday = today - timedelta(days=today.weekday() + 7 * back)
    return monday, monday + timedelta(days=6)


def weekend(today: date, back: int = 0) -> Days:
    """The Saturday and Sunday of the week so many weeks ago."""
    sunday = week(today, back)[1]
    return sunday - ONE, sunday


def month_of(year: int, month: int) -> Days:
    """A calendar month."""
    first = date(year, month, 1)
    return first, first + relativedelta(months=1) - ONE


def month(today: date, back: int = 0) -> Days:
    """The calendar month so many months ago."""
    then = today.replace(day=1) - relativedelta(months=back)
    return month_of(then.year, then.month)


def latest_month(today: date, number: int) -> Days:
    """The latest month of this number that is not in the future; the present one counts."""
    return month_of(today.year if number <= today.month else today.year - 1, number)


def part_of(year: int, months: int, number: int) -> Days:
    """The part of this number of a year that is divided into parts of so many months: a quarter or a half."""
    return month_of(year, months * (number - 1) + 1)[0], month_of(year, months * number)[1]


def quarter(today: date, back: int = 0) -> Days:
    """The calendar quarter so many quarters ago."""
    index = today.year * 4 + (today.month - 1) // 3 - back
    return part_of(index // 4, 3, index % 4 + 1)


def latest_part(today: date, months: int, number: int) -> Days:
    """The latest part of this number that is not in the future."""
    return part_of(today.year - (months * (number - 1) + 1 > today.month), months, number)


def year_of(year: int) -> Days:
    """A calendar year."""
    return date(year, 1, 1), date(year, 12, 31)


def year(today: date, back: int = 0) -> Days:
    """The calendar year so many years ago."""
    return year_of(today.year - back)


def weekday(today: date, number: int) -> Days:
    """The latest day of this number (Monday is 0) up to today."""
    return day(today, (today.weekday() - number) % 7)


def rolling(today: date, unit: str, number: int) -> Days:
    """So many hours, days, weeks, months, quarters or years that end today and include it.

    Hours reach back over whole days: the last 24 hours touch yesterday and today.
    """
    if unit == "hour":
        return today - timedelta(days=-(-number // 24) if number >= 24 else 0), today
    if unit in ("day", "week"):
        return today - timedelta(days=number * (7 if unit == "week" else 1) - 1), today
    months = number * {"month": 1, "quarter": 3, "year": 12}[unit]
    return today - relativedelta(months=months) + ONE, today


CALENDAR = {"day": day, "week": week, "weekend": weekend, "month": month, "quarter": quarter, "year": year}
