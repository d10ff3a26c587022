"""What is kept of an answer, and what it unfolds to when somebody asks why."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from billing.schemas import InvoiceLine, MoneyField, Schema


class Position(NamedTuple):
    """Where an account stands; each number only grows, in the order in which its changes are committed.

    `ledger`: its newest transaction. `free`: its newest use that cost nothing. `rows`: the newest state of a plan,
    pause, voucher, top-up, invoice or credit note of it. `catalogue`: the newest version, of all accounts.
    """

    ledger: int
    free: int
    rows: int
    catalogue: int


class Figure(NamedTuple):
    """A value of an answer and the formula that it comes from; `of` tells several of a kind apart.

    Values are decimals, ISO dates or numbers as text; the unit is a currency, a name of the formula's, or empty.
    """

    formula: str
    of: str
    value: str
    unit: str


class Call(NamedTuple):
    """A read of `Billing.reading` and what it was asked with."""

    read: str
    given: dict[str, Any]


class Trace(BaseModel):
    """An answer as a typed object: some hundred bytes, kept with the message that says it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: str
    topic: str
    action: str
    language: str
    asked: dict[str, Any] = Field(default_factory=dict)
    as_of: datetime
    position: Position
    calls: list[Call]
    figures: list[Figure]

    @property
    def explaining(self) -> Explaining | None:
        """Of an explanation: what it explains, and how far down; None for every other answer."""
        asked = self.asked.get(EXPLAINED)
        return None if asked is None else Explaining.model_validate(asked)


EXPLAINED = "explained"
"""Where the trace of an explanation says what it explains, among what was asked."""


class Explaining(BaseModel):
    """An answer that was asked about, by its id and its trace, and the step down that was told: 1 is its formulas."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answer: str
    step: int = Field(ge=1)
    trace: Trace

    def further(self) -> Explaining:
        """The same, a step further down."""
        return self.model_copy(update={"step": self.step + 1})


class EventRef(Schema):
    """A use and what of it was paid by the bucket, or in all; `transaction` None: it cost nothing."""

    event: int
    source: str
    event_id: str
    at: datetime
    service: str
    quantity: str
    amount: MoneyField
    transaction: int | None


class EntryRef(Schema):
    """An entry of the ledger: how much it moved in the bucket, positive into it; of a charge the uses behind it."""

    entry: int
    transaction: int
    at: datetime
    kind: str
    service: str | None
    amount: MoneyField
    uses: Source | None = None


class Source(Schema):
    """What a figure came from: how many of a kind, their sum, and the newest of them.

    `kind` `entries`: of the ledger's bucket `ref`. `events`: of use, `ref` says which. `row`: the plan, top-up or
    voucher whose number is `ref`. `lines`: of the invoice `ref`. `catalogue`: the version `ref`.
    """

    kind: Literal["entries", "events", "row", "lines", "catalogue"]
    ref: str
    count: int = 1
    sum: MoneyField | None = None
    quantity: str | None = None
    first: int | None = None
    last: int | None = None
    entries: list[EntryRef] = Field(default_factory=list)
    events: list[EventRef] = Field(default_factory=list)
    lines: list[InvoiceLine] = Field(default_factory=list)


class Orphan(Schema):
    """A numeral of a text that does not follow from the database, and why not."""

    text: str
    reason: str


class TracedFigure(Schema):
    """A figure with its formula, the formulas that it is made of, and what it came from."""

    formula: str
    of: str
    value: str
    unit: str
    expression: str
    made_of: list[str]
    sources: list[Source]


class Explained(Schema):
    """An answer walked down to entries and events, as of its position."""

    account: str
    topic: str
    as_of: datetime
    ledger_position: int
    free_position: int
    row_position: int
    catalogue_version: int
    figures: list[TracedFigure]
