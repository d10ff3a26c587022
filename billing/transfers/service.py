"""Bank statements taken in line by line; what waits for an operator; what the operator decides.

Every function is part of the caller's transaction: nothing here commits.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts.models import AccountRow
from billing.audit import service as audit
from billing.db import insert_of
from billing.errors import (
    BankAccountUnclear,
    BankLineNotFound,
    BankLineNotIncoming,
    BankLineSettled,
    NoteInvalid,
    StatementFormatChanged,
)
from billing.invoices.models import InvoiceRow
from billing.money import Money
from billing.recharge.models import TopUp
from billing.transfers import matching, posting
from billing.transfers.models import BankLine
from billing.transfers.statement import Entry, Statement

UNNAMED = "main"
"""The bank account of statements that name none, while no other is known."""
LONGEST_REASON = 1000
"""Characters."""

Taken = Literal["credited", "matched", "unmatched", "reversal", "repeated", "debit", "reference_reused"]


def bank_account_of(session: Session, statement: Statement) -> str:
    """The bank account of entries that name none: the only one known.

    Raises:
        BankAccountUnclear: several are known.
    """
    known = list(session.scalars(sa.select(BankLine.bank_account).distinct().limit(2)))
    if len(known) > 1 and any(not entry.bank_account for entry in statement.entries):
        raise BankAccountUnclear
    return known[0] if known else UNNAMED


def check_format(session: Session, statement: Statement, bank_accounts: Collection[str]) -> None:
    """Lines of one day must not come in two formats: what tells them apart differs, and both would be credited.

    Raises:
        StatementFormatChanged.
    """
    first = min((entry.booked_on for entry in statement.entries), default=date.max)
    clash = sa.exists().where(
        BankLine.bank_account.in_([*bank_accounts, UNNAMED]),
        BankLine.format != statement.format,
        BankLine.booked_on >= first,
    )
    if session.scalar(sa.select(clash)):
        raise StatementFormatChanged


def take(
    session: Session,
    entry: Entry,
    *,
    key: str,
    bank_account: str,
    form: str,
    at: datetime,
    actor: str,
) -> tuple[Taken, BankLine | None]:
    """Keep an entry once and credit it where it says what for; the line, where there is one now.

    A debit is kept only where it takes back what may have been credited. An entry whose reference another one had
    (`reference_reused`) is not kept, and not credited.
    """
    values: dict[str, Any] = {
        "bank_account": bank_account,
        "entry": key,
        "format": form,
        "booked_on": entry.booked_on,
        "currency": entry.amount.currency,
        "amount": entry.amount.units,
        "payer": entry.payer,
        "text": entry.text,
    }
    if entry.amount.units < 0:
        about = matching.speaks_of(session, BankLine(**values))
        if about is None and not entry.reversal:
            return "debit", None
        line = _kept(session, values, at, "reversal", "taken_back")
        if line is not None and about is not None:
            line.account_id = about.account_id
    else:
        line = _kept(session, values, at, "unmatched", "reversal" if entry.reversal else None)
    if line is None:
        same = sa.exists().where(*(getattr(BankLine, name) == values[name] for name in _SAME))
        return ("repeated" if session.scalar(sa.select(same)) else "reference_reused"), None
    if line.state == "unmatched" and not entry.reversal:
        _match(session, line, at, actor)
    return line.state, line  # type: ignore[return-value]


_SAME = ("bank_account", "entry", "booked_on", "currency", "amount")


def _kept(session: Session, values: dict[str, Any], at: datetime, state: str, why: str | None) -> BankLine | None:
    """The new line; None where one is kept under that key."""
    insert = insert_of(session.get_bind().dialect.name)(BankLine)
    number = session.scalar(
        insert.values(**values, imported_at=at, state=state, why=why, pays_invoice=0)
        .on_conflict_do_nothing(index_elements=["bank_account", "entry"])
        .returning(BankLine.id)
    )
    return None if number is None else session.get_one(BankLine, number)


def _match(session: Session, line: BankLine, at: datetime, actor: str) -> None:
    found = matching.target_of(session, line)
    if isinstance(found, matching.Waits):
        line.why = found.why
        line.account_id = found.target.account_id if found.target is not None else None
        return
    posting.credit(session, line, found, at)
    _audit(session, line, at, actor, "bank_line.credit", {})


def assign(
    session: Session, number: str, target: TopUp | InvoiceRow | AccountRow, at: datetime, actor: str
) -> BankLine:
    """Credit a line to what an operator says it is for; a repeat of the same changes nothing.

    Raises:
        BankLineNotFound, BankLineNotIncoming, CurrencyMismatch: nothing was written.
        BankLineSettled: it was credited to something else.
    """
    line = find(session, number)
    if line.amount <= 0:
        raise BankLineNotIncoming(number)
    if line.state in {"credited", "matched"}:
        if not _went_to(line, target):
            raise BankLineSettled(number)
        return line
    before = {"state": line.state}
    posting.credit(session, line, target, at)
    _audit(session, line, at, actor, "bank_line.assign", before)
    return line


def _went_to(line: BankLine, target: TopUp | InvoiceRow | AccountRow) -> bool:
    if isinstance(target, AccountRow):
        return line.account_id == target.id and line.invoice_id is None
    return target.id == (line.invoice_id if isinstance(target, InvoiceRow) else line.top_up_id)


def set_aside(session: Session, number: str, reason: str, at: datetime, actor: str) -> BankLine:
    """Say why a line is not to be credited; a later reason takes the place of an earlier, and it may still be assigned.

    Raises:
        BankLineNotFound, NoteInvalid: nothing was written.
        BankLineSettled: it was credited.
    """
    reason = reason.replace("\x00", "").strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise NoteInvalid
    line = find(session, number)
    if line.state in {"credited", "matched"}:
        raise BankLineSettled(number)
    if (line.state, line.reason) != ("set_aside", reason):
        before = {"state": line.state, "reason": line.reason}
        line.state, line.reason, line.settled_at = "set_aside", reason, at
        _audit(session, line, at, actor, "bank_line.set_aside", before)
    return line


def find(session: Session, number: str) -> BankLine:
    """The line, held until the transaction ends.

    Raises:
        BankLineNotFound.
    """
    digits = number.strip().upper().removeprefix("BL-")
    row_id = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 18 else 0
    line = session.get(BankLine, row_id, with_for_update=True)
    if line is None:
        raise BankLineNotFound(number)
    return line


def _audit(session: Session, line: BankLine, at: datetime, actor: str, action: str, before: dict[str, Any]) -> None:
    after = {
        "state": line.state,
        "amount": Money(line.amount, line.currency).plain(),
        "account": line.account_id,
        "top_up": line.top_up_id and f"T-{line.top_up_id:06d}",
        "paid_invoice": Money(line.pays_invoice, line.currency).plain() if line.pays_invoice else None,
        "reason": line.reason,
    }
    audit.record(
        session,
        actor=actor,
        action=action,
        subject=line.number,
        at=at,
        before=before or None,
        after={name: value for name, value in after.items() if value is not None},
    )
