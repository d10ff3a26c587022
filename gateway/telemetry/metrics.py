"""The figures of this process. Labels hold names of ours only: never an account, an id or a text.

With several workers `PROMETHEUS_MULTIPROC_DIR` names a folder in which all keep theirs, and whichever is asked tells of
all: it must be set before this module is imported, be empty at the start, and `worker_ended` be called for each that
ended.
"""

from __future__ import annotations

import os
from pathlib import Path

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
PREFIX = "billing_assistant"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

disable_created_metrics()  # type: ignore[no-untyped-call]

REQUESTS = Counter(f"{PREFIX}_requests", "Requests that were answered.", ("method", "route", "status"))
REQUEST_SECONDS = Histogram(
    f"{PREFIX}_request_seconds",
    "From a request's first byte to its answer's last.",
    ("method", "route"),
    buckets=_SECONDS,
)
REFUSALS = Counter(f"{PREFIX}_refusals", "Refused for now: too often (429) or not possible (503).", ("status", "code"))
TURNS = Counter(f"{PREFIX}_turns", "Messages of customers, by what became of them.", ("topic", "outcome"))
TURN_SECONDS = Histogram(f"{PREFIX}_turn_seconds", "What a turn took.", ("outcome",), buckets=_SECONDS)
TURNS_IN_HAND = Gauge(f"{PREFIX}_turns_in_hand", "Turns that have begun and not ended.", multiprocess_mode="livesum")
CHORE_SUCCESS = Gauge(
    f"{PREFIX}_chore_last_success_timestamp_seconds",
    "When a chore was last done without a failure.",
    ("chore",),
    multiprocess_mode="max",
)
CHORE_FAILURES = Counter(f"{PREFIX}_chore_failures", "Chores that failed; each is begun again.", ("chore",))
REDIS_FAILURES = Counter(
    f"{PREFIX}_redis_failures", "Redis did not answer: the database (locks) or the process (limits) stood in.", ("use",)
)
CONNECTIONS = Gauge(
    f"{PREFIX}_database_connections_in_use", "Connections taken from the pool.", multiprocess_mode="livesum"
)
MOST_CONNECTIONS = Gauge(
    f"{PREFIX}_database_connections_max", "Connections that the pool gives at most.", multiprocess_mode="livesum"
)
BUILD = Gauge(
    f"{PREFIX}_build_info", "1; which release runs with which model.", ("version", "model"), multiprocess_mode="livemax"
)


def scrape(*more: Collector) -> bytes:
    """All figures as Prometheus reads them, those of `more` too: of every worker, where there are several."""
    registry = CollectorRegistry()
    if os.environ.get(FOLDER):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REGISTRY)
    for each in more:
        registry.register(each)
    return generate_latest(registry)


def prepare(folder: Path) -> None:
    """For who starts workers: an empty folder for their figures, named in the environment.

    Call it before any of them imports this module.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("*.db"):
        left.unlink()
    os.environ[FOLDER] = str(folder)


def worker_ended(pid: int) -> None:
    """Its gauges count no more; what it counted stays."""
    if os.environ.get(FOLDER):
        mark_process_dead(pid)  # type: ignore[no-untyped-call]
