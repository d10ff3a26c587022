"""What stands in a cell of a CSV statement: days and amounts, as banks of many countries write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Literal

from billing.transfers.statement import Unreadable
from billing.transfers.words import currencies, normal

Order = Literal["day_first", "month_first"]

_YEAR_FIRST = re.compile(r"(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:([.,'\s])\d{3})(?:\1\d{3})*")
_DECIMAL_COMMA = re.compile(r"\d,\d{1,2}\D*$")
_THOUSANDS_OR_DECIMALS = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_PLAIN = re.compile(r"\d+(?:[.,]\d+)?")


def currency_in(text: str) -> str | None:
    """The currency whose sign or code stands in it."""
    lowered = normal(text).casefold()
    return next((currency for sign, currency in currencies().items() if sign in lowered), None)


def has_decimal_comma(cells: Iterable[str]) -> bool:
    """Whether amounts of the file are written as `1.234,50`."""
    return any(_DECIMAL_COMMA.search(normal(cell)) for cell in cells)


def amount(text: str, *, decimal_comma: bool = False) -> Decimal | None:
    """The number, signed; None for an empty cell.

    `1,234` are thousands: no currency here has 3 decimals. `1.234` are, where the file has decimal commas; elsewhere it
    may be 1.234 or 1,234.

    Raises:
        Unreadable.
    """
    said = normal(text).casefold().replace("−", "-").replace("▲", "-").replace("△", "-")
    for sign in currencies():
        said = said.replace(sign, "")
    said = said.strip()
    if said in {"", "-"}:
        return None
    negative = said.startswith("-") or said.endswith("-") or (said.startswith("(") and said.endswith(")"))
    digits = said.strip("()+- ")
    if not decimal_comma and _THOUSANDS_OR_DECIMALS.fullmatch(digits):
        raise Unreadable("amount_ambiguous")
    decimals = ""
    if (last := re.search(r"[.,](\d{1,2})$", digits)) and not _GROUPED.fullmatch(digits):
        digits, decimals = digits[: last.start()], last[1]
    if _GROUPED.fullmatch(digits):
        digits = re.sub(r"\D", "", digits)
    elif not _PLAIN.fullmatch(digits) or (decimals and not digits.isdecimal()):
        raise Unreadable("amount_invalid")
    found = Decimal(f"{digits.replace(',', '.')}{'.' + decimals if decimals else ''}")
    return -found if negative else found


def order_of(cells: Iterable[str]) -> Order | None:
    """Whether days or months come first in dates that end with the year; None where both could be.

    Dots and dashes are written with the day first.
    """
    possible: set[Order] = {"day_first", "month_first"}
    for cell in cells:
        if found := _YEAR_LAST.match(normal(cell)):
            if found[2] != "/" or int(found[1]) > 12:
                possible.discard("month_first")
            elif int(found[3]) > 12:
                possible.discard("day_first")
    return possible.pop() if len(possible) == 1 else None


def day(text: str, order: Order | None) -> date:
    """The day of a date, with or without a time behind it.

    Raises:
        Unreadable: it is none, or could be two.
    """
    said = normal(text)
    if re.fullmatch(r"\d{8}(?:\d{6})?", said):
        said = f"{said[:4]}-{said[4:6]}-{said[6:8]}"
    try:
        if found := _YEAR_FIRST.match(said):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _YEAR_LAST.match(said):
            first, second, year = int(found[1]), int(found[3]), int(found[4])
            if order is None and first != second:
                raise Unreadable("date_ambiguous")
            return date(year, first, second) if order == "month_first" else date(year, second, first)
    except ValueError as error:
        raise Unreadable("date_ambiguous" if str(error) == "date_ambiguous" else "date_invalid") from error
    raise Unreadable("date_invalid")
