"""Calling a vendor's JSON API, with its failures told apart: later, perhaps, never."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway.channels.adapter import NotDelivered, Rejected

if TYPE_CHECKING:
    import requests

TIMEOUT = (3.0, 10.0)
"""Seconds to connect, and between two bytes of the answer."""
LONGEST_WAIT = 3600.0
LATER = {401, 408, 409, 425, 429}
"""Refused for now: credentials that an operator can mend, too early, too often."""


def call(
    method: str, url: str, *, json: dict[str, Any] | None = None, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """The vendor's answer, of one of 2xx.

    Raises:
        NotDelivered: no answer, 429 (with the wait that the vendor asks for), 5xx, or credentials that do not serve.
        Rejected: any other answer.
    """
    import requests

    from billing.outgoing import http

    try:
        answer = http.request(method, url, json=json, headers=headers, timeout=TIMEOUT)
    except (requests.ConnectTimeout, http.NotConnected) as error:
        raise NotDelivered("no connection") from error
    except requests.RequestException as error:
        raise NotDelivered(type(error).__name__, unknown=True) from error
    if 200 <= answer.status_code < 300:  # a redirect is not followed, and is no success
        return _object(answer)
    reason = f"HTTP {answer.status_code}: {answer.text[:200]}"
    if answer.status_code in LATER or answer.status_code >= 500:
        after = seconds(answer.headers.get("Retry-After"))
        raise NotDelivered(
            reason, after=after if after is not None else _told(answer), unknown=answer.status_code >= 500
        )
    raise Rejected(reason)


def seconds(header: str | None) -> float | None:
    """What a Retry-After of seconds says, an hour at most; None where it says nothing."""
    if header is None or not header.strip().isdecimal():
        return None
    return min(float(header), LONGEST_WAIT)


def _told(answer: requests.Response) -> float | None:
    """Telegram tells the wait in the body."""
    parameters = _object(answer).get("parameters")
    wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return min(float(wait), LONGEST_WAIT) if isinstance(wait, int | float) else None


def _object(answer: requests.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
