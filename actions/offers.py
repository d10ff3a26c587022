"""Offers: terms that were shown for a yes. What is confirmed is done once an offer, whichever message confirms it.

A turn can break after its effect was kept and before the conversation was. The form is then still open, and the next
message, whatever it says, must neither do the same again nor say that nothing happened: it asks here first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import payments, plan_terms, voucher_texts
from actions.answer_time import answer_time
from actions.base import Events, caller_of, receipt_card, say
from actions.texts import Texts
from billing.api import Billing, Receipt, Request

OFFER = "offer"
SUPPORT = "contact_support"
"""The topic of requests that a person may answer in the conversation itself."""


def key(tracker: Tracker) -> str:
    """The idempotency key of the offer that stands: the id of the message that it answered first."""
    offer = tracker.get_slot(OFFER)
    return str(offer["key"]) if offer else caller_of(tracker).message


def make(billing: Billing, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts, *terms: Any) -> Events:
    """Let the offer be of these terms: the one that stands where they are the same, a new one otherwise.

    An offer that is replaced and was carried out already is told first.
    """
    stands = tracker.get_slot(OFFER)
    if stands and stands["terms"] == list(terms):
        return []
    tell_if_done(billing, dispatcher, tracker, texts)
    offer = {"form": tracker.active_loop["name"], "key": caller_of(tracker).message, "terms": list(terms)}
    return [SlotSet(OFFER, offer)]


def tell_if_done(billing: Billing, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> bool:
    """Whether the offer that stands was carried out already; its outcome is told then."""
    offer = tracker.get_slot(OFFER)
    tell = _TELL[offer["form"]] if offer else None
    return tell is not None and tell(billing, dispatcher, tracker, texts)


def tell_receipt(dispatcher: CollectingDispatcher, texts: Texts, receipt: Receipt) -> None:
    """What a top-up came to, or what it waits for."""
    if receipt.payment is not None and receipt.status != "completed":
        payments.tell(dispatcher, texts, receipt.payment, receipt_card(receipt))
        return
    rows = []
    if receipt.pays_owed:
        rows.append(texts.term("row_top_up_paid_owed", amount=texts.money(receipt.pays_owed)))
    rows.append(texts.term("row_top_up_receipt", receipt=receipt.number or receipt.id, top_up=receipt.id))
    say(
        dispatcher,
        f"utter_recharge_{receipt.status}",
        receipt_card(receipt),
        amount=texts.money(receipt.amount),
        balance=texts.money(receipt.balance),
        reference=receipt.reference,
        top_up=receipt.id,
        details="\n".join(rows),
    )


def tell_request(
    billing: Billing, account: str, dispatcher: CollectingDispatcher, texts: Texts, request: Request
) -> None:
    """Under which number a request to the team went, and when it is answered; for one to support a person may come."""
    handoff = request.id if request.topic == SUPPORT else None
    by = answer_time(billing, account, texts)
    say(dispatcher, "utter_request_done", handoff=handoff, request=request.id, answer_time=by)


def _recharge(billing: Billing, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> bool:
    account = caller_of(tracker).account
    receipt = account and billing.receipt_of(account, key(tracker))
    if receipt:
        tell_receipt(dispatcher, texts, receipt)
    return bool(receipt)


def _sales(billing: Billing, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> bool:
    request = billing.request_of(caller_of(tracker).account, key(tracker))
    if request:
        say(dispatcher, "utter_contact_sales_done", request=request.id)
    return bool(request)


def _request(billing: Billing, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> bool:
    account = caller_of(tracker).account
    request = account and billing.request_of(account, key(tracker))
    if account and request:
        tell_request(billing, account, dispatcher, texts, request)
    return bool(request)


def _plan(billing: Billing, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> bool:
    account = caller_of(tracker).account
    receipt = account and billing.plan_receipt_of(account, key(tracker))
    if account and receipt:
        plan_terms.tell(billing, account, dispatcher, texts, receipt)
    return bool(receipt)


def _voucher(billing: Billing, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> bool:
    account = caller_of(tracker).account
    voucher = account and billing.voucher_of(account, key(tracker))
    if account and voucher:
        voucher_texts.tell(billing, account, dispatcher, texts, voucher)
    return bool(voucher)


_TELL: dict[str, Callable[[Billing, CollectingDispatcher, Tracker, Texts], bool]] = {
    "recharge_form": _recharge,
    "contact_sales_form": _sales,
    "request_form": _request,
    "plan_form": _plan,
    "redeem_voucher_form": _voucher,
}
