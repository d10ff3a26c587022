"""show_balance: how much credit is left, bucket by bucket."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import payments
from actions.base import FiguresAction, card, say
from actions.catalogue import service_names
from actions.texts import Texts
from billing.api import Balance, Reading


class ActionShowBalance(FiguresAction):
    """Says the balance, and where it lies."""

    def name(self) -> str:
        return "action_show_balance"

    def tell(self, reading: Reading, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> bool:
        balance = reading.balance()
        say(
            dispatcher,
            "utter_balance_owed" if balance.owed else "utter_balance",
            card("balance", balance, service_names(reading, texts)),
            available=texts.money(balance.available),
            owed=texts.money(balance.owed),
            details="\n".join(_details(balance, texts)),
        )
        return bool(balance.pending_top_ups)

    def afterwards(self, told: object, account: str, dispatcher: CollectingDispatcher, texts: Texts) -> None:
        if told:
            payments.tell_open(self.billing, account, dispatcher, texts)


def _details(balance: Balance, texts: Texts) -> list[str]:
    rows = []
    if balance.plan:
        rows.append(texts.term("row_balance_plan", amount=texts.money(balance.plan)))
    for voucher in balance.vouchers:
        amount = texts.money(voucher.remaining)
        if voucher.expires_on:
            rows.append(texts.term("row_balance_voucher", amount=amount, expires_on=texts.day(voucher.expires_on)))
        else:
            rows.append(texts.term("row_balance_voucher_no_expiry", amount=amount))
    rows.append(texts.term("row_balance_top_up", amount=texts.money(balance.top_up)))
    if balance.pending_top_ups:
        rows.append(texts.term("row_balance_pending", amount=texts.money(balance.pending_top_ups)))
    return rows
