"""Invoices and credit notes: amounts in coins, what is open, what is asked for when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from tests.integration.billing.engine.model.sold import refuse


@dataclass(eq=False)
class Line:
    service: str | None
    amount: Fraction
    taken: Fraction = Fraction(0)

    @property
    def left(self) -> Fraction:
        return self.amount - self.taken


@dataclass(eq=False)
class Invoice:
    issued_on: date
    due_on: date
    deposit: Fraction
    deposit_due_on: date | None
    lines: list[Line]
    exact: Fraction
    paid: Fraction = Fraction(0)
    credited: Fraction = Fraction(0)
    noted: Fraction = Fraction(0)
    refunded: Fraction = Fraction(0)
    notes: list[str] = field(default_factory=list)
    settled: bool = False

    @property
    def total(self) -> Fraction:
        return sum((line.amount for line in self.lines), Fraction(0))

    @property
    def due(self) -> Fraction:
        return self.total - self.paid - self.credited

    def pay(self, amount: Fraction) -> Fraction:
        """Never more than is open; how much it was."""
        taken = min(amount, self.due)
        self.paid += taken
        return taken

    def status(self, today: date) -> str:
        if not self.due:
            return "paid"
        deposit_late = self.deposit_due_on is not None and today > self.deposit_due_on and self.paid < self.deposit
        if deposit_late or today > self.due_on:
            return "overdue"
        return "partly_paid" if self.paid else "unpaid"

    def credit(self, amount: Fraction | None, line: int | None) -> Fraction:
        """Take back, of one line or from the first on; what of it was paid already, and becomes credit."""
        lines = self.lines if line is None else self.lines[line - 1 : line]
        most = min(sum((part.left for part in lines), Fraction(0)), self.total - self.noted)
        wanted = most if amount is None else amount
        refuse(wanted > most or not wanted, "credit_exceeds_invoice")
        refunded = max(Fraction(0), wanted - self.due)
        self.noted, self.credited = self.noted + wanted, self.credited + wanted - refunded
        self.refunded += refunded
        for part in lines:
            taken = min(wanted, part.left)
            part.taken, wanted = part.taken + taken, wanted - taken
        return refunded
