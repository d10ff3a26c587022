"""What a destination of the outbox is."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from billing.outbox.models import OutboxEvent


class NotDelivered(Exception):
    """The receiver did not take it."""


class Destination(Protocol):
    """Where events are delivered to."""

    def deliver(self, event: OutboxEvent, at: datetime) -> None:
        """Hand the event over, with a time limit of its own; no transaction is open meanwhile.

        Raises:
            NotDelivered: it will be tried again.
        """
