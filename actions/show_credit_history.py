"""show_credit_history: the newest top-ups, charges and vouchers."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import payments
from actions.base import FiguresAction, card, say
from actions.catalogue import service_names
from actions.texts import Texts
from billing.api import CreditEntry, Reading

SHOWN = 10


class ActionShowCreditHistory(FiguresAction):
    """Says one line an entry, newest first."""

    def name(self) -> str:
        return "action_show_credit_history"

    def tell(self, reading: Reading, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> None:
        history = reading.credit_history(limit=SHOWN)
        if not history.entries:
            say(dispatcher, "utter_credit_history_none")
            return
        names = service_names(reading, texts)
        say(
            dispatcher,
            "utter_credit_history",
            card("credit_history", history, names),
            count=texts.number(len(history.entries)),
            rows="\n".join(self._row(entry, names, texts) for entry in history.entries),
        )

    def afterwards(self, told: object, account: str, dispatcher: CollectingDispatcher, texts: Texts) -> None:
        payments.tell_open(self.billing, account, dispatcher, texts)

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
