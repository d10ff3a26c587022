"""A plan's life, for customers: its terms, and what is done to it on exactly those."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.api.provider_calls import ProviderCalls
from billing.audit import service as audit
from billing.invoices import service as invoices
from billing.outbox import service as outbox
from billing.payments import service as payments
from billing.plans import actions, given_back, offers
from billing.plans.schemas import DeclinedOffer, PlanActionName, PlanActionTerms, PlanReceipt
from billing.plans.steps import Asked
from billing.requests import service as requests
from billing.schemas import Interval


class SubscriptionsDoor(ProviderCalls):
    """Confirm, pause, resume, change, cancel, renew, undo.

    Each first tells its terms; doing it needs their `checksum`, and is done once per account and `key`: a repeat gets
    the first receipt. All refuse with TermsChanged when the terms are others by then and with PlanKeyReused when the
    key was spent on something else. `actor` is who the audit trail names; the account itself when it is left out.
    """

    def plan_confirm_terms(self, account_id: str, offer: str) -> PlanActionTerms:
        """The terms of a prepared plan. Raises OfferNotFound."""
        return self._terms(account_id, "confirm", offer=offer)

    def confirm_plan(
        self, account_id: str, offer: str, *, terms_checksum: str, key: str, actor: str | None = None
    ) -> PlanReceipt:
        """Make a prepared plan the account's.

        Paid upfront by a way that does not settle at once, it begins with its payment: `awaits_payment` says how much.

        Raises:
            OfferNotFound, OfferExpired, OfferAwaitsPayment, PaymentDeclined: nothing was written.
        """
        return self._perform(account_id, "confirm", terms_checksum, key, actor, offer=offer)

    def decline_plan(
        self, account_id: str, offer: str, *, reason: str | None = None, actor: str | None = None
    ) -> DeclinedOffer:
        """Say that a prepared plan is not wanted, and why: a code of `DECLINE_REASONS`, or words. Sales are told.

        One that was confirmed and not paid is given up so, too: its invoice is taken back by a credit note, and what
        was paid of it becomes top-up credit. A repeat gets the first outcome.

        Raises:
            OfferNotFound, NoteInvalid: nothing was written.
        """
        by = actor or f"customer:{account_id}"

        def work(session: Session) -> DeclinedOffer:
            asked = Asked(session, accounts.lock(session, account_id), self._now())
            row, is_news = given_back.decline(asked, offer, reason, actor=by)
            told = given_back.schema(session, row)
            if is_news:
                after = {"number": row.number, "plan": row.plan, "reason": row.decline_reason}
                audit.record(session, actor=by, action="plan.decline", subject=account_id, at=asked.at, after=after)
                outbox.add(session, "offer.declined", told.model_dump(mode="json"), subject=row.id, at=asked.at)
                requests.settle(session, row.request_id, "lost", asked.at)
            return told

        told = self._database.run(work)
        self._give_up_needless(account_id)
        return told

    def plan_pause_terms(self, account_id: str) -> PlanActionTerms:
        """Until when a pause lasts at most. Raises what `pause_plan` would."""
        return self._terms(account_id, "pause")

    def pause_plan(self, account_id: str, *, terms_checksum: str, key: str, actor: str | None = None) -> PlanReceipt:
        """Stop the period's clock; nothing is charged to the plan meanwhile.

        Raises:
            PlanNotInForce, PlanPaused, PauseUsedUp: nothing was written.
        """
        return self._perform(account_id, "pause", terms_checksum, key, actor)

    def plan_resume_terms(self, account_id: str) -> PlanActionTerms:
        """The end that the period has when it goes on now. Raises what `resume_plan` would."""
        return self._terms(account_id, "resume")

    def resume_plan(self, account_id: str, *, terms_checksum: str, key: str, actor: str | None = None) -> PlanReceipt:
        """Let the period's clock go on; its end stays moved by the time that was paused.

        Raises:
            PlanNotInForce, PlanNotPaused: nothing was written.
        """
        return self._perform(account_id, "resume", terms_checksum, key, actor)

    def plan_change_terms(self, account_id: str, plan: str, interval: Interval | None = None) -> PlanActionTerms:
        """The new period's terms, when it begins, and what the unused rest is worth. Raises what `change_plan` would.

        `interval` None: that of the present plan.
        """
        return self._terms(account_id, "change", plan=plan, interval=interval)

    def change_plan(
        self,
        account_id: str,
        plan: str,
        interval: Interval | None = None,
        *,
        terms_checksum: str,
        key: str,
        actor: str | None = None,
    ) -> PlanReceipt:
        """Upgrade now with the unused rest credited, or downgrade at the period's end.

        Raises:
            PlanNotInForce, PlanPaused, PlanCancelled, PlanUnchanged, PlanAlreadyRenewed, PlanChangePending,
            PlanNotFound, PaymentDeclined: nothing was written.
        """
        return self._perform(account_id, "change", terms_checksum, key, actor, plan=plan, interval=interval)

    def plan_cancel_terms(self, account_id: str) -> PlanActionTerms:
        """When the plan would end, what is lost then and what stays. Raises what `cancel_plan` would."""
        return self._terms(account_id, "cancel")

    def cancel_plan(self, account_id: str, *, terms_checksum: str, key: str, actor: str | None = None) -> PlanReceipt:
        """End the plan with its period.

        Raises:
            PlanNotInForce, PlanCancelled: nothing was written.
        """
        return self._perform(account_id, "cancel", terms_checksum, key, actor)

    def plan_renewal_terms(self, account_id: str) -> PlanActionTerms:
        """The next period's terms. Raises what `renew_plan` would."""
        return self._terms(account_id, "renew")

    def renew_plan(self, account_id: str, *, terms_checksum: str, key: str, actor: str | None = None) -> PlanReceipt:
        """Agree the next period: after the present one, or now if that has ended. One at most.

        Raises:
            PlanNotInForce, PlanCancelled, PlanAlreadyRenewed, PlanChangePending, PlanNotFound, PaymentDeclined.
            ServiceNotFound: a service of the period's own choice is not sold any more. Nothing was written.
        """
        return self._perform(account_id, "renew", terms_checksum, key, actor)

    def plan_undo_terms(self, account_id: str) -> PlanActionTerms:
        """What would be taken back (`undoes`). Raises what `undo_plan_change` would."""
        return self._terms(account_id, "undo")

    def undo_plan_change(
        self, account_id: str, *, terms_checksum: str, key: str, actor: str | None = None
    ) -> PlanReceipt:
        """Take back the cancellation, or the renewal or change agreed for the period's end.

        Raises:
            PlanNotInForce, NothingToUndo: nothing was written.
        """
        return self._perform(account_id, "undo", terms_checksum, key, actor)

    def plan_receipt_of(self, account_id: str, key: str) -> PlanReceipt | None:
        """The receipt of what the account's key was spent on; None when it was not."""
        with self._database.snapshot() as session:
            found = actions.of_key(session, account_id, key)
        if found is None or found.action == "prepare":
            return None
        return self._with_payment(account_id, PlanReceipt.model_validate(found.receipt))

    def _terms(self, account_id: str, action: PlanActionName, **given: Any) -> PlanActionTerms:
        with self._database.snapshot() as session:
            return actions.preview(session, account_id, action, self._now(), **given)

    def _perform(
        self, account_id: str, action: PlanActionName, checksum: str, key: str, actor: str | None, **given: Any
    ) -> PlanReceipt:
        def work(session: Session) -> PlanReceipt:
            is_news = actions.of_key(session, account_id, key) is None
            receipt = actions.perform(
                session,
                account_id,
                action,
                terms_checksum=checksum,
                key=key,
                actor=actor or f"customer:{account_id}",
                at=self._now(),
                **given,
            )
            if is_news and action == "confirm":
                requests.settle(session, offers.request_of(session, receipt.number), "won", self._now())
            return receipt

        receipt = self._database.run(work)
        self._start_payments(account_id)
        return self._with_payment(account_id, receipt)

    def _with_payment(self, account_id: str, receipt: PlanReceipt) -> PlanReceipt:
        """The receipt, and what is asked of the payment provider for its invoice."""
        if receipt.invoice is None or self._ways.online is None:
            return receipt
        with self._database.snapshot() as session:
            invoice = invoices.find(session, account_id, receipt.invoice)
            asked = payments.of_subject(session, "invoice", invoice.id)
            return receipt.model_copy(update={"payment": payments.schema(session, asked) if asked else None})
