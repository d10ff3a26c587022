"""One trace id through all that a request causes (W3C Trace Context): logs, threads, turns, webhooks, answers.

It lives in a context variable, which tasks and `asyncio.to_thread` take along by themselves.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import structlog

_FORM = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
"""Version 00. A later version may be longer; it is begun anew, as the standard allows."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Whose part is done here: the whole (`trace_id`), this part of it (`span_id`), and whether it is recorded."""

    trace_id: str
    span_id: str
    flags: str = "01"

    @property
    def header(self) -> str:
        """As `traceparent`: who is called with it takes this part as its parent."""
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def begun(header: str | None) -> Trace:
    """The caller's trace gone on with; a new one where the header is missing or not in form."""
    found = _FORM.fullmatch(header or "")
    if found is None or not int(found[1], 16) or not int(found[2], 16):
        return Trace(secrets.token_hex(16), secrets.token_hex(8))
    return Trace(found[1], secrets.token_hex(8), found[3])


def current() -> Trace | None:
    """The trace of what is being done."""
    return _current.get()


def header() -> str | None:
    """The present trace as `traceparent`; None outside any."""
    trace = current()
    return trace.header if trace else None


@contextmanager
def within(trace: Trace) -> Iterator[Trace]:
    """What is done inside belongs to the trace, and says so in the log."""
    token = _current.set(trace)
    try:
        with structlog.contextvars.bound_contextvars(trace_id=trace.trace_id):
            yield trace
    finally:
        _current.reset(token)
