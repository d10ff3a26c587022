"""Asking the provider about what is overdue: webhooks get lost, and processes die."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.orm import Session

from billing.api.provider_calls import KEY_HOLDS, ProviderCalls
from billing.money import Money
from billing.payments import cards
from billing.payments import service as payments
from billing.payments.models import PaymentRow, RefundRow, SavedCardRow
from billing.payments.providers.base import AskedBack, Refusal, SentBack, Unanswered
from billing.payments.schemas import Reconciliation
from billing.settlement import events, refunds
from billing.settlement import service as settlement

log = structlog.get_logger()

LOOK_BACK = timedelta(days=7)
"""How old refunds and disputes are looked at that nobody told of. Stripe sends a webhook again for three days."""
SWEEP_EVERY = timedelta(hours=1)
PATIENCE = 5
"""Questions in a row without an answer, after which the provider is taken to be down for now."""


class Reconciling(ProviderCalls):
    """Payments, refunds, disputes and cards, as the provider has them."""

    _swept: datetime | None = None

    def reconcile_payments(self, stop: Callable[[], bool] = lambda: False) -> Reconciliation:
        """Ask the provider about all that is overdue, and write what became of it. Any number may do so at once."""
        if self._ways.online is None:
            return Reconciliation(asked=0, changed=0, failed=0, refunds=0, disputes=0)
        outcomes = self._each(self._due_payments, self._ask_about, stop)
        sent_back = self._each(self._due_refunds, self._ask_about_refund, stop)
        found_refunds, found_disputes = self._sweep(stop)
        self._tidy_cards(stop)
        return Reconciliation(
            asked=len(outcomes) + len(sent_back),
            changed=sum(outcome is True for outcome in (*outcomes, *sent_back)),
            failed=sum(outcome is None for outcome in (*outcomes, *sent_back)),
            refunds=found_refunds,
            disputes=found_disputes,
        )

    def _each(
        self, due: Callable[[], list[int]], work: Callable[[int], bool], stop: Callable[[], bool]
    ) -> list[bool | None]:
        """Whether each changed; None where it could not be asked: one never holds up the others.

        After some that could not be asked one after the other, the rest is left for the next time.
        """
        outcomes: list[bool | None] = []

        def enough() -> bool:
            return stop() or (len(outcomes) >= PATIENCE and not any(o is not None for o in outcomes[-PATIENCE:]))

        while (found := due()) and not enough():
            for number in found:
                if enough():
                    break
                try:
                    outcomes.append(work(number))
                except (Unanswered, Refusal) as error:
                    log.warning("payment provider did not answer", about=work.__name__, number=number, why=str(error))
                    outcomes.append(None)
        return outcomes

    def _due_payments(self) -> list[int]:
        with self._database.snapshot() as session:
            return payments.due(session, self._now())

    def _due_refunds(self) -> list[int]:
        with self._database.snapshot() as session:
            return refunds.due(session, self._now())

    def _ask_about(self, number: int) -> bool:
        """One payment: what became of it, or the call again, or giving it up."""
        with self._database.transaction() as session:
            row = settlement.lock(session, number)
            if row.check_at is None or row.check_at > self._now():
                return False
            payments.ask_again(row, self._now())
            before = row.state
        if before in {"cancelled", "expired"}:
            self._close(row)
        elif row.reference is not None:
            self._written(number, self._online.look_up(row.reference), vouched=True)
        elif before == "created" and row.expires_at > self._now():
            self._start(number)
        elif row.tries and (found := self._found(row, self._customer_of(row.account_id, row.token))):
            self._written(number, found, vouched=True)
        if row.expires_at <= self._now():
            self._give_up(number, "expired")
        with self._database.snapshot() as session:
            return session.get_one(PaymentRow, number).state != before

    def _close(self, row: PaymentRow) -> None:
        """One that was given up before it was known what its call had done."""
        intent = self._cancelled(row)
        with self._database.transaction() as session:
            now = settlement.lock(session, row.id)
            if intent is not None:
                settlement.apply(session, now, intent, self._now(), vouched=True)
            elif now.state != "succeeded":
                now.check_at = None

    def _ask_about_refund(self, number: int) -> bool:
        """One refund: what became of it, or the call again."""
        with self._database.transaction() as session:
            row = session.get_one(RefundRow, number)
            payment = settlement.lock(session, row.payment_id)
            session.refresh(row)
            if row.check_at is None or row.check_at > self._now():
                return False
            payments.ask_again(row, self._now())
            before = row.state
        if not self._found_refund(row, payment):
            self._send_back(number)
        with self._database.snapshot() as session:
            return session.get_one(RefundRow, number).state != before

    def _found_refund(self, row: RefundRow, payment: PaymentRow) -> bool:
        """Whether the provider has the refund already: then what it says of it is written."""
        for told in self._online.refunds_of(str(payment.reference)):
            if told.reference == row.reference or told.token == row.token:
                self._write_refund(told)
                return True
        return False

    def _send_back(self, number: int) -> None:
        """Ask the provider for a refund; what it answers is written.

        One that was asked for before is looked for first: under another key it would go back twice.

        Raises:
            Unanswered: it may have been done or not; the same call will be made again.
        """
        with self._database.snapshot() as session:
            row = session.get_one(RefundRow, number)
            payment = session.get_one(PaymentRow, row.payment_id)
        if row.tries and row.state == "created" and self._found_refund(row, payment):
            return
        with self._database.transaction() as session:
            row = session.get_one(RefundRow, number)
            payment = settlement.lock(session, row.payment_id)
            session.refresh(row)
            if row.state != "created":
                return
            if row.tried_at is None or row.tried_at + KEY_HOLDS < self._now():
                row.tries, row.tried_at = row.tries + 1, self._now()
            amount = Money(row.amount, row.currency)
        key, intent = f"refund-{row.token}-{row.tries}", str(payment.reference)
        try:
            self._write_refund(self._online.refund(intent, amount, row.token, key))
        except Refusal as error:
            log.warning("refund refused", refund=row.number, reason=str(error))
            if self._found_refund(row, payment):
                return
            with self._database.transaction() as session:
                payment = settlement.lock(session, row.payment_id)
                refunds.refused(session, payment, session.get_one(RefundRow, number), self._now())
        except Unanswered as error:
            if error.kept:
                with self._database.transaction() as session:
                    settlement.lock(session, row.payment_id)
                    session.get_one(RefundRow, number).tried_at = None
            raise

    def _write_refund(self, told: SentBack) -> None:
        with self._database.transaction() as session:
            self._write(session, told)

    def _write(self, session: Session, told: SentBack | AskedBack) -> bool:
        found = payments.of_intent(session, told.intent)
        if found is None:
            return False
        note = events.apply(session, settlement.lock(session, found.id), told, self._now())
        if note:
            log.error("a payment needs a person", payment=found.number, note=note)
        return True

    def _sweep(self, stop: Callable[[], bool]) -> tuple[int, int]:
        """Refunds and disputes that nobody told of, once an hour. How many of each are ours."""
        now = self._now()
        if stop() or (self._swept is not None and self._swept + SWEEP_EVERY > now):
            return 0, 0
        counts = {SentBack: 0, AskedBack: 0}
        try:
            for told in self._online.recent(now - LOOK_BACK):
                counts[type(told)] += self._database.run(partial(self._write, told=told))
        except (Unanswered, Refusal) as error:
            log.warning("payment provider did not answer", about="refunds and disputes", why=str(error))
            return counts[SentBack], counts[AskedBack]
        self._swept = now
        return counts[SentBack], counts[AskedBack]

    def _tidy_cards(self, stop: Callable[[], bool]) -> None:
        """Cards that changed at the provider, and those that it is still to forget."""
        with self._database.snapshot() as session:
            stale, undetached = cards.stale(session), cards.undetached(session)
        try:
            for account_id, customer in stale:
                if not stop():
                    self._refresh_cards(account_id, customer)
            for number, reference in undetached:
                if not stop():
                    self._forget_card(number, reference)
        except (Unanswered, Refusal) as error:
            log.warning("payment provider did not answer", about="cards", why=str(error))

    def _refresh_cards(self, account_id: str, customer: str) -> None:
        online = self._online
        with self._database.snapshot() as session:
            since = cards.stale_since(session, account_id, online.name)
        found = online.cards(customer)
        self._database.run(
            lambda session: cards.refresh(session, account_id, online.name, found, stale_since=since, at=self._now())
        )

    def _forget_card(self, number: int, reference: str) -> None:
        self._online.forget_card(reference)
        with self._database.transaction() as session:
            session.get_one(SavedCardRow, number).detached_at = self._now()
