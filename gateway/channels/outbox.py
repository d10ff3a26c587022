"""The calls to a vendor: made in the order of their place, again until the vendor has taken them.

A process that ends between the vendor's answer and its record makes the call again: at least once, and marked
`perhaps_twice`, since no vendor here takes a key that would make a repeat nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from billing.api import Billing
from gateway.channels import queue
from gateway.channels.adapter import Channel, NotDelivered, Rejected
from gateway.channels.marks import fill
from gateway.channels.models import ChannelDelivery, ChannelLink
from gateway.channels.schemas import Call

log = structlog.get_logger()

MOST_ATTEMPTS = 12
"""Tries, within about an hour; then it is dead, and kept."""
MOST_OF_OPTIONAL = 3
"""Tries of what loses no word: it may not hold up what is said next."""


class Outbox:
    """The calls of one channel; `address` makes the address that a mark in a call stands for."""

    def __init__(self, billing: Billing, channel: Channel, address: Callable[[str, str], str]) -> None:
        self._billing, self._channel, self._address = billing, channel, address

    def send_next(self) -> bool:
        """Make the next call that is due; False when there is none."""
        row = self._take()
        if row is None:
            return False
        call = Call.model_validate(row.call)
        try:
            self._channel.send(call.model_copy(update={"body": fill(call.body, self._address)}))
        except Rejected as error:
            log.warning("channel call rejected", channel=self._channel.name, delivery=row.id, error=str(error))
            self._end(row, "dead", str(error))
        except NotDelivered as error:
            self._put_off(row, call, error)
        except Exception as error:
            log.exception("channel call failed", channel=self._channel.name, delivery=row.id)
            self._put_off(row, call, NotDelivered(type(error).__name__, unknown=True))
        else:
            self._end(row, "done")
        return True

    def _take(self) -> ChannelDelivery | None:
        """The next call; one that tells of an account whose link has ended is dropped instead."""
        at = self._billing.now()
        with self._billing.database.snapshot() as session:
            if not queue.is_due(session, ChannelDelivery, self._channel.name, at):
                return None
        with self._billing.database.transaction() as session:
            while True:
                row = queue.take(session, ChannelDelivery, self._channel.name, at)
                if row is None or row.link_id is None or session.get(ChannelLink, row.link_id) is not None:
                    break
                queue.finish(row, at, "dropped")
                session.flush()
            if row is not None and row.attempts > 1 and row.last_error is None:
                row.perhaps_twice = True  # its last taker never said what became of it
            if row is not None:
                row.last_error = None
            return row

    def _end(self, row: ChannelDelivery, state: str, reason: str | None = None) -> None:
        with self._billing.database.transaction() as session:
            present = session.get_one(ChannelDelivery, row.id)
            present.last_error = reason and reason[:300]
            queue.finish(present, self._billing.now(), state)

    def _put_off(self, row: ChannelDelivery, call: Call, error: NotDelivered) -> None:
        if row.attempts >= (MOST_OF_OPTIONAL if call.optional else MOST_ATTEMPTS):
            log.error("channel call given up", channel=self._channel.name, delivery=row.id, error=str(error))
            self._end(row, "dead", str(error))
            return
        with self._billing.database.transaction() as session:
            present = session.get_one(ChannelDelivery, row.id)
            present.perhaps_twice |= error.unknown
            queue.put_off(present, str(error), self._billing.now(), error.after)
