"""Lists of the console, a page at a time, by the key of their last row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

PAGE = 50
"""Rows of a list."""
ASKED = PAGE + 1
"""How many to ask for: one more than is shown says that there are others."""
Row = TypeVar("Row")


def paged(found: Sequence[Row], key: Callable[[Row], str]) -> tuple[Sequence[Row], str | None]:
    """The rows to show, and the key after which the others come; None where there are none."""
    rows = found[:PAGE]
    return rows, key(rows[-1]) if len(found) > PAGE else None


def serial(number: str) -> str:
    """`12` of `BL-000012`."""
    return number.rpartition("-")[2].lstrip("0")
