"""Zendesk: a ticket by the Ticketing API, with an API token.

https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/
"""

from __future__ import annotations

from datetime import datetime

from billing.helpdesk.http import Api
from billing.helpdesk.tickets import subject_of, text_of
from billing.outbox.models import OutboxEvent


class Zendesk:
    """A destination. One ticket a request: Zendesk is asked by `external_id` before a ticket is tried again.

    The `Idempotency-Key`, which Zendesk keeps for two hours, stands for a try that is still on its way meanwhile.
    """

    def __init__(self, url: str, email: str, token: str) -> None:
        self._api = Api(url, auth=(f"{email}/token", token))

    def deliver(self, event: OutboxEvent, at: datetime) -> None:
        """Create the ticket, unless it is there.

        Raises:
            NotDelivered: it will be tried again.
        """
        key = event.body["key"]
        if event.attempts > 1 and self._api.get("/api/v2/tickets.json", external_id=key).get("tickets"):
            return
        ticket = {
            "external_id": key,
            "subject": subject_of(event.body),
            "comment": {"body": text_of(event.body), "public": False},
            "tags": ["billing-assistant", f"support-{event.body['account']['support_tier']}"],
        }
        self._api.post("/api/v2/tickets.json", {"ticket": ticket}, {"Idempotency-Key": key})
