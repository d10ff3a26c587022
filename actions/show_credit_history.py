"""show_credit_history: the newest top-ups, charges and vouchers."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import payments
from actions.base import AccountAction, Events, card, say
from actions.catalogue import service_names
from actions.texts import Texts
from billing.api import CreditEntry

SHOWN = 10


class ActionShowCreditHistory(AccountAction):
    """Says one line an entry, newest first."""

    def name(self) -> str:
        return "action_show_credit_history"

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        self._tell(account, dispatcher, texts)
        payments.tell_open(self.billing, account, dispatcher, texts)
        return None

    def _tell(self, account: str, dispatcher: CollectingDispatcher, texts: Texts) -> None:
        history = self.billing.credit_history(account, limit=SHOWN)
        if not history.entries:
            say(dispatcher, "utter_credit_history_none")
            return
        names = service_names(self.billing, texts)
        say(
            dispatcher,
            "utter_credit_history",
            card("credit_history", history, names),
            count=texts.number(len(history.entries)),
            rows="\n".join(self._row(entry, names, texts) for entry in history.entries),
        )

    def _row(self, entry: CreditEntry, names: dict[str, str], texts: Texts) -> str:
        values = {
            "date": texts.day(entry.at),
            "kind": texts.term(f"kind_{entry.kind}"),
            "bucket": texts.term(f"bucket_{entry.bucket}"),
            "amount": texts.money(entry.amount),
        }
        if entry.service is None:
            return texts.term("row_credit_no_service", **values)
        return texts.term("row_credit", service=names[entry.service], **values)
