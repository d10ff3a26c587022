"""Finding our references in what a payer wrote: `BA00000012` of a transfer, `INV-2026-000012` of an invoice."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_DIGITS = 8
"""Digits of a reference as we write it."""
_BETWEEN = r"[\s\-_./:#]*"
_TRANSFER = re.compile(rf"(?<![A-Z])B\s?A{_BETWEEN}(?:NO{_BETWEEN})?(\d+(?:[\s\-]+\d+)*)")
_INVOICE = re.compile(rf"(?<![A-Z])INV{_BETWEEN}(20\d\d){_BETWEEN}(\d{{1,9}})(?!\d)")


class Transfer(NamedTuple):
    """The number of a transfer. `sure` where it was written as ours are; `BA12` may be something else."""

    number: int
    sure: bool


class Found(NamedTuple):
    """What a text names, each once."""

    transfers: set[Transfer]
    invoices: set[str]

    @property
    def things(self) -> int:
        """How many different things."""
        return len({each.number for each in self.transfers}) + len(self.invoices)


def find(text: str) -> Found:
    """In any spelling: full-width, lower case, with spaces and dashes, without the leading zeros, amid other text."""
    said = unicodedata.normalize("NFKC", text).upper()
    transfers = {found for each in _TRANSFER.finditer(said) if (found := _transfer(each[1]))}
    sure = {each.number for each in transfers if each.sure}
    transfers = {each for each in transfers if each.sure or each.number not in sure}
    invoices = {f"INV-{each[1]}-{int(each[2]):06d}" for each in _INVOICE.finditer(said) if int(each[2])}
    return Found(transfers, invoices)


def _transfer(digits: str) -> Transfer | None:
    """Of several groups of digits those that make eight together are the reference, otherwise the first alone."""
    groups = re.split(r"\D+", digits)
    joined = ""
    for group in groups:
        joined += group
        if len(joined) >= _DIGITS:
            break
    written = joined if len(joined) == _DIGITS else groups[0]
    number = int(written) if len(written) < 18 else 0
    return Transfer(number, len(written) >= _DIGITS or written.startswith("0")) if number else None
