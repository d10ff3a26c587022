"""What the tasks on a plan share: which terms each asks a yes to, how it is carried out, how both are said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions import payments
from actions.base import card, receipt_card, say
from actions.catalogue import plan_names, service_names
from actions.texts import Texts
from billing.api import AwaitedPayment, Billing, PlanActionTerms, PlanReceipt, PlanTerms
from billing.errors import OfferNotFound

ACTIONS = {
    "confirm_plan": "confirm",
    "pause_plan": "pause",
    "resume_plan": "resume",
    "change_plan": "change",
    "cancel_plan": "cancel",
    "renew_plan": "renew",
}
"""The action that each topic asks for."""


def terms_of(billing: Billing, account: str, action: str, plan: str | None = None) -> PlanActionTerms:
    """The exact terms to be confirmed; `plan` is the catalogue's id of what to change to.

    Raises:
        BillingError: why the action cannot be taken now.
    """
    if action == "change":
        return billing.plan_change_terms(account, plan or "")
    if action == "confirm":
        offered = billing.plan_offer(account)
        if offered is None:
            billing.why_no_offer(account)
            raise OfferNotFound
        return offered
    ask: dict[str, Callable[[str], PlanActionTerms]] = {
        "pause": billing.plan_pause_terms,
        "resume": billing.plan_resume_terms,
        "cancel": billing.plan_cancel_terms,
        "renew": billing.plan_renewal_terms,
        "undo": billing.plan_undo_terms,
    }
    return ask[action](account)


def carry_out(billing: Billing, account: str, terms: dict[str, Any], *, key: str, actor: str) -> PlanReceipt:
    """Do what was confirmed, once per key.

    Raises:
        TermsChanged: they are others by now; nothing was written.
    """
    action, given = terms["action"], {"terms_checksum": terms["checksum"], "key": key, "actor": actor}
    if action == "change":
        return billing.change_plan(account, terms["plan"], **given)
    if action == "confirm":
        return billing.confirm_plan(account, terms["number"], **given)
    do: dict[str, Callable[..., PlanReceipt]] = {
        "pause": billing.pause_plan,
        "resume": billing.resume_plan,
        "cancel": billing.cancel_plan,
        "renew": billing.renew_plan,
        "undo": billing.undo_plan_change,
    }
    return do[action](account, **given)


def ask(billing: Billing, dispatcher: CollectingDispatcher, texts: Texts, terms: PlanActionTerms) -> None:
    """Show the exact terms and ask for a yes to them."""
    variant = f"{terms.action}_{terms.effective}" if terms.action == "change" else terms.action
    values = _values(texts, terms)
    if terms.begins is not None:
        values |= _period(billing, texts, terms.begins)
    say(dispatcher, f"utter_plan_{variant}_terms", card("confirmation", terms, service_names(billing, texts)), **values)


def tell(billing: Billing, account: str, dispatcher: CollectingDispatcher, texts: Texts, receipt: PlanReceipt) -> None:
    """What was done."""
    variant = f"{receipt.action}_{receipt.effective}" if receipt.action == "change" else receipt.action
    waits = receipt.awaits_payment
    if waits is not None:
        variant = "confirm_unpaid"
    say(
        dispatcher,
        f"utter_plan_{variant}_done",
        receipt_card(receipt),
        plan=plan_names(billing, account, texts).get(receipt.plan, receipt.plan),
        effective_on=texts.day(receipt.effective_on),
        **(awaited(texts, waits) if waits is not None else {}),
    )
    if receipt.invoice is not None and waits is None:
        say(dispatcher, "utter_plan_invoice", number=receipt.invoice)
    if receipt.payment is not None:
        payments.tell(dispatcher, texts, receipt.payment)


def awaited(texts: Texts, waits: AwaitedPayment) -> dict[str, str]:
    """What must be paid before a plan begins, and how."""
    return {
        "due": texts.money(waits.amount),
        "due_on": texts.day(waits.due_on),
        "invoice": waits.invoice,
        "method": texts.term(f"method_{waits.method}"),
    }


def _values(texts: Texts, terms: PlanActionTerms) -> dict[str, Any]:
    days = {"effective_on": terms.effective_on, "resumes_by": terms.resumes_by, "ends_on": terms.ends_on}
    amounts = {"credited": terms.credited, "lost": terms.lost, "kept": terms.kept}
    return {
        "plan": texts.name(terms.names),
        "conditions": "".join(f"\n{row}" for row in _conditions(texts, terms)),
        "interval": texts.term(f"interval_{terms.interval}"),
        "undoes": texts.term(f"plan_undoes_{terms.undoes}") if terms.undoes else "",
        **{name: texts.day(day) if day else "" for name, day in days.items()},
        **{name: texts.money(money) if money else "" for name, money in amounts.items()},
    }


def _conditions(texts: Texts, terms: PlanActionTerms) -> Iterator[str]:
    """What else an offer says: that it begins once it is paid, and until when it can be confirmed."""
    begins = terms.begins
    if begins is not None and begins.begins_once_paid:
        due_now, method = texts.money(begins.due_now), texts.term(f"method_{begins.payment_method}")
        yield texts.term("row_offer_once_paid", due_now=due_now, method=method)
    if terms.valid_until is not None:
        yield texts.term("row_offer_valid_until", day=texts.day(terms.valid_until))


def _period(billing: Billing, texts: Texts, begins: PlanTerms) -> dict[str, Any]:
    """The period that begins, as the customer is told it."""
    names = service_names(billing, texts)
    services = [names[service] for service in begins.services]
    return {
        "plan": texts.name(begins.names),
        "interval": texts.term(f"interval_{begins.interval}"),
        "services": texts.term("services_all") if begins.all_services else texts.join(services),
        "price": texts.money(begins.price),
        "amount": texts.money(begins.amount),
        "starts_on": texts.day(begins.starts_on),
        "period_ends_on": texts.day(begins.ends_on),
        "due": texts.term(
            f"plan_due_{begins.payment_option}",
            due_now=texts.money(begins.due_now),
            due_later=texts.money(begins.due_later) if begins.due_later else "",
            due_on=texts.day(begins.due_on) if begins.due_on else "",
        ),
    }
