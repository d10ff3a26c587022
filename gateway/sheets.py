"""Rows as CSV that a spreadsheet opens without running anything of it (OWASP: CSV injection)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a cell begins with that a spreadsheet may take for a formula; full-width signs are taken for one too."""
_AT_A_TIME = 200


def safe(value: object) -> str:
    """The cell; one that may be taken for a formula begins with an apostrophe, numbers excepted."""
    text = "" if value is None else str(value)
    if text.startswith(_FORMULA) and not _is_number(text):
        return f"'{text}"
    return text


def written(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    """UTF-8 with a mark that spreadsheets know it by, piece by piece."""
    buffer = io.StringIO()
    sheet = csv.writer(buffer)
    buffer.write("\ufeff")
    sheet.writerow(safe(head) for head in heads)
    for number, row in enumerate(rows, 1):
        sheet.writerow(safe(cell) for cell in row)
        if number % _AT_A_TIME == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _is_number(text: str) -> bool:
    sign, digits = text[0], text[1:].replace(".", "", 1)
    return sign == "-" and digits.isascii() and digits.isdecimal()
