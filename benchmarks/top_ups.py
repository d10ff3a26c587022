"""Top-ups per second on PostgreSQL, durable, beside pgbench (TPC-B-like) on the same server in the same run."""

from __future__ import annotations

import multiprocessing
import re
import subprocess
import time
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from benchmarks.report import publish
from benchmarks.servers import pgbench, postgresql
from billing.api import Billing
from billing.config import Settings
from billing.models import AccountRow, LedgerAccount
from billing.money import Money
from tests.builders.databases import a_database

CLIENTS = 8
ACCOUNTS = 10_000
SECONDS = 10
AMOUNT = Decimal(50)
CATALOGUE = Path("data/catalogue/demo.yml")


def run() -> None:
    """Measure and publish."""
    with postgresql() as server:
        reference = [_pgbench(server)]
        rows = [_row("spread over 10,000 accounts, Zipf 1.0", server, ACCOUNTS)]
        reference.append(_pgbench(server))
        rows.append(_row("one hot account", server, 1))
        reference.append(_pgbench(server))
    tps = sum(reference) / len(reference)
    for row in rows:
        row["× pgbench"] = round(row["per second"] / tps, 2)
    rows.append({"top-ups": "pgbench, TPC-B-like, scale 10", "per second": round(tps), "checked": "", "× pgbench": 1})
    publish("top_ups", f"Top-ups on PostgreSQL, {CLIENTS} clients, synchronous_commit=on, {SECONDS} s each", rows)


def _row(name: str, server: str, accounts: int) -> dict[str, Any]:
    with a_database(server) as address:
        billing = Billing.open(Settings(database_url=address))
        billing.load_catalogue(CATALOGUE)
        with billing.database.transaction() as session:
            common = {"currency": "USD", "time_zone": "UTC", "language": "en", "support_tier": "basic"}
            session.execute(
                sa.insert(AccountRow),
                [{"id": f"a{n}", "name": f"a{n}", "created_at": billing.now()} | common for n in range(ACCOUNTS)],
            )
        done = _drive(address, accounts)
        with billing.database.snapshot() as session:
            units = session.scalar(sa.select(sa.func.sum(LedgerAccount.balance)).where(LedgerAccount.kind == "top_up"))
        assert Money(int(units or 0), "USD").amount == done * AMOUNT, "top-ups were lost or doubled"
        assert billing.verify_ledger() == []
        billing.close()
    return {"top-ups": name, "per second": round(done / SECONDS), "checked": f"{done} in the ledger"}


def _drive(address: str, accounts: int) -> int:
    context = multiprocessing.get_context("spawn")
    ready, made = context.Barrier(CLIENTS), context.Queue()
    clients = [context.Process(target=_client, args=(address, accounts, n, ready, made)) for n in range(CLIENTS)]
    for client in clients:
        client.start()
    total = sum(made.get() for _ in clients)
    for client in clients:
        client.join()
    return total


def _client(address: str, accounts: int, seed: int, ready: Any, made: Any) -> None:
    billing = Billing.open(Settings(database_url=address))
    share = 1 / np.arange(1, accounts + 1)
    chosen = np.random.default_rng(seed).choice(accounts, size=100_000, p=share / share.sum())
    billing.recharge("a0", amount=AMOUNT, currency="USD", method="card", key=uuid4().hex)  # warm; counted below
    ready.wait()
    done, end = 1, time.monotonic() + SECONDS
    while time.monotonic() < end:
        billing.recharge(f"a{chosen[done]}", amount=AMOUNT, currency="USD", method="card", key=uuid4().hex)
        done += 1
    made.put(done)


def _pgbench(server: str) -> float:
    with a_database(server) as address:
        plain = make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
        subprocess.run([pgbench(), "-i", "-q", "-s", "10", plain], check=True, capture_output=True)
        command = [pgbench(), "-c", str(CLIENTS), "-j", "2", "-T", str(SECONDS), plain]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"tps = ([\d.]+)", said)
    assert found is not None, said
    return float(found[1])


if __name__ == "__main__":
    run()
