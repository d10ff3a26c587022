"""show_invoices: the invoices, newest first."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import FiguresAction, say
from actions.texts import Texts
from billing.api import Reading

SHOWN = 10


class ActionShowInvoices(FiguresAction):
    """Says one line an invoice."""

    def name(self) -> str:
        return "action_show_invoices"

    def tell(self, reading: Reading, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> None:
        invoices = reading.invoices(SHOWN)
        if not invoices:
            say(dispatcher, "utter_invoices_none")
            return
        rows = [
            texts.term(
                "row_invoice",
                number=invoice.number,
                issued_on=texts.day(invoice.issued_on),
                total=texts.money(invoice.total),
                status=texts.term(f"payment_status_{invoice.status}"),
                due_on=texts.day(invoice.due_on),
            )
            for invoice in invoices
        ]
        listed = [
            invoice.model_dump(mode="json", by_alias=True) | {"pdf": f"/v1/account/invoices/{invoice.number}.pdf"}
            for invoice in invoices
        ]
        say(
            dispatcher,
            "utter_invoices",
            {"kind": "invoices", "invoices": listed},
            count=texts.number(len(rows)),
            rows="\n".join(rows),
        )
