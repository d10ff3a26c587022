"""The outbox: delivering what was written with the changes it tells of."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal

import structlog

from billing import tracing
from billing.alerts.announcing import EMAIL
from billing.alerts.announcing import WEBHOOK as ALERT_WEBHOOK
from billing.api.door import Door
from billing.audit import service as audit
from billing.helpdesk.destination import helpdesk_of
from billing.helpdesk.tickets import HELPDESK
from billing.outbox import service as outbox
from billing.outbox.depth import Depth, depth
from billing.outbox.destinations import Destination, NotDelivered
from billing.outbox.mail import Mail
from billing.outbox.models import OutboxEvent
from billing.outbox.webhook import Webhook
from billing.requests import service as requests

log = structlog.get_logger()


class OutboxDoor(Door):
    """Delivery to webhooks and by e-mail."""

    @cached_property
    def destinations(self) -> dict[str, Destination]:
        """Where the settings say that events go; an event for another destination waits."""
        told, found = self._settings, dict[str, Destination]()
        if told.sales_webhook_url:
            found[outbox.SALES_WEBHOOK] = Webhook(told.sales_webhook_url, told.sales_webhook_secret or "")
        if told.alert_webhook_url:
            found[ALERT_WEBHOOK] = Webhook(told.alert_webhook_url, told.alert_webhook_secret or "")
        if told.helpdesk is not None:
            found[HELPDESK] = helpdesk_of(told)
        if told.smtp_host and told.smtp_from:
            found[EMAIL] = Mail(
                told.smtp_host,
                told.smtp_port,
                told.smtp_from,
                security=told.smtp_security,
                user=told.smtp_user,
                password=told.smtp_password,
            )
        return found

    def deliver_outbox(self) -> int:
        """Deliver what is due to the destinations that are set, at least once each; how many were taken.

        Without a destination nothing is tried and nothing is lost.
        """
        taken = 0
        while (outcome := self.deliver_next()) is not None:
            taken += outcome == "delivered"
        return taken

    def deliver_next(self) -> Literal["delivered", "failed"] | None:
        """Try the event that has been due longest; None when none is due. No transaction is open during the call."""
        if not self.destinations:
            return None
        with self._database.transaction() as session:
            event = outbox.claim(session, self._now(), self.destinations.keys())
        if event is None:
            return None
        with tracing.within(tracing.begun(event.traceparent)):
            return self._deliver(event)

    def _deliver(self, event: OutboxEvent) -> Literal["delivered", "failed"]:
        try:
            self.destinations[event.destination].deliver(event, self._now())
        except NotDelivered as error:
            log.warning("not delivered", outbox_event=event.id, attempt=event.attempts, reason=str(error))
            with self._database.transaction() as session:
                outbox.failed(session, event.id, str(error), self._now())
            return "failed"
        with self._database.transaction() as session:
            taken = outbox.delivered(session, event.id, self._now())
            requests.delivered(session, taken.kind, taken.subject)
        return "delivered"

    def outbox_depth(self) -> Depth:
        """How many events wait, and the oldest for how long."""
        with self._database.snapshot() as session:
            return depth(session, self.destinations.keys(), self._now())

    def undelivered(self) -> list[dict[str, Any]]:
        """What the outbox still holds, for operators."""
        with self._database.snapshot() as session:
            return [_told(event) for event in outbox.undelivered(session)]

    def retry_dead_letters(self, *, actor: str = "operator:cli") -> int:
        """Make dead letters due again; how many."""
        with self._database.transaction() as session:
            again = outbox.retry_dead(session, self._now())
            audit.record(
                session,
                actor=actor,
                action="outbox.retry",
                subject="outbox",
                at=self._now(),
                before={"dead": [event.id for event in again]},
                after={"retried": len(again)},
            )
            return len(again)


def _told(event: OutboxEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "type": event.kind,
        "destination": event.destination,
        "state": event.state,
        "attempts": event.attempts,
        "next_attempt_at": event.next_attempt_at.isoformat(),
        "last_error": event.last_error,
    }
