"""Asking the payment provider: what is to be asked is claimed, then the call, then its outcome is written.

No transaction is open during a call. Whoever dies between two steps leaves what the reconciler takes up: the same call
with the same idempotency key.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import structlog
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.api.door import Door
from billing.errors import PaymentMethodUnknown
from billing.money import Money
from billing.payments import cards
from billing.payments import service as payments
from billing.payments.models import PaymentRow, SavedCardRow
from billing.payments.providers.base import Intent, OnlineProvider, Order, Refusal, Unanswered
from billing.settlement import service as settlement

log = structlog.get_logger()

KEY_HOLDS = timedelta(hours=23)
"""How long the provider surely knows an idempotency key: Stripe forgets it after a day."""
CALL_ENDS = timedelta(minutes=2)
"""After which a call that nothing was heard of is over, whatever became of it."""
CLOCKS_DIFFER = timedelta(hours=1)
"""How far the provider's clock may be behind ours when its list is asked for what is new."""


class ProviderCalls(Door):
    """What several parts of the door need of the payment provider."""

    @property
    def _online(self) -> OnlineProvider:
        if self._ways.online is None:
            raise PaymentMethodUnknown("card")
        return self._ways.online

    def _start_payments(self, account_id: str | None = None) -> None:
        """Make the charges that were just asked for; one that cannot be made now is the reconciler's."""
        if self._ways.online is None:
            return
        with self._database.snapshot() as session:
            found = payments.to_start(session, account_id)
        for number in found:
            self._quietly_start(number)

    def _quietly_start(self, number: int) -> None:
        try:
            self._start(number)
        except Unanswered as error:
            log.warning("payment provider did not answer", payment=number, reason=str(error))

    def _start(self, number: int) -> Intent | None:
        """Ask for a payment that was not asked for, or whose answer was lost; None where that is not so any more.

        Raises:
            Unanswered: it may have been done or not; the same call will be made again.
        """
        with self._database.transaction() as session:
            row = settlement.lock(session, number)
            if row.reference is not None or row.state not in payments.OPEN:
                return None
            tried_at = row.tried_at
        customer = self._customer_of(row.account_id, row.token)
        if tried_at is not None and tried_at + KEY_HOLDS < self._now():
            if (found := self._found(row, customer)) is not None:
                return self._written(number, found, vouched=True)
            self._next_try(number)
        with self._database.transaction() as session:
            row = settlement.lock(session, number)
            if row.reference is not None or row.state not in payments.OPEN:
                return None
            order, key = _order(session, row, customer), f"payment-{row.token}-{row.tries or 1}"
            row.tries, row.tried_at = row.tries or 1, row.tried_at or self._now()
            payments.ask_again(row, self._now())
        return self._called(number, order, key)

    def _called(self, number: int, order: Order, key: str) -> Intent | None:
        try:
            intent = self._online.start(order, key)
        except Refusal as error:
            log.warning("payment refused", payment=number, reason=str(error))
            with self._database.transaction() as session:
                row = settlement.lock(session, number)
                if row.reference is None and row.state in payments.OPEN:
                    row.state, row.failure, row.card_id = "failed", "provider_refused", None
                    _next(row)
            return None
        except Unanswered as error:
            if error.kept:  # the same key would bring the same failure: look whether it was done, then take another
                with self._database.snapshot() as session:
                    row = session.get_one(PaymentRow, number)
                if (found := self._found(row, order.customer)) is not None:
                    return self._written(number, found, vouched=True)
                self._next_try(number)
            raise
        return self._written(number, intent, vouched=False)

    def _found(self, row: PaymentRow, customer: str) -> Intent | None:
        return self._online.find(row.token, customer, row.created_at - CLOCKS_DIFFER)

    def _next_try(self, number: int) -> None:
        with self._database.transaction() as session:
            row = settlement.lock(session, number)
            if row.reference is None:
                _next(row)

    def _written(self, number: int, intent: Intent, *, vouched: bool) -> Intent:
        """Write what the provider says; `vouched`: it was asked, so that money may be credited on it."""
        with self._database.transaction() as session:
            row = settlement.lock(session, number)
            note = settlement.apply(session, row, intent, self._now(), vouched=vouched)
        if note:
            log.error("a payment needs a person", payment=row.number, note=note)
        return intent

    def _customer_of(self, account_id: str, token: str) -> str:
        """The account at the provider, made there when it is first needed."""
        online = self._online
        with self._database.snapshot() as session:
            known = cards.customer(session, account_id, online.name)
            name = accounts.find(session, account_id).name
        if known is not None:
            return known.reference
        try:
            made = online.customer(account_id, name=name, key=f"customer-{token}")
        except Refusal as error:
            raise Unanswered(str(error)) from error
        return self._database.run(
            lambda session: cards.remember_customer(session, account_id, online.name, made, self._now())
        ).reference

    def _give_up_needless(self, account_id: str) -> None:
        """Give up the payments of invoices on which nothing is open any more.

        One that cannot be given up now ends by itself; what it may bring until then is credited.
        """
        with self._database.snapshot() as session:
            found = settlement.needless(session, account_id)
        for number in found:
            try:
                self._give_up(number, "cancelled")
            except Unanswered as error:
                log.warning("payment provider did not answer", payment=number, reason=str(error))

    def _give_up(self, number: int, state: Literal["cancelled", "expired"]) -> None:
        """Cancel at the provider what it was asked for; what was paid by then is credited.

        Raises:
            Unanswered: it stays as it is.
        """
        with self._database.transaction() as session:
            row = settlement.lock(session, number)
            if row.state not in payments.OPEN:
                return
            if row.reference is None and row.tries == 0:
                settlement.give_up(session, row, state)
                row.check_at = None
                return
        intent = self._cancelled(row)
        now = self._now()
        with self._database.transaction() as session:
            row = settlement.lock(session, number)
            if intent is not None and intent.state != "cancelled":
                settlement.apply(session, row, intent, now, vouched=True)
            elif row.state in payments.OPEN:
                settlement.give_up(session, row, state)
                row.check_at = None if intent is not None or _is_over(row, now) else now + CALL_ENDS

    def _cancelled(self, row: PaymentRow) -> Intent | None:
        """What became of the intent; None where there is none to be found."""
        reference = row.reference
        if reference is None:
            found = self._found(row, self._customer_of(row.account_id, row.token))
            if found is None:
                return None
            reference = found.reference
        try:
            return self._online.cancel(reference)
        except Refusal as error:
            raise Unanswered(str(error)) from error


def _is_over(row: PaymentRow, now: datetime) -> bool:
    return row.tried_at is None or row.tried_at + CALL_ENDS < now


def _next(row: PaymentRow) -> None:
    row.tries, row.tried_at = row.tries + 1, None


def _order(session: Session, row: PaymentRow, customer: str) -> Order:
    card = session.get(SavedCardRow, row.card_id) if row.card_id is not None else None
    return Order(
        token=row.token,
        amount=Money(row.amount, row.currency),
        customer=customer,
        method=row.method,
        card=card.reference if card is not None and card.removed_at is None else None,
    )
