"""What a line of a bank statement is for: the transfer or the invoice that it names, if that is beyond doubt."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.invoices.models import InvoiceRow
from billing.payments.providers.offline import BankTransfer
from billing.recharge.models import TopUp
from billing.transfers import references
from billing.transfers.models import BankLine
from billing.transfers.posting import is_recorded

Target = TopUp | InvoiceRow


@dataclass(frozen=True, slots=True)
class Waits:
    """Why a line waits for an operator; `target` is what it speaks of all the same."""

    why: str
    target: Target | None = None


def target_of(session: Session, line: BankLine) -> Target | Waits:
    """What the line is to be credited to, or why nobody but a person can say.

    `no_reference`, `reference_unknown`, `several_references`; `currency`: not the account's; `reference_unsure`: short
    (`BA12`), and another amount than that transfer waits for; `invoice_settled`: nothing is open on the invoice, and no
    statement brought that, so that somebody may have recorded this very payment by hand.
    """
    found = references.find(f"{line.text} {line.payer}")
    if found.things != 1:
        return Waits("several_references" if found.things else "no_reference")
    target = _named(session, found)
    if target is None:
        return Waits("reference_unknown")
    if target.currency != line.currency:
        return Waits("currency", target)
    if isinstance(target, InvoiceRow):
        explained = is_recorded(session, line, target) or _brought_by_a_line(session, target)
        settled = target.open_units <= 0 and not explained
        return Waits("invoice_settled", target) if settled else target
    if not next(iter(found.transfers)).sure and (target.completed_at or target.amount != line.amount):
        return Waits("reference_unsure", target)
    return target


def speaks_of(session: Session, line: BankLine) -> Target | None:
    """The transfer or invoice that the line names, whatever it is worth."""
    found = references.find(f"{line.text} {line.payer}")
    return _named(session, found) if found.things == 1 else None


def _named(session: Session, found: references.Found) -> Target | None:
    if found.invoices:
        return session.scalar(sa.select(InvoiceRow).where(InvoiceRow.number == next(iter(found.invoices))))
    row = session.get(TopUp, next(iter(found.transfers)).number)
    return row if row is not None and row.provider == BankTransfer.name else None


def _brought_by_a_line(session: Session, invoice: InvoiceRow) -> bool:
    return bool(session.scalar(sa.select(sa.exists().where(BankLine.invoice_id == invoice.id))))
