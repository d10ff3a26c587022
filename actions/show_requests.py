"""show_requests: the requests that went to sales or support, and where they stand."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import AccountAction, Events, say
from actions.texts import Texts
from billing.api import Request

SHOWN = 10


class ActionShowRequests(AccountAction):
    """Says one line a request, newest first."""

    def name(self) -> str:
        return "action_show_requests"

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        requests = self.billing.requests(account)[:SHOWN]
        if not requests:
            say(dispatcher, "utter_requests_none")
            return None
        rows = [_row(texts, request) for request in requests]
        listed = [request.model_dump(mode="json", by_alias=True) for request in requests]
        say(
            dispatcher,
            "utter_requests",
            {"kind": "requests", "requests": listed},
            count=texts.number(len(rows)),
            rows="\n".join(rows),
        )
        return None


def _row(texts: Texts, request: Request) -> str:
    """One line: what it is and where it stands, with what the team wrote."""
    row = texts.term(
        "row_request",
        id=request.id,
        date=texts.day(request.created_at),
        topic=texts.term(f"request_kind_{request.kind}"),
        state=texts.term(f"request_state_{request.state}"),
    )
    return texts.term("row_request_answer", row=row, answer=request.answer) if request.answer else row
