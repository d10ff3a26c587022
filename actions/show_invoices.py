"""show_invoices: the invoices, newest first."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import AccountAction, Events, say
from actions.texts import Texts

SHOWN = 10


class ActionShowInvoices(AccountAction):
    """Says one line an invoice."""

    def name(self) -> str:
        return "action_show_invoices"

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        invoices = self.billing.invoices(account)[:SHOWN]
        if not invoices:
            say(dispatcher, "utter_invoices_none")
            return None
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
        return None
