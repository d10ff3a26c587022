"""Who operates: whoever has an API key with the scope `operator`. The one place where that is decided."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import Lock

from fastapi import Request
from fastapi.security import HTTPBearer

from gateway.api_keys import needs
from gateway.errors import Problem

PER_MINUTE = 600
"""Calls with a key, and as many of each address without one: no loop runs away."""
KEY = HTTPBearer(auto_error=False, description="An API key with the scope `operator`.")
"""For the description of the calls; `operator_of` decides."""
_key_of = needs("operator")


def operator_of(request: Request) -> str:
    """`operator:NAME`, as the audit trail has it: NAME is that of the API key, so give each operator one of their own.

    Raises:
        Problem: 401 without a key in force, 403 for a key that is not an operator's, 429 for too many calls.
    """
    try:
        key = _key_of(request)
    except Problem:  # whoever has no key shares the limit of an address, and leaves the operators' alone
        limit_of(request).take(f"from {request.client.host if request.client else ''}")
        raise
    limit_of(request).take(key.id)
    return f"operator:{key.name}"


@dataclass
class RateLimit:
    """So many calls a minute of each caller, in this process; a bucket that fills again as time goes."""

    per_minute: int = PER_MINUTE
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def take(self, caller: str) -> None:
        """One call.

        Raises:
            Problem: 429, with the seconds to wait in `Retry-After`.
        """
        now, rate = time.monotonic(), self.per_minute / 60
        with self._lock:
            left, then = self._left.get(caller, (float(self.per_minute), now))
            left = min(self.per_minute, left + (now - then) * rate)
            if left < 1:
                wait = str(int((1 - left) / rate) + 1)
                raise Problem(429, "too_many_calls", "Too many calls: wait a little.", {"Retry-After": wait})
            if len(self._left) > 10_000:
                self._left.clear()
            self._left[caller] = (left - 1, now)


def limit_of(request: Request) -> RateLimit:
    """The app's limit of operators' calls."""
    state = request.app.state
    if not hasattr(state, "operator_limit"):
        state.operator_limit = RateLimit()
    limit: RateLimit = state.operator_limit
    return limit
