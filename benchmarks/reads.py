"""What a balance and a plan's details cost after 10, 10,000 and 1,000,000 usage events of one account."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.report import publish
from benchmarks.servers import postgresql
from billing.api import Billing, NewUsage
from billing.config import Settings
from tests.builders.databases import a_database

SIZES = (10, 10_000, 1_000_000)
CALLS = 300
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
ACCOUNT = "acme"
SERVICES = ("bot_session", "inference", "gpu_container", "fine_tuning")


def run() -> None:
    """Measure and publish."""
    with postgresql() as server, a_database(server) as address:
        clock = [NOW - timedelta(days=20)]
        billing = Billing.open(Settings(database_url=address), clock=lambda: clock[0])
        billing.load_catalogue(Path("data/catalogue/demo.yml"))
        billing.create_account(ACCOUNT, name=ACCOUNT, currency="USD")
        offer = billing.prepare_plan(ACCOUNT, "scale", "yearly", payment_method="card")
        billing.confirm_plan(ACCOUNT, offer.number, terms_checksum=offer.checksum, key="plan")
        clock[0] = NOW
        rows, recorded = [], 0
        for size in SIZES:
            billing.record_usage(_events(recorded, size))
            recorded = size
            rows.append(_row(billing, size))
        assert billing.verify_ledger() == []
        billing.close()
    publish("reads", f"Reading one account's figures on PostgreSQL, p50 of {CALLS} calls (ms)", _with_ratios(rows))


def _events(first: int, end: int) -> Iterator[NewUsage]:
    """Spread over twenty days, a thousandth of a unit each, so that the plan outlasts a million."""
    for number in range(first, end):
        yield NewUsage(
            source="bench",
            id=str(number),
            account=ACCOUNT,
            service=SERVICES[number % 4],
            time=NOW - timedelta(seconds=number * 1.7 % (86_400 * 20)),
            quantity=Decimal("0.001"),
        )


def _row(billing: Billing, size: int) -> dict[str, Any]:
    return {
        "usage events": f"{size:,}",
        "balance": _p50(lambda: billing.balance(ACCOUNT)),
        "plan": _p50(lambda: billing.plan(ACCOUNT)),
    }


def _p50(call: Callable[[], object]) -> float:
    taken = []
    for _ in range(CALLS):
        begun = time.perf_counter()
        call()
        taken.append((time.perf_counter() - begun) * 1000)
    return round(statistics.median(taken), 2)


def _with_ratios(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    first = rows[0]
    return [
        {**row, **{f"{what} × first": round(row[what] / first[what], 2) for what in ("balance", "plan")}}
        for row in rows
    ]
