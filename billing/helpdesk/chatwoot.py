"""Chatwoot: a contact, a conversation and a message by the application API, with an agent's or bot's access token.

https://developers.chatwoot.com/api-reference/introduction
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from billing.helpdesk.http import Api
from billing.helpdesk.tickets import subject_of, text_of
from billing.outbox.destinations import NotDelivered
from billing.outbox.models import OutboxEvent

REQUEST = "billing_request"
"""The conversation's custom attribute that holds the ticket's key."""


class Chatwoot:
    """A destination. Chatwoot knows no idempotency keys: whether each part is there is asked before it is made."""

    def __init__(self, url: str, account: int, inbox: int, token: str) -> None:
        self._api, self._inbox = (
            Api(f"{url.rstrip('/')}/api/v1/accounts/{account}", headers={"api_access_token": token}),
            inbox,
        )

    def deliver(self, event: OutboxEvent, at: datetime) -> None:
        """Make the contact, the conversation and the message that are not there.

        Raises:
            NotDelivered: it will be tried again.
        """
        try:
            self._deliver(event.body)
        except (KeyError, TypeError, AttributeError) as error:
            raise NotDelivered(f"an answer that Chatwoot does not document: {error!r}") from error

    def _deliver(self, body: dict[str, Any]) -> None:
        contact = self._contact(body["account"])
        conversation = self._conversation(contact, body)
        messages = self._api.get(f"/conversations/{conversation}/messages")["payload"]
        subject = subject_of(body)
        if not any((message.get("content") or "").startswith(subject) for message in messages):
            content = f"{subject}\n\n{text_of(body)}"
            self._api.post(f"/conversations/{conversation}/messages", {"content": content, "message_type": "incoming"})

    def _contact(self, account: dict[str, Any]) -> dict[str, Any]:
        found = self._api.get("/contacts/search", q=account["id"])["payload"]
        for contact in found:
            if contact.get("identifier") == account["id"]:
                return dict(contact)
        new = {"inbox_id": self._inbox, "name": account["name"], "identifier": account["id"]}
        return dict(self._api.post("/contacts", new)["payload"]["contact"])

    def _conversation(self, contact: dict[str, Any], body: dict[str, Any]) -> int:
        for conversation in self._api.get(f"/contacts/{contact['id']}/conversations")["payload"]:
            if (conversation.get("custom_attributes") or {}).get(REQUEST) == body["key"]:
                return int(conversation["id"])
        new = {
            "source_id": self._source(contact),
            "inbox_id": self._inbox,
            "contact_id": contact["id"],
            "status": "open",
            "custom_attributes": {
                REQUEST: body["key"],
                "support_tier": body["account"]["support_tier"],
                "plan": body["account"]["plan"] or "",
            },
        }
        return int(self._api.post("/conversations", new)["id"])

    def _source(self, contact: dict[str, Any]) -> str:
        """The contact's id within the inbox."""
        for place in contact.get("contact_inboxes") or []:
            if place["inbox"]["id"] == self._inbox:
                return str(place["source_id"])
        made = self._api.post(f"/contacts/{contact['id']}/contact_inboxes", {"inbox_id": self._inbox})
        return str(made["source_id"])
