"""Due billing, payments and credit notes."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.stateful import multiple, precondition, rule

from billing.money import minor_digits
from tests.integration.billing.engine.base import Done, EngineBase, fault
from tests.integration.billing.engine.model.invoices import Invoice
from tests.integration.billing.engine.model.plans import Period

parts = st.none() | st.integers(1, 12_000)


class InvoiceRules(EngineBase):
    @rule(fault=fault)
    def bill(self, fault):
        def expect() -> tuple[int, ...]:
            return tuple(map(sum, zip(*(a.bill(self.now) for a in self.world.accounts.values()), strict=True)))

        expected, run = self.attempt(expect, self.billing.bill_due, fault, whole=False)
        if fault is None:
            assert (len(run.issued), len(run.settled), run.failed) == (*expected, [])
        again = self.billing.bill_due()
        assert (again.issued, again.settled, again.failed) == ([], [], [])

    def invoices(self) -> list[tuple[str, str]]:
        """Account and number of all that was invoiced."""
        periods = {name: self.billing.plan_periods(name) for name in self.world.accounts}
        return [(name, period.invoice) for name, found in periods.items() for period in found if period.invoice]

    def row(self, account: str, number: str) -> Period:
        periods = {period.number for period in self.billing.plan_periods(account) if period.invoice == number}
        return next(row for row in self.of(account).life.rows if row.number in periods)

    def begun(self, account: str, *, begun: bool) -> None:
        if begun:
            self.audited("plan.begin", account)

    def amount(self, account: str, coins: int | None) -> Decimal | None:
        return None if coins is None else Decimal(coins).scaleb(-minor_digits(self.of(account).currency))

    @precondition(lambda self: any(row.invoice for a in self.world.accounts.values() for row in a.life.rows))
    @rule(target=EngineBase.done, data=st.data(), coins=parts, fault=fault)
    def pay(self, data, coins, fault):
        account, number = data.draw(st.sampled_from(self.invoices()))
        amount, key = self.amount(account, coins), self.key()

        def expect() -> Fraction:
            row = self.row(account, number)
            paid = row.invoice.pay(row.invoice.due if amount is None else Fraction(amount))
            return paid, self.of(account).settled(row, self.now)

        def pay():
            return self.billing.pay_invoice(account, number, amount, key=key)

        ((paid, begun), _) = self.attempt(expect, pay, fault)
        if not paid:
            return multiple()
        self.audited("invoice.pay", account)
        self.begun(account, begun=begun)
        return Done(pay, number, said=lambda told: getattr(told, "number", told))

    @precondition(lambda self: any(row.invoice for a in self.world.accounts.values() for row in a.life.rows))
    @rule(target=EngineBase.done, data=st.data(), coins=parts, line=st.none() | st.integers(1, 3), fault=fault)
    def take_back(self, data, coins, line, fault):
        account, number = data.draw(st.sampled_from(self.invoices()))
        amount, key = self.amount(account, coins), self.key()

        def expect() -> tuple[Invoice, bool]:
            row = self.row(account, number)
            refunded = row.invoice.credit(None if amount is None else Fraction(amount), line)
            self.of(account).credits.top_up += refunded
            return row.invoice, self.of(account).settled(row, self.now)

        def credit(line=line):
            return self.billing.credit_invoice(number, reason="a reason", key=key, amount=amount, line=line)

        did = self.attempt(expect, credit, fault)
        if did is None:
            return multiple()
        (invoice, begun), note = did
        invoice.notes.append(note.number)
        self.audited("invoice.credit", note.number)
        self.begun(account, begun=begun)
        return Done(credit, note, other=lambda: credit(9), code="credit_note_key_reused")
