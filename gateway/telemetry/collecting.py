"""Figures that are looked up when they are asked for, and those that the database's pool tells."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version

import sqlalchemy as sa
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from assistant.train import fingerprint_of_model
from billing.api import Billing
from gateway.telemetry.metrics import BUILD, CONNECTIONS, MOST_CONNECTIONS, PREFIX


class Outbox(Collector):
    """How much waits to be delivered. A database that does not answer is told, and fails nothing."""

    def __init__(self, billing: Billing) -> None:
        self._billing = billing

    def collect(self) -> Iterator[Metric]:
        """Ask the database, once."""
        up = GaugeMetricFamily(f"{PREFIX}_database_up", "1 while the database answers.")
        try:
            waiting = self._billing.outbox_depth()
        except Exception:  # noqa: BLE001  whatever the driver raises, it is that
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        depth = GaugeMetricFamily(f"{PREFIX}_outbox_events", "Events that were not delivered.", labels=["state"])
        for state, count in waiting.counts.items():
            depth.add_metric([state], count)
        yield depth
        oldest = GaugeMetricFamily(f"{PREFIX}_outbox_oldest_seconds", "How long the oldest has waited.")
        oldest.add_metric([], waiting.oldest_seconds)
        yield oldest


def watch(engine: sa.Engine) -> None:
    """Count the connections that the engine's pool gives away; name the release and the model."""
    BUILD.labels(version("billing-assistant"), fingerprint_of_model()).set(1)
    if not isinstance(pool := engine.pool, sa.QueuePool):
        return
    MOST_CONNECTIONS.set(pool.size() + max(pool._max_overflow, 0))  # noqa: SLF001  told nowhere else
    sa.event.listen(engine, "checkout", lambda *_: CONNECTIONS.inc())
    sa.event.listen(engine, "checkin", lambda *_: CONNECTIONS.dec())
