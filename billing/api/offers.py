"""Prepared plans and due billing: what an operator or the clock does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import structlog
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.api.people import PeopleDoor
from billing.api.provider_calls import ProviderCalls
from billing.audit import service as audit
from billing.errors import OfferNotFound, PlanKeyReused, RequestNotFound
from billing.invoices import due, payments
from billing.invoices.models import InvoiceRow
from billing.plans import actions, details, given_back, offers
from billing.plans.models import PlanAction, Subscription
from billing.plans.schemas import BillingRun, DeclinedOffer, PlanActionTerms, PlanPeriod
from billing.plans.steps import Asked
from billing.requests import service as requests
from billing.schemas import Interval, Invoice, Method, PaymentOption

log = structlog.get_logger()


class OffersDoor(PeopleDoor, ProviderCalls):
    """Offers are prepared, changed and withdrawn here; the customer confirms them at `SubscriptionsDoor`."""

    def plan_offer(self, account_id: str) -> PlanActionTerms | None:
        """The terms of the newest prepared plan that waits; None when none does."""
        return next(iter(self.plan_offers(account_id)), None)

    def plan_offers(self, account_id: str) -> list[PlanActionTerms]:
        """The terms of every prepared plan that waits, newest first."""
        with self._database.snapshot() as session:
            asked = Asked(session, accounts.find(session, account_id), self._now())
            return [offers.offered(asked, row) for row in reversed(offers.waiting(session, account_id, asked.at))]

    def why_no_offer(self, account_id: str) -> None:
        """Refuses, where no prepared plan waits, with the reason: one that did expired, or was confirmed and not paid.

        Raises:
            OfferExpired, OfferAwaitsPayment, OfferNotFound: there is none.
        """
        with self._database.snapshot() as session:
            offers.refuse_where_none_waits(session, accounts.find(session, account_id), self._now())
        raise OfferNotFound(account_id)

    def plan_periods(self, account_id: str) -> list[PlanPeriod]:
        """Every period and offer that was not withdrawn, newest first."""
        with self._database.snapshot() as session:
            return details.listed(session, accounts.find(session, account_id), self._now())

    def prepare_plan(
        self,
        account_id: str,
        plan: str,
        interval: Interval,
        *,
        starts_at: datetime | None = None,
        payment_option: PaymentOption = "full_upfront",
        payment_method: Method | None = None,
        services: list[str] | None = None,
        key: str | None = None,
        replaces: str | None = None,
        request: str | None = None,
        valid_until: date | None = None,
        actor: str = "operator:cli",
    ) -> PlanActionTerms:
        """Offer a plan, once per key; with `replaces` give a waiting offer other terms, which are confirmed anew.

        It begins when it is confirmed, or at `starts_at`; when it is paid, where the way to pay takes its time.
        `services` None: those of the plan. `payment_method` None: by invoice. It can be confirmed until `valid_until`,
        30 days when that is left out. `request`: the request of the account, or of a visitor, that it answers; it is
        `offered` then, and that is told.

        Raises:
            PlanNotFound, ServiceNotFound, PaymentMethodUnknown, OfferNotFound, OfferAwaitsPayment, PlanKeyReused,
            PeriodInvalid, RequestNotFound, RequestClosed: nothing was written.
        """
        given: dict[str, Any] = {
            "plan": plan,
            "interval": interval,
            "starts_at": starts_at,
            "payment_option": payment_option,
            "payment_method": payment_method,
            "services": services,
            "replaces": replaces,
            "valid_until": valid_until,
        }
        return self._database.run(lambda session: self._prepare(session, account_id, given, request, key, actor))

    def _prepare(
        self,
        session: Session,
        account_id: str,
        given: dict[str, Any],
        request: str | None,
        key: str | None,
        actor: str,
    ) -> PlanActionTerms:
        asked = Asked(session, accounts.lock(session, account_id), self._now())
        moments = {name: given[name].isoformat() if given[name] else None for name in ("starts_at", "valid_until")}
        kept = given | moments | {"request": request}
        before = actions.of_key(session, account_id, key) if key is not None else None
        if before is not None:
            if (before.action, before.given) != ("prepare", kept):
                raise PlanKeyReused(key)
            return PlanActionTerms.model_validate(before.receipt)
        row = offers.prepare(asked, **given)
        if request is not None:
            self._answer_with(session, row, request, actor)
        told = offers.offered(asked, row)
        action = "plan.prepare" if given["replaces"] is None else "plan.change_offer"
        audit.record(session, actor=actor, action=action, subject=account_id, at=asked.at, after=kept)
        if key is not None:
            receipt = told.model_dump(mode="json", exclude={"checksum"})
            session.add(
                PlanAction(account_id=account_id, key=key, action="prepare", given=kept, receipt=receipt, at=asked.at)
            )
        return told

    def _answer_with(self, session: Session, row: Subscription, request: str, actor: str) -> None:
        """Let an offer be the answer to a request, and say so."""
        asked = requests.find(session, request)
        if asked.account_id not in (None, row.account_id):
            raise RequestNotFound(request)
        row.request_id = asked.id
        session.flush()
        self._note_change(
            session,
            requests.change(session, request, "offered", None, at=self._now(), channels=self._channels),
            "move",
            actor,
        )

    def declined_offers(self, account_id: str | None = None) -> list[DeclinedOffer]:
        """The prepared plans that customers did not want, and why, newest first: an account's, or everybody's."""
        with self._database.snapshot() as session:
            return [given_back.schema(session, row) for row in given_back.declined(session, account_id)]

    def preview_plan(
        self,
        account_id: str,
        plan: str,
        interval: Interval,
        *,
        starts_at: datetime | None = None,
        payment_option: PaymentOption = "full_upfront",
        payment_method: Method | None = None,
        services: list[str] | None = None,
    ) -> PlanActionTerms:
        """The terms that `prepare_plan` would offer, as of now. Nothing is written.

        Raises:
            PlanNotFound, ServiceNotFound, PaymentMethodUnknown.
        """
        with self._database.transaction() as session:
            asked = Asked(session, accounts.lock(session, account_id), self._now())
            trial = session.begin_nested()
            row = offers.prepare(
                asked,
                plan=plan,
                interval=interval,
                starts_at=starts_at,
                payment_option=payment_option,
                payment_method=payment_method,
                services=services,
            )
            told = offers.offered(asked, row)
            trial.rollback()
            return told

    def withdraw_offer(self, account_id: str, offer: str, *, actor: str = "operator:cli") -> None:
        """Take a prepared plan back before it begins.

        Of one that the customer confirmed and has not paid, the invoice is taken back by a credit note; what was paid
        of it becomes top-up credit.

        Raises:
            OfferNotFound: none of that number waits.
        """
        with self._database.transaction() as session:
            asked = Asked(session, accounts.lock(session, account_id), self._now())
            row = offers.of_number(session, account_id, offer)
            given_back.take_back(asked, row, actor=actor)
            audit.record(
                session,
                actor=actor,
                action="plan.withdraw_offer",
                subject=account_id,
                at=self._now(),
                before={"number": row.number, "plan": row.plan},
                after={"number": row.number, "withdrawn_at": asked.at.isoformat()},
            )
        self._give_up_needless(account_id)

    def pay_invoice(
        self, account_id: str, number: str, amount: Decimal | None = None, *, key: str, actor: str = "operator:cli"
    ) -> Invoice:
        """Record money that came for an invoice (None: all that is open), once per key; never more than is open.

        Raises:
            InvoiceNotFound, AmountInvalid, AmountNotPositive, AmountTooFine: nothing was written.
        """
        return self._database.run(
            lambda session: payments.record(session, account_id, number, amount, key=key, actor=actor, at=self._now())
        )

    def bill_due(self, at: datetime | None = None) -> BillingRun:
        """Issue the invoices that are due by `at` (now when left out), each period's once; each in its transaction.

        It may run late, twice or in several processes at once.
        """
        at = at or self._now()
        with self._database.snapshot() as session:
            billable = due.due(session, at)
        issued, failed = self._each_billed(due.bill, billable, at)
        self._start_payments()
        with self._database.snapshot() as session:
            unsettled = due.unsettled(session, at)
        settled, failed_too = self._each_billed(due.settle, unsettled, at)
        return BillingRun(issued=issued, settled=settled, failed=[*failed, *failed_too])

    def _each_billed(
        self, work: Callable[..., InvoiceRow | None], found: list[tuple[str, int]], at: datetime
    ) -> tuple[list[str], list[str]]:
        """The numbers of the invoices worked on, and the accounts where it failed: one never holds up the others."""
        numbers, failed = [], []
        for account_id, number in found:
            try:
                with self._database.transaction() as session:
                    invoice = work(session, account_id, number, at)
                    numbers += [invoice.number] if invoice else []
            except Exception:
                log.exception("not billed", account=account_id, work=work.__name__, number=number)
                failed.append(account_id)
        return numbers, failed
