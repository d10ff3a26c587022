"""Turns, counted by what became of them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from assistant.errors import StaleChoice
from gateway.telemetry.metrics import TURN_SECONDS, TURNS, TURNS_IN_HAND


@dataclass
class Measured:
    """What a turn turned out to be about; `none` where nothing is known or a person answers."""

    topic: str = "none"


@contextmanager
def timed() -> Iterator[Measured]:
    """A turn in hand, until the block ends: `answered`, `stale_choice` or `failed`."""
    measured, outcome, started = Measured(), "failed", time.perf_counter()
    TURNS_IN_HAND.inc()
    try:
        yield measured
        outcome = "answered"
    except StaleChoice:
        outcome = "stale_choice"
        raise
    finally:
        TURNS_IN_HAND.dec()
        TURNS.labels(measured.topic or "none", outcome).inc()
        TURN_SECONDS.labels(outcome).observe(time.perf_counter() - started)
