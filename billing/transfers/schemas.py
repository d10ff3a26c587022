"""Bank statements as they cross the door."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from billing.schemas import MoneyField, Schema

LineState = Literal["unmatched", "credited", "matched", "reversal", "set_aside"]
StatementFormat = Literal["csv", "camt.053"]


class BankLineDetail(Schema):
    """A line of a bank statement and what became of it.

    `amount` is below zero where money was taken back. `why` is the code of what it waits for. `transfer` is the top-up
    that it was credited as (or was matched to), `paid_invoice` what of it paid `invoice`. `difference` is what came
    beyond (below zero: short of) what the transfer asked for, or what an operator had confirmed of it.
    """

    id: str
    bank_account: str
    booked_on: date
    amount: MoneyField
    payer: str
    text: str
    state: LineState
    why: str | None
    account: str | None
    transfer: str | None
    invoice: str | None
    paid_invoice: MoneyField | None
    difference: MoneyField | None
    reason: str | None
    imported_at: datetime
    settled_at: datetime | None


class RefusedLine(Schema):
    """A line that was not read: its number in the file (of an entry, in camt.053), and the code of what is wrong."""

    line: int
    reason: str


class StatementImport(Schema):
    """What an import did. `repeated` lines were kept before; `debits` are not ours to keep; `refused` need a look.

    `differing`: of the lines credited or matched, those that came with another amount than was asked or confirmed.
    """

    format: StatementFormat
    bank_account: str
    credited: int = 0
    matched: int = 0
    differing: int = 0
    unmatched: int = 0
    reversals: int = 0
    repeated: int = 0
    debits: int = 0
    refused: tuple[RefusedLine, ...] = ()


class PendingTransfer(Schema):
    """A bank transfer that is waited for: how much, since when, for how many days."""

    id: str
    account: str
    reference: str
    amount: MoneyField
    at: datetime
    days: int
