"""A metering pipeline: raw readings become usage events, are sent in batches, and are charged once.

Readings come with mistakes and repeats, as those of meters do, and every batch is sent twice, as networks make one do.
It runs on `billing` alone, on a temporary SQLite file; `record_cloud_events` is what `POST /v1/usage-events` calls with
the headers and body of a request.
"""

import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from billing.api import Billing
from billing.config import ROOT, Settings

NOW = datetime.now(UTC)
HEADERS = {"content-type": "application/cloudevents-batch+json"}
BATCH = 20


def readings() -> Iterator[tuple[str, str, float]]:
    """What a meter tells: machine, when, and the minutes that a container ran."""
    for minute in range(0, 600, 10):
        yield f"gpu-{minute % 3}", (NOW - timedelta(minutes=minute)).isoformat(), 10.0
    yield "gpu-0", (NOW + timedelta(days=1)).isoformat(), 10.0  # its clock is wrong
    yield "gpu-1", (NOW - timedelta(days=90)).isoformat(), 10.0  # it was off the net for a season


def usage_event(machine: str, time: str, minutes: float) -> dict[str, Any]:
    """A CloudEvent whose id is made of the reading, so that the same reading is the same event."""
    hours = (Decimal(str(minutes)) / 60).quantize(Decimal("0.001"))
    return {
        "specversion": "1.0",
        "type": "usage.recorded",
        "source": f"gpu-meter/{machine}",
        "id": time,
        "subject": "you",
        "time": time,
        "data": {"service": "gpu_container", "quantity": str(hours)},
    }


def batches(events: list[dict[str, Any]]) -> Iterator[bytes]:
    """Bodies of at most `BATCH` events."""
    for start in range(0, len(events), BATCH):
        yield json.dumps(events[start : start + BATCH]).encode()


with tempfile.TemporaryDirectory() as folder:
    billing = Billing.open(Settings(database_url=f"sqlite:///{folder}/billing.db"))
    billing.load_catalogue(ROOT / "data" / "catalogue" / "demo.yml")
    billing.create_account("you", name="Your company", currency="USD")
    billing.recharge("you", amount=Decimal(25), currency="USD", method="card", key="first")
    accepted = repeated = 0
    refused: dict[str, str] = {}
    for body in batches([usage_event(*reading) for reading in readings()]):
        for _ in range(2):  # the answer to the first was lost
            _, result = billing.record_cloud_events(HEADERS, body)
            accepted, repeated = accepted + result.accepted, repeated + result.repeated
            refused |= {str(event.id): str(event.code) for event in result.events if event.status == "refused"}
    print(f"{accepted} accepted, {repeated} repeated, refused: {', '.join(sorted(refused.values()))}")
    for service in billing.usage("you").services:
        print(f"{service.quantity} hours of {service.service}: {service.spend}")
    balance = billing.balance("you")
    print(f"{balance.available} left, {balance.owed} owed, {len(billing.verify_ledger())} mistakes in the ledger")
    billing.close()
