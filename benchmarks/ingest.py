"""How many usage events a second are rated and durable on one PostgreSQL, beside a raw COPY of the same rows.

TEST_DATABASE_URL names the server; one of a package is started otherwise. Every figure is of one run on a fresh
database, with synchronous_commit=on; the sum of all charges is checked and the ledger verified at the end.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import psycopg
import sqlalchemy as sa

from assistant import train
from benchmarks.report import publish
from benchmarks.servers import postgresql
from billing import migrations
from billing.api import Billing, NewUsage
from billing.config import ROOT, Settings
from billing.db import create_engine
from billing.plans import service as plans
from tests.builders.databases import a_database
from tests.builders.server import Server

EVENTS, ACCOUNTS = 100_000, 100
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
BATCH = 1_000
"""Events of one batch of CloudEvents."""
SERVICES = (("bot_session", "1"), ("inference", "12.5"), ("gpu_container", "0.125"), ("fine_tuning", "0.05"))
PARENTS = ("account", "ledger_account")
TABLES = ("ledger_transaction", "ledger_entry", "usage_event", "usage_charge")
Way = Callable[[Billing, list[NewUsage]], float]
"""Records the events; the seconds that took."""


def run() -> None:
    """Measure and publish."""
    train.main([])  # the server that takes batches over HTTP is the whole one
    with postgresql() as server, tempfile.TemporaryDirectory() as folder:
        ways: dict[str, Way] = {
            "Billing.record_usage": _bulk,
            "Billing.import_usage, JSON lines": lambda billing, events: _file(billing, events, Path(folder)),
            f"batches of {BATCH} CloudEvents over HTTP": lambda billing, events: _http(billing, events, Path(folder)),
        }
        rows = [_measure(server, name, way) for name, way in ways.items()]
    publish("ingest", f"{EVENTS:,} usage events of {ACCOUNTS} accounts, rated and durable, on one PostgreSQL", rows)


def _measure(server: str, name: str, way: Way) -> dict[str, Any]:
    with a_database(server) as address:
        billing = _opened(address)
        events = [_event(number) for number in range(EVENTS)]
        taken = way(billing, events)
        _check(billing)
        billing.close()
        raw = _copied(address, server)
    return {
        "way": name,
        "events a second": round(EVENTS / taken),
        "raw COPY of the same rows": round(EVENTS / raw),
        "ratio": round(raw / taken, 2),
    }


def _opened(address: str) -> Billing:
    """Accounts of which a quarter each has: a plan, a plan that ends on the way, top-up credit, nothing."""
    billing = Billing.open(Settings(database_url=address), clock=lambda: NOW)
    with billing.database.engine.begin() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
    billing.load_catalogue(ROOT / "data" / "catalogue" / "demo.yml")
    for number in range(ACCOUNTS):
        account = f"account-{number}"
        billing.create_account(account, name=account, currency="USD")
        if number % 4 in {0, 1}:
            _give_plan(billing, account, "scale" if number % 4 else "starter")
        if number % 4 == 2:
            billing.recharge(account, amount=Decimal(100), currency=None, method="card", key=account)
    return billing


def _give_plan(billing: Billing, account: str, plan: str) -> None:
    with billing.database.transaction() as session:
        row = plans.prepare(session, account, plan, "monthly", starts_at=NOW - timedelta(days=10), at=NOW)
        plans.activate(session, row, NOW)


def _event(number: int) -> NewUsage:
    service, quantity = SERVICES[number // ACCOUNTS % len(SERVICES)]
    return NewUsage(
        source="meter/eu-1",
        id=f"00000000-{number:012d}",
        account=f"account-{number % ACCOUNTS}",
        service=service,
        time=NOW - timedelta(seconds=(EVENTS - number) // 10),
        quantity=Decimal(quantity),
    )


def _bulk(billing: Billing, events: list[NewUsage]) -> float:
    begun = time.perf_counter()
    assert billing.record_usage(events).accepted == EVENTS
    return time.perf_counter() - begun


def _file(billing: Billing, events: list[NewUsage], folder: Path) -> float:
    path = folder / "usage.jsonl"
    path.write_text("\n".join(event.model_dump_json() for event in events))
    begun = time.perf_counter()
    assert billing.import_usage(path).accepted == EVENTS
    return time.perf_counter() - begun


def _http(billing: Billing, events: list[NewUsage], folder: Path) -> float:
    """The real server, one client, one request after the other; the bodies are made beforehand."""
    key = billing.create_api_key("benchmark", ["usage:write"]).key
    now = datetime.now(UTC)
    late = now - NOW
    bodies = [
        json.dumps([_as_cloud_event(event, late) for event in events[start : start + BATCH]]).encode()
        for start in range(0, EVENTS, BATCH)
    ]
    headers = {"Content-Type": "application/cloudevents-batch+json", "Authorization": f"Bearer {key}"}
    server = Server(folder, DATABASE_URL=billing.database.url).start()
    try:
        with httpx.Client(base_url=server.address, headers=headers, timeout=60) as http:
            begun = time.perf_counter()
            for body in bodies:
                assert http.post("/v1/usage-events", content=body).raise_for_status().json()["accepted"] == BATCH
            return time.perf_counter() - begun
    finally:
        server.stop()


def _as_cloud_event(event: NewUsage, later: timedelta) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "type": "usage.recorded",
        "source": event.source,
        "id": event.id,
        "subject": event.account,
        "time": (event.time + later).isoformat(),
        "data": {"service": event.service, "quantity": str(event.quantity)},
    }


def _check(billing: Billing) -> None:
    """All quantities charged, all charges in the ledger, every invariant holds."""
    with billing.database.engine.connect() as connection:
        used, charged, spent, revenue = connection.execute(
            sa.text(
                "SELECT (SELECT sum(quantity) FROM usage_event), (SELECT sum(quantity) FROM usage_charge),"
                " (SELECT sum(units) FROM usage_charge),"
                " (SELECT sum(balance) FROM ledger_account WHERE kind = 'usage_revenue')"
            )
        ).one()
    expected = sum(int(Decimal(SERVICES[n // ACCOUNTS % len(SERVICES)][1]) * 1000) for n in range(EVENTS))
    assert used == charged == expected
    assert spent == revenue
    assert billing.verify_ledger() == []


def _copied(address: str, server: str) -> float:
    """Seconds to COPY what was written into the same tables, keys, indexes and constraints of another database."""
    with a_database(server) as target:
        engine = create_engine(target)
        migrations.upgrade(engine)
        engine.dispose()
        with psycopg.connect(_plain(address)) as source, psycopg.connect(_plain(target)) as connection:
            for table in PARENTS:
                _copy(connection, table, _dump(source, table))
            connection.commit()
            dumped = {table: _dump(source, table) for table in TABLES}
            begun = time.perf_counter()
            for table, content in dumped.items():
                _copy(connection, table, content)
            connection.commit()
            return time.perf_counter() - begun


def _dump(connection: psycopg.Connection[Any], table: str) -> bytes:
    with connection.cursor().copy(f"COPY {table} TO STDOUT (FORMAT BINARY)") as copy:
        return b"".join(copy)


def _copy(connection: psycopg.Connection[Any], table: str, content: bytes) -> None:
    with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as copy:
        copy.write(content)


def _plain(address: str) -> str:
    return address.replace("postgresql+psycopg://", "postgresql://")


if __name__ == "__main__":
    run()
