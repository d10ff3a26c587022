"""How vouchers are said."""

from __future__ import annotations

from datetime import date

from rasa_sdk.executor import CollectingDispatcher

from actions.base import card, say
from actions.catalogue import service_names
from actions.texts import Texts
from billing.api import Billing, VoucherDetail


def validity(texts: Texts, expires_on: date | None) -> str:
    """Until when it is good."""
    return texts.term("voucher_until", day=texts.day(expires_on)) if expires_on else texts.term("voucher_for_good")


def services(billing: Billing, texts: Texts, scope: list[str]) -> str:
    """What it may pay for; an empty scope is everything."""
    names = service_names(billing, texts)
    return texts.join([names[service] for service in scope]) if scope else texts.term("services_all")


def tell(
    billing: Billing, account: str, dispatcher: CollectingDispatcher, texts: Texts, voucher: VoucherDetail
) -> None:
    """What was credited."""
    say(
        dispatcher,
        "utter_redeem_voucher_done",
        card("receipt", voucher, service_names(billing, texts)),
        amount=texts.money(voucher.amount),
        validity=validity(texts, voucher.expires_on),
        services=services(billing, texts, voucher.services),
        balance=texts.money(billing.balance(account).available),
    )
