"""A bank statement as it was read, whatever it was written in."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from billing.errors import AmountInvalid, CurrencyUnknown
from billing.money import Money
from billing.transfers.schemas import RefusedLine, StatementFormat

LONGEST_PAYER, LONGEST_TEXT, _LONGEST_REFERENCE = 200, 1000, 90
"""Characters that are kept."""
NO_REFERENCE = {"", "NOTPROVIDED", "NONREF", "-"}
"""What banks write where there is no reference."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A booked movement: above zero came. `reference` is the bank's own; `balance` what was there afterwards."""

    line: int
    booked_on: date
    amount: Money
    payer: str
    text: str
    reference: str = ""
    balance: str = ""
    reversal: bool = False
    bank_account: str = ""


@dataclass(slots=True)
class Statement:
    """All that was read of a file, and what could not be."""

    format: StatementFormat
    entries: list[Entry] = field(default_factory=list)
    refused: list[RefusedLine] = field(default_factory=list)

    def refuse(self, line: int, reason: str) -> None:
        """Say that a line was not read, and why."""
        self.refused.append(RefusedLine(line=line, reason=reason))


class Unreadable(ValueError):
    """A line that cannot be read; its only argument is the code of why."""


def money(amount: Decimal, currency: str) -> Money:
    """An amount that a bank can move: above or below zero, in whole coins.

    Raises:
        Unreadable.
    """
    try:
        exact = Money.of(amount, currency)
    except CurrencyUnknown as error:
        raise Unreadable("currency_unknown") from error
    except AmountInvalid as error:
        raise Unreadable("amount_invalid") from error
    if not exact or not exact.is_payable():
        raise Unreadable("amount_invalid")
    return exact


def tidy(text: str, longest: int) -> str:
    """On one line, printable, no longer than is kept."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:longest]


def keyed(entries: Iterable[Entry]) -> Iterator[tuple[str, Entry]]:
    """Each entry with what tells it from others of its bank account.

    The bank's reference (with the sign, since some banks give a reversal the reference of what it takes back). Without
    one a digest of all that the line says, and which of its like it is on that day.
    """
    alike: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        if entry.reference:
            sign = "+" if entry.amount.units > 0 else "-"
            reference = entry.reference
            yield f"{sign}{reference if len(reference) <= _LONGEST_REFERENCE else _digest(reference)}", entry
            continue
        said = "\x1f".join((entry.booked_on.isoformat(), str(entry.amount), entry.payer, entry.text, entry.balance))
        digest = _digest(said)
        alike[entry.bank_account, digest] += 1
        yield f"={digest}/{alike[entry.bank_account, digest]}", entry


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
