"""recharge: a form for amount and payment method, confirmed on exact terms."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import offers, payments
from actions.base import AccountAction, Events, account_of, card, say
from actions.forms import RECHARGE, FormEnd, FormValidation, yes_or_no
from actions.texts import Texts
from billing.api import Billing, TopUpTerms
from billing.errors import AmountInvalid, CurrencyMismatch, PaymentMethodUnknown


def _amount(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise AmountInvalid(str(value)) from error


def _terms(billing: Billing, tracker: Tracker) -> TopUpTerms:
    return billing.top_up_terms(
        account_of(tracker),
        _amount(tracker.get_slot("amount")),
        tracker.get_slot("currency"),
        tracker.get_slot("payment_method"),
    )


def _confirmation(terms: TopUpTerms) -> str:
    """The response that asks for a yes: it names the saved card, or says where one pays."""
    if terms.card is not None:
        return "utter_recharge_confirm_saved_card"
    return f"utter_recharge_confirm_{'pay_' if terms.settles == 'after_payment' else ''}{terms.method}"


def _card_confirmed(tracker: Tracker) -> str | None:
    """The id of the saved card that was shown; None where none was."""
    offer = tracker.get_slot(offers.OFFER)
    charged = offer["terms"][2:] if offer else []
    return charged[0] if charged else None


class ActionStartRecharge(AccountAction):
    """Opens the form for signed-in customers."""

    def name(self) -> str:
        return "action_start_recharge"

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        say(dispatcher, "utter_recharge_start")
        return None


class ValidateRechargeForm(FormValidation):
    """Checks amount, currency and method as soon as each is known."""

    def name(self) -> str:
        return "validate_recharge_form"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        events = super().answer(dispatcher, tracker, texts) or []
        if tracker.get_slot("amount") is None and tracker.get_slot("currency") is not None:
            events.append(SlotSet("currency", None))
        return events

    def validate_amount(self, value: Any, dispatcher: Any, tracker: Tracker, texts: Texts) -> str | None:
        account = account_of(tracker)
        if value == tracker.latest_message["text"] and not self.answers_only("amount", tracker):
            return None  # "by card", when asked how much: that was no amount, and the method is kept
        method = tracker.get_slot("payment_method")
        methods = self.billing.top_up_limits(account).methods
        amount = _amount(value)
        self.billing.top_up_terms(
            account, amount, tracker.get_slot("currency"), method if method in methods else methods[0]
        )
        return str(amount)

    def validate_currency(self, value: Any, dispatcher: Any, tracker: Tracker, texts: Texts) -> str | None:
        account = self.billing.account(account_of(tracker))
        if value == account.currency or tracker.slots_to_validate().get("amount") is not None:
            return str(value)  # beside an amount it is refused with it
        raise CurrencyMismatch(account.currency, value)

    def validate_payment_method(self, value: Any, dispatcher: Any, tracker: Tracker, texts: Texts) -> str | None:
        if value in self.billing.top_up_limits(account_of(tracker)).methods:
            return str(value)
        if self.answers_only("payment_method", tracker):
            raise PaymentMethodUnknown(value)
        return None

    def validate_recharge_confirmed(self, value: Any, dispatcher: Any, tracker: Tracker, texts: Texts) -> bool | None:
        return yes_or_no(value, self.answers_only("recharge_confirmed", tracker))


class ActionAskAmount(AccountAction):
    """Asks how much, within the limits."""

    def name(self) -> str:
        return "action_ask_recharge_form_amount"

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        limits = self.billing.top_up_limits(account)
        say(
            dispatcher,
            "utter_ask_recharge_form_amount",
            minimum=texts.money(limits.minimum),
            maximum=texts.money(limits.maximum),
        )
        return None


class ActionAskRechargeConfirmed(AccountAction):
    """Shows the exact terms and asks for a yes to them."""

    def name(self) -> str:
        return "action_ask_recharge_form_recharge_confirmed"

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        terms = _terms(self.billing, tracker)
        charged = terms.card.id if terms.card else None
        made = offers.make(self.billing, dispatcher, tracker, texts, str(terms.amount), terms.method, charged)
        say(
            dispatcher,
            _confirmation(terms),
            card("confirmation", terms),
            amount=texts.money(terms.amount),
            saved_card=payments.card_name(terms.card, texts) if terms.card else "",
            details="\n".join(self._details(account, terms, texts)),
        )
        return made

    def _details(self, account: str, terms: TopUpTerms, texts: Texts) -> list[str]:
        rows = []
        if terms.pays_owed:
            rows.append(texts.term("row_top_up_pays_owed", amount=texts.money(terms.pays_owed)))
        afterwards = self.billing.balance(account).available + terms.amount - terms.pays_owed
        return [*rows, texts.term("row_top_up_afterwards", amount=texts.money(afterwards))]


class ActionRecharge(FormEnd):
    """Tops up what was confirmed."""

    slots = RECHARGE
    confirmed_by = "recharge_confirmed"
    declined = "utter_recharge_declined_by_customer"

    def name(self) -> str:
        return "action_recharge"

    def carry_out(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        receipt = self.billing.recharge(
            account_of(tracker),
            amount=_amount(tracker.get_slot("amount")),
            currency=tracker.get_slot("currency"),
            method=tracker.get_slot("payment_method"),
            key=offers.key(tracker),
            card=_card_confirmed(tracker),
        )
        offers.tell_receipt(dispatcher, texts, receipt)
        return None
