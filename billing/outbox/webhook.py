"""Delivering an event to a webhook, signed so that the receiver knows whose it is and that it is fresh."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing import tracing
from billing.outbox.destinations import NotDelivered
from billing.outbox.models import OutboxEvent

CONNECT_SECONDS, READ_SECONDS = 3, 5
_TAKEN = range(200, 300)


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over `timestamp.body`, as hexadecimal digits."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def deliver(url: str, secret: str, *, event_id: int, kind: str, body: dict[str, Any], at: datetime) -> None:
    """POST the event. `X-Event-Id` is the same at every try, so that the receiver can drop a repeat.

    `traceparent` is the trace in which it is delivered, where there is one: that of the request which wrote it.

    Raises:
        NotDelivered: no answer, or another than 2xx.
    """
    import requests

    from billing.outgoing import http

    payload = json.dumps({"id": event_id, "type": kind, "data": body}, ensure_ascii=False).encode()
    timestamp = str(int(at.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "X-Event-Id": str(event_id),
        "X-Timestamp": timestamp,
        "X-Signature": f"sha256={sign(secret, timestamp, payload)}",
    }
    if trace := tracing.header():
        headers["traceparent"] = trace
    try:
        answer = http.request("POST", url, data=payload, headers=headers, timeout=(CONNECT_SECONDS, READ_SECONDS))
    except requests.RequestException as error:
        raise NotDelivered(type(error).__name__) from error
    if answer.status_code not in _TAKEN:
        raise NotDelivered(f"HTTP {answer.status_code}")


@dataclass(frozen=True, slots=True)
class Webhook:
    """A destination: an address, and the secret that it is signed with."""

    url: str
    secret: str

    def deliver(self, event: OutboxEvent, at: datetime) -> None:
        """POST it."""
        deliver(self.url, self.secret, event_id=event.id, kind=event.kind, body=event.body, at=at)
