"""Anything that can happen to accounts, in any order, with faults: billing says what a plain model says."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC
from fractions import Fraction

from hypothesis.stateful import invariant

from tests.integration.billing.engine.model.account import Account
from tests.integration.billing.engine.rules.alerts import AlertRules
from tests.integration.billing.engine.rules.credits import CreditRules
from tests.integration.billing.engine.rules.invoices import InvoiceRules
from tests.integration.billing.engine.rules.operations import OperationRules
from tests.integration.billing.engine.rules.plans import PlanRules
from tests.integration.billing.engine.rules.usage import UsageRules


class Engine(CreditRules, UsageRules, PlanRules, InvoiceRules, AlertRules, OperationRules):
    """All rules, and what must hold after each."""

    @invariant()
    def billing_says_what_the_model_says(self):
        self.balances_are_the_models()
        self.periods_are_the_models()
        self.invoices_are_the_models()
        self.alerts_are_the_models()
        self.every_act_is_in_the_audit_trail_once()
        if next(self.steps) % 3 == 0:  # these take as long as all others
            self.the_ledger_holds()
            self.the_plan_shown_is_the_models()
            self.vouchers_are_the_models()
            self.support_is_the_models()

    def the_ledger_holds(self):
        assert self.billing.verify_ledger() == []

    def balances_are_the_models(self):
        for account in self.world.accounts.values():
            told, credit, now = self.billing.balance(account.name), account.credits, self.now
            plan = account.life.in_force(now)
            assert Fraction(told.plan.amount) == (plan.left if plan else 0)
            assert Fraction(told.voucher_total.amount) == credit.voucher_left(now)
            assert Fraction(told.top_up.amount) == credit.top_up
            assert Fraction(told.owed.amount) == credit.owed
            assert Fraction(told.pending_top_ups.amount) == credit.pending
            assert told.available == told.plan + told.voucher_total + told.top_up

    def vouchers_are_the_models(self):
        for account in self.world.accounts.values():
            told = [(v.id, v.status, Fraction(v.remaining.amount)) for v in self.billing.vouchers(account.name)]
            statuses = [(v, v.status(self.now)) for v in reversed(account.credits.vouchers)]
            assert told == [(v.number, status, v.left if status == "active" else 0) for v, status in statuses]
        left = [(code.id, code.uses_left, code.revoked_at is not None) for code in self.billing.voucher_codes()]
        assert left == [(c.number, c.uses - len(c.redeemed), c.revoked) for c in reversed(self.world.codes)]

    def periods_are_the_models(self):
        for account in self.world.accounts.values():
            now, life = self.now, account.life
            told = [
                (
                    *(p.number, p.plan, p.interval, p.starts_at.astimezone(UTC), p.ends_at.astimezone(UTC), p.status),
                    *(Fraction(p.remaining.amount), p.cancelled, p.payment_status, p.invoice is not None),
                )
                for p in self.billing.plan_periods(account.name)
            ]
            assert told == [
                (
                    *(p.number, p.plan, p.interval, p.start, p.end, life.status(p, now)),
                    *(p.left, p.cancelled, payment_status(account, p, now), p.invoice is not None),
                )
                for p in reversed(life.in_order)
            ]

    def the_plan_shown_is_the_models(self):
        for account in self.world.accounts.values():
            told, now = self.billing.plan(account.name), self.now
            row = account.life.shown(now)
            if row is None:
                assert told is None
                continue
            assert (told.number, told.status) == (row.number, account.life.status(row, now))
            assert (Fraction(told.used.amount), Fraction(told.remaining.amount)) == (row.amount - row.left, row.left)
            assert told.payment_status == payment_status(account, row, now)
            for quota in told.quotas:
                limit, used = row.quotas.get(quota.service), row.used.get(quota.service, (0, 0))[0]
                assert quota.quota == limit
                assert limit is None or Fraction(quota.remaining) == max(0, limit - used)

    def invoices_are_the_models(self):
        numbers = defaultdict(list)
        for account in self.world.accounts.values():
            told = {invoice.number: invoice for invoice in self.billing.invoices(account.name)}
            notes = self.billing.credit_notes(account.name)
            of_period = {p.number: p.invoice for p in self.billing.plan_periods(account.name)}
            assert len(told) == len(account.invoices)
            for row in account.life.rows:
                if row.invoice is not None:
                    self._invoice_is_the_models(account, row.invoice, told[of_period[row.number]])
            assert len(notes) == sum(len(invoice.notes) for invoice in account.invoices)
            for document in [*told.values(), *notes]:
                assert sum(line.amount.amount for line in document.lines) == document.total.amount
                series, _, number = document.number.rpartition("-")
                assert series[-4:] == str(document.issued_on.year)
                numbers[series].append(int(number))
        for given in numbers.values():
            assert sorted(given) == list(range(1, len(given) + 1))

    def _invoice_is_the_models(self, account: Account, invoice, told) -> None:
        status = invoice.status(account.day(self.now))
        assert (told.issued_on, told.due_on, told.deposit_due_on) == (
            invoice.issued_on,
            invoice.due_on,
            invoice.deposit_due_on,
        )
        assert [(line.service, Fraction(line.amount.amount)) for line in told.lines] == [
            (line.service, line.amount) for line in invoice.lines
        ]
        amounts = [told.total, told.paid, told.credited, told.due]
        assert [Fraction(money.amount) for money in amounts] == [
            invoice.total,
            invoice.paid,
            invoice.credited,
            invoice.due,
        ]
        assert (told.status, told.credit_notes) == (status, invoice.notes)

    def every_act_is_in_the_audit_trail_once(self):
        trail = self.billing.audit_trail(limit=1000)
        assert [(entry.action, entry.subject) for entry in reversed(trail)] == self.world.audit

    def alerts_are_the_models(self):
        self.look()
        for name, alerts in self.world.alerts.items():
            told = self.billing.alerts(name, only_open=False, limit=1000)
            raised = sorted((said(alert), alert.cleared_at is None) for alert in told)
            assert raised == sorted((alert.said, alert.is_open) for alert in alerts.raised)

    def support_is_the_models(self):
        for account in self.world.accounts.values():
            assert self.billing.account(account.name).support_tier == account.support


def said(alert) -> tuple[str, int, str]:
    return alert.kind, alert.level or 0, alert.figures.plan or ""


def payment_status(account: Account, row, now) -> str:
    return "unpaid" if row.invoice is None else row.invoice.status(account.day(now))
