"""A plan's life, as a customer lives it: look at the terms, confirm exactly those."""

from __future__ import annotations

from itertools import count

from billing.api import Billing, PlanActionTerms, PlanReceipt

_number = count(1)


def key() -> str:
    return f"plan-{next(_number)}"


def terms(billing: Billing, account: str, action: str, *given: str) -> PlanActionTerms:
    told = {
        "confirm": billing.plan_confirm_terms,
        "pause": billing.plan_pause_terms,
        "resume": billing.plan_resume_terms,
        "change": billing.plan_change_terms,
        "cancel": billing.plan_cancel_terms,
        "renew": billing.plan_renewal_terms,
        "undo": billing.plan_undo_terms,
    }
    return told[action](account, *given)


def do(billing: Billing, account: str, action: str, *given: str, checksum: str | None = None, by: str | None = None):
    """Do it on the terms as they are now, or on those of a checksum; `by` is the key."""
    done = {
        "confirm": billing.confirm_plan,
        "pause": billing.pause_plan,
        "resume": billing.resume_plan,
        "change": billing.change_plan,
        "cancel": billing.cancel_plan,
        "renew": billing.renew_plan,
        "undo": billing.undo_plan_change,
    }
    checksum = checksum or terms(billing, account, action, *given).checksum
    receipt: PlanReceipt = done[action](account, *given, terms_checksum=checksum, key=by or key())
    return receipt


def confirmed(billing: Billing, account: str, plan: str = "starter", interval: str = "monthly", **offer) -> PlanReceipt:
    """A plan that was prepared and confirmed."""
    offered = billing.prepare_plan(account, plan, interval, **offer)
    return do(billing, account, "confirm", offered.number)
