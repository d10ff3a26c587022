"""Statements in CSV: encoding, separator and columns are found out from the header."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from billing.errors import StatementUnreadable
from billing.money import CURRENCIES
from billing.transfers import cells, words
from billing.transfers.statement import (
    LONGEST_PAYER,
    LONGEST_TEXT,
    NO_REFERENCE,
    Entry,
    Statement,
    Unreadable,
    money,
    tidy,
)

ENCODINGS = ("utf-8-sig", "cp932", "cp949")
"""Tried in this order; the first in which the header makes sense. UTF-16 is known by its first two bytes."""
SEPARATORS = ",;\t|"
_PREAMBLE = 30
"""Lines that banks may write before the header."""
_SEVERAL = {"text", "payer"}


class _Header(NamedTuple):
    number: int
    columns: dict[str, list[int]]
    cells: list[str]


def read(content: bytes, *, currency: str | None = None) -> Statement:
    """Its entries. `currency`: of a statement that names none.

    Raises:
        StatementUnreadable: no header is found that says day and amount, or nothing says the currency.
    """
    rows, header = _rows(content)
    statement = Statement("csv")
    body = [(number, row) for number, row in rows if number > header.number and any(cell.strip() for cell in row)]
    dates = header.columns["date"][0]
    order = cells.order_of(row[dates] for _, row in body if dates < len(row))
    default = currency or _currency_of(header)
    places = [place for name in ("amount", "credit", "debit") for place in header.columns.get(name, [])]
    comma = cells.has_decimal_comma(row[place] for _, row in body for place in places if place < len(row))
    for number, row in body:
        reader = _Row(row, header.columns, default, comma)
        try:
            if reader.moved() is None:
                continue  # a carried balance, a sum: nothing moved
            statement.entries.append(reader.entry(number, order))
        except Unreadable as error:
            if str(error) == "currency_missing":
                raise StatementUnreadable("currency_missing") from error
            statement.refuse(number, str(error))
    return statement


def _rows(content: bytes) -> tuple[list[tuple[int, list[str]]], _Header]:
    for text in _decoded(content):
        for separator in SEPARATORS:
            reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
            try:
                rows = [(reader.line_num, row) for row in reader]
            except csv.Error:
                continue
            if header := _header(rows):
                return rows, header
    raise StatementUnreadable("no_header")


def _decoded(content: bytes) -> Iterator[str]:
    encodings = ("utf-16",) if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ENCODINGS
    for encoding in encodings:
        try:
            yield content.decode(encoding).replace("\x00", "")
        except UnicodeDecodeError:
            continue


def _header(rows: list[tuple[int, list[str]]]) -> _Header | None:
    names = words.headings()
    for number, row in rows[:_PREAMBLE]:
        columns: dict[str, list[int]] = {}
        for place, cell in enumerate(row):
            if (name := names.get(words.plain(cell))) and (name in _SEVERAL or name not in columns):
                columns.setdefault(name, []).append(place)
        if "date" in columns and columns.keys() & {"amount", "credit"}:
            return _Header(number, columns, row)
    return None


def _currency_of(header: _Header) -> str | None:
    """That in brackets behind the heading of an amount."""
    heads = [header.cells[place] for name in ("amount", "credit") for place in header.columns.get(name, [])]
    return next((found for head in heads for part in words.bracketed(head)
                 if (found := cells.currency_in(part))), None)  # fmt: skip


class _Row:
    def __init__(self, row: list[str], columns: dict[str, list[int]], currency: str | None, comma: bool) -> None:
        self._row, self._columns, self._default, self._comma = row, columns, currency, comma

    def entry(self, number: int, order: cells.Order | None) -> Entry:
        moved = self.moved()
        assert moved is not None
        reference = tidy(self.cell("reference"), LONGEST_TEXT)
        return Entry(
            line=number,
            booked_on=cells.day(self.cell("date"), order),
            amount=money(moved, self.currency()),
            payer=tidy(self.cell("payer"), LONGEST_PAYER),
            text=tidy(self.cell("text"), LONGEST_TEXT),
            reference="" if reference.upper() in NO_REFERENCE else reference,
            balance=tidy(self.cell("balance"), 40),
            bank_account=tidy(self.cell("account"), 64).replace(" ", ""),
        )

    def moved(self) -> Decimal | None:
        """What came, or went (below zero); None for a row that says neither."""
        if "amount" not in self._columns:
            came, went = self._amount("credit"), self._amount("debit")
            if came and went:
                raise Unreadable("amount_invalid")
            return came or (-abs(went) if went else None)
        moved = self._amount("amount")
        if not moved or "direction" not in self._columns or moved < 0:
            return moved or None
        known = words.directions().get(words.plain(self.cell("direction")))
        if known is None:
            raise Unreadable("direction_unknown")
        return moved if known == "credit" else -moved

    def _amount(self, name: str) -> Decimal | None:
        return cells.amount(self.cell(name), decimal_comma=self._comma)

    def currency(self) -> str:
        said = words.normal(self.cell("currency")).upper()
        if said:
            return said if said in CURRENCIES else cells.currency_in(said) or said
        found = next((c for name in ("amount", "credit") if (c := cells.currency_in(self.cell(name)))), self._default)
        if found is None:
            raise Unreadable("currency_missing")
        return found

    def cell(self, name: str) -> str:
        places = [place for place in self._columns.get(name, []) if place < len(self._row)]
        return " ".join(self._row[place] for place in places if self._row[place].strip())
