"""redeem_voucher: a form for the code, confirmed on what it gives."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import offers, voucher_texts
from actions.base import AccountAction, Events, account_of, caller_of, card, say
from actions.catalogue import service_names
from actions.forms import REDEEM_VOUCHER, FormEnd, FormValidation, yes_or_no
from actions.texts import Texts


class ActionStartRedeemVoucher(AccountAction):
    """Opens the form for signed-in customers."""

    def name(self) -> str:
        return "action_start_redeem_voucher"

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        return None


class ValidateRedeemVoucherForm(FormValidation):
    """Checks that the code is good for this account as soon as it is known."""

    def name(self) -> str:
        return "validate_redeem_voucher_form"

    def validate_voucher_code(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> str | None:
        self.billing.voucher_terms(account_of(tracker), str(value))
        return str(value)

    def validate_voucher_confirmed(self, value: Any, dispatcher: Any, tracker: Tracker, texts: Texts) -> bool | None:
        return yes_or_no(value, self.answers_only("voucher_confirmed", tracker))


class ActionAskVoucherConfirmed(AccountAction):
    """Shows what the code gives and asks for a yes to it."""

    def name(self) -> str:
        return "action_ask_redeem_voucher_form_voucher_confirmed"

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        code = tracker.get_slot("voucher_code")
        terms = self.billing.voucher_terms(account, code)
        made = offers.make(self.billing, dispatcher, tracker, texts, code, str(terms.amount))
        say(
            dispatcher,
            "utter_redeem_voucher_confirm",
            card("confirmation", terms, service_names(self.billing, texts)),
            amount=texts.money(terms.amount),
            code=code,
            validity=voucher_texts.validity(texts, terms.expires_on),
            services=voucher_texts.services(self.billing, texts, terms.services),
        )
        return made


class ActionRedeemVoucher(FormEnd):
    """Redeems what was confirmed."""

    slots = REDEEM_VOUCHER
    confirmed_by = "voucher_confirmed"
    declined = "utter_redeem_voucher_declined"

    def name(self) -> str:
        return "action_redeem_voucher"

    def carry_out(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        account, actor = account_of(tracker), f"customer:{caller_of(tracker).user}"
        key = offers.key(tracker)
        voucher = self.billing.redeem_voucher(account, tracker.get_slot("voucher_code"), key=key, actor=actor)
        voucher_texts.tell(self.billing, account, dispatcher, texts, voucher)
        return None
