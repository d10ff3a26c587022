"""What an account's figures cost after 10, 10,000 and 1,000,000 uses, each a transaction of the ledger of its own."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from benchmarks.report import publish
from benchmarks.servers import postgresql
from billing.api import Billing, NewUsage
from billing.config import Settings
from tests.builders.databases import a_database

SIZES = (10, 10_000, 1_000_000)
CALLS = 300
MOST = 1.2
"""The last of a balance and of a plan's details is at most so many times the first."""
NOW = datetime(2026, 6, 15, 23, 59, 59, tzinfo=UTC)
DAYS = 250
ACCOUNT = "acme"
SERVICES = ("bot_session", "inference", "gpu_container", "fine_tuning")
APART = DAYS * len(SERVICES)
"""Events recorded at once: no two of a day and service, which would share a transaction of the ledger."""
FIGURES: dict[str, tuple[int, Callable[[Billing], object]]] = {
    "balance": (CALLS, lambda billing: billing.balance(ACCOUNT)),
    "allowed sessions": (CALLS, lambda billing: billing.allowed_sessions(ACCOUNT)),
    "plan": (CALLS, lambda billing: billing.plan(ACCOUNT)),
    "service usage": (CALLS, lambda billing: billing.service_usage(ACCOUNT)),
    "usage of 30 days": (CALLS, lambda billing: billing.usage(ACCOUNT)),
    "credit history, ten entries": (CALLS, lambda billing: billing.credit_history(ACCOUNT, limit=10)),
    "recommendation": (CALLS // 10, lambda billing: billing.recommendation(ACCOUNT)),
    "forecast": (CALLS // 50, lambda billing: billing.forecast(ACCOUNT)),
}
"""Each with how often it is asked for."""


def run() -> None:
    """Measure and publish."""
    with ExitStack() as stack:
        folder, server = stack.enter_context(TemporaryDirectory()), stack.enter_context(postgresql())
        addresses = {
            "SQLite": [f"sqlite:///{folder}/{size}.db" for size in SIZES],
            "PostgreSQL": [stack.enter_context(a_database(server)) for _ in SIZES],
        }
        with ProcessPoolExecutor(len(addresses)) as pool:
            sizes = sorted(
                (size, address) for some in addresses.values() for size, address in zip(SIZES, some, strict=True)
            )
            list(pool.map(_fill, [address for _, address in sizes], [size for size, _ in sizes]))
        rows = [row for database, some in addresses.items() for row in _measure(database, some)]
    publish("reads", f"One account's figures after so many uses, p50 of {CALLS} calls or fewer (ms)", rows)
    for row in rows:
        assert row["figure"] not in {"balance", "plan"} or row["last × first"] <= MOST, row


def _measure(database: str, addresses: list[str]) -> list[dict[str, Any]]:
    """All sizes are asked in turn, so that what else the machine does slows them alike."""
    opened = [Billing.open(Settings(database_url=address), clock=lambda: NOW) for address in addresses]
    opened[0].warm_up()
    found = {figure: _p50(opened, calls, ask) for figure, (calls, ask) in FIGURES.items()}
    for billing in opened:
        assert billing.verify_ledger() == []
        billing.close()
    return [
        {
            "database": database,
            "figure": figure,
            **{f"{size:,}": ms for size, ms in zip(SIZES, taken, strict=True)},
            "last × first": round(taken[-1] / taken[0], 2),
        }
        for figure, taken in found.items()
    ]


def _fill(address: str, size: int) -> None:
    clock = [NOW - timedelta(days=DAYS)]
    billing = Billing.open(Settings(database_url=address), clock=lambda: clock[0])
    billing.load_catalogue(Path("data/catalogue/demo.yml"))
    billing.create_account(ACCOUNT, name=ACCOUNT, currency="USD")
    offer = billing.prepare_plan(ACCOUNT, "scale", "yearly", payment_method="card")
    billing.confirm_plan(ACCOUNT, offer.number, terms_checksum=offer.checksum, key="plan")
    clock[0] = NOW
    events = _events(size)
    while part := list(islice(events, APART)):
        assert billing.record_usage(part, any_age=True).accepted == len(part)
    if billing.database.engine.dialect.name == "postgresql":
        with billing.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM ANALYZE"))  # as the server does by itself within a minute
    with billing.database.engine.connect() as connection:
        posted = connection.execute(sa.text("SELECT count(*) FROM ledger_transaction WHERE kind = 'usage'"))
        assert posted.scalar_one() == size
    billing.close()


def _events(size: int) -> Iterator[NewUsage]:
    """Spread over the days, a thousandth of a unit each, so that the plan outlasts a million."""
    for number in range(size):
        yield NewUsage(
            source="bench",
            id=str(number),
            account=ACCOUNT,
            service=SERVICES[number // DAYS % len(SERVICES)],
            time=NOW - timedelta(days=number * 7 % DAYS, seconds=number // APART * 7 % 86_000),
            quantity=Decimal("0.001"),
        )


def _p50(opened: Sequence[Billing], calls: int, ask: Callable[[Billing], object]) -> list[float]:
    taken: list[list[float]] = [[] for _ in opened]
    for _ in range(calls):
        for billing, times in zip(opened, taken, strict=True):
            begun = time.perf_counter()
            ask(billing)
            times.append((time.perf_counter() - begun) * 1000)
    return [round(statistics.median(times), 2) for times in taken]
