"""Requests to people, and their delivery."""

from __future__ import annotations

from typing import Any, Literal

import structlog

from billing.api.door import Door
from billing.outbox import service as outbox
from billing.outbox import webhook
from billing.requests import service as requests
from billing.requests.contact import normalise
from billing.requests.service import NewRequest
from billing.schemas import (
    Request,
)

log = structlog.get_logger()


class PeopleDoor(Door):
    """Requests to sales and support, and the outbox that delivers them."""

    def normalise_contact(self, contact: str, language: str) -> str:
        """An e-mail address or phone number in its normal form.

        Raises:
            ContactInvalid: neither.
        """
        return normalise(contact, language)

    def contact_sales(
        self, *, account_id: str | None, topic: str, contact: str, message: str, language: str, key: str
    ) -> Request:
        """Ask sales, once per key; anonymous visitors too.

        Raises:
            ContactInvalid, RequestKeyReused: nothing was written.
        """
        return self._open(NewRequest("sales", account_id, topic, message, contact, language), key)

    def open_request(
        self, account_id: str, *, topic: str, message: str, language: str, key: str, contact: str | None = None
    ) -> Request:
        """Ask the team for something, once per key.

        Raises:
            ContactInvalid, RequestKeyReused: nothing was written.
        """
        return self._open(NewRequest("support", account_id, topic, message, contact, language), key)

    def request_of(self, account_id: str | None, key: str) -> Request | None:
        """The request that this key was spent on by the account (None: by a visitor); None when there is none."""
        with self._database.snapshot() as session:
            return requests.of_key(session, account_id, key)

    def _open(self, new: NewRequest, key: str) -> Request:
        return self._database.run(lambda session: requests.open_once(session, new, key=key, at=self._now()))

    def all_requests(self) -> list[Request]:
        """Everybody's, newest first, for operators."""
        with self._database.snapshot() as session:
            return requests.everybodys(session)

    def deliver_outbox(self) -> int:
        """Deliver what is due to the sales webhook, at least once each; how many were taken.

        Without a webhook nothing is tried and nothing is lost.
        """
        taken = 0
        while (outcome := self.deliver_next()) is not None:
            taken += outcome == "delivered"
        return taken

    def deliver_next(self) -> Literal["delivered", "failed"] | None:
        """Try the event that has been due longest; None when none is due. No transaction is open during the call."""
        url, secret = self._settings.sales_webhook_url, self._settings.sales_webhook_secret or ""
        if not url:
            return None
        with self._database.transaction() as session:
            event = outbox.claim(session, self._now())
        if event is None:
            return None
        try:
            webhook.deliver(url, secret, event_id=event.id, kind=event.kind, body=event.body, at=self._now())
        except webhook.NotDelivered as error:
            log.warning("not delivered", outbox_event=event.id, attempt=event.attempts, reason=str(error))
            with self._database.transaction() as session:
                outbox.failed(session, event.id, str(error), self._now())
            return "failed"
        with self._database.transaction() as session:
            outbox.delivered(session, event.id, self._now())
        return "delivered"

    def undelivered(self) -> list[dict[str, Any]]:
        """What the outbox still holds, for operators."""
        with self._database.snapshot() as session:
            return [
                {
                    "id": event.id,
                    "type": event.kind,
                    "state": event.state,
                    "attempts": event.attempts,
                    "next_attempt_at": event.next_attempt_at.isoformat(),
                    "last_error": event.last_error,
                }
                for event in outbox.undelivered(session)
            ]

    def retry_dead_letters(self) -> int:
        """Make dead letters due again; how many."""
        with self._database.transaction() as session:
            return outbox.retry_dead(session, self._now())
