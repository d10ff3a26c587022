"""What stands on a paper, before it is drawn: texts and figures, already in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from billing.documents.schemas import Language

Fact = tuple[str, str]
"""A label, and what stands beside it."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One document. `rows`: description, quantity, amount. The last of `totals` is the figure that matters."""

    language: Language
    name: str
    title: str
    written_at: datetime
    from_label: str
    seller: tuple[str, ...]
    to_label: str
    customer: str
    facts: tuple[Fact, ...]
    head: tuple[str, str, str]
    rows: tuple[tuple[str, str, str], ...]
    totals: tuple[Fact, ...]
    notes: tuple[str, ...]
    page: str

    def texts(self) -> Iterator[str]:
        """All of it, for who must know which letters are needed."""
        yield from (self.title, self.from_label, *self.seller, self.to_label, self.customer, *self.notes, self.page)
        for group in (self.facts, (self.head,), self.rows, self.totals):
            for cells in group:
                yield from cells
