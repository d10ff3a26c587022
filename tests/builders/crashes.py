"""Runs a change over and over in processes of its own, each killed one statement later than the one before.

They are forked from one that has imported all and done nothing: `python -m tests.builders.crashes` reads lines of JSON
(address, change, environment), and answers each by one: what the database held after each kill, and at last after the
change went through.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import sqlalchemy as sa

from billing import rows
from billing.api import Billing, NewUsage
from billing.config import ROOT, Settings
from billing.db import create_engine
from billing.metering import service as metering
from billing.payments.providers import stripe  # noqa: F401  once, not in each process
from billing.rows import COPY_FROM
from tests.builders.clock import NOON

TABLES = ("top_up", "usage_event", "usage_charge", "ledger_transaction", "ledger_entry")
MONEY_IN = ("payment", "provider_event", "refund")
LIFE = (
    *TABLES,
    *MONEY_IN,
    "subscription",
    "plan_pause",
    "plan_action",
    "invoice",
    "invoice_line",
    "bank_line",
    "audit",
)


def recharge(billing: Billing) -> None:
    billing.recharge("acme", amount=Decimal(50), currency=None, method="card", key="k-1")


def charge(billing: Billing) -> None:
    """Of the saved card, through the payment provider of the environment; its page goes on where another died."""
    [card] = billing.saved_cards("acme")
    receipt = billing.recharge("acme", amount=Decimal(50), currency=None, method="card", key="k-1", card=card.id)
    assert receipt.payment is not None
    billing.payment_session(receipt.payment.id)


def webhook(billing: Billing) -> None:
    billing.take_provider_event(os.environ["WEBHOOK"].encode(), os.environ["WEBHOOK_SIGNATURE"])


def use(billing: Billing) -> None:
    now = NOON
    with billing.database.transaction() as session:
        used = NewUsage(source="meter", id="e-1", account="acme", service="bot_session", time=now, quantity=Decimal(10))
        metering.record_all(session, [used], now=now, late=None)


def use_in_bulk(billing: Billing) -> None:
    now = billing.now()
    events = [
        NewUsage(source="meter", id=f"e-{n}", account="acme", service="bot_session", time=now, quantity=Decimal(1))
        for n in range(COPY_FROM + 6)
    ]
    assert billing.record_usage(events).accepted == len(events)


def upgrade(billing: Billing) -> None:
    told = billing.plan_change_terms("acme", "renderer")
    billing.change_plan("acme", "renderer", terms_checksum=told.checksum, key="k-1")


def pause(billing: Billing) -> None:
    billing.pause_plan("acme", terms_checksum=billing.plan_pause_terms("acme").checksum, key="k-1")


def renew(billing: Billing) -> None:
    billing.renew_plan("acme", terms_checksum=billing.plan_renewal_terms("acme").checksum, key="k-1")


def confirm(billing: Billing) -> None:
    [offer] = billing.plan_offers("acme")
    billing.confirm_plan("acme", offer.number, terms_checksum=offer.checksum, key="k-1")


def bill(billing: Billing) -> None:
    billing.bill_due(billing.now() + timedelta(days=40))


def take_statement(billing: Billing) -> None:
    said = b"Date,Amount,Currency,Text,Entry reference\n2026-03-09,60,USD,BA00000001,E-1\n"
    billing.import_statement(said)


def run(address: str, change: str, most: int) -> int:
    """In a process of its own, killed instead of its write number `most` or its commit; 0 when it went through."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    billing = Billing.open(Settings(database_url=address))
    written = 0

    def count(*_: object) -> None:
        nonlocal written
        written += 1
        if written == most:
            os.kill(os.getpid(), signal.SIGKILL)

    @sa.event.listens_for(billing.database.engine, "before_cursor_execute")
    def _before(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("INSERT", "UPDATE", "WITH")):
            count()

    sa.event.listen(billing.database.engine, "commit", count)
    copy = rows._copy

    def copy_after_counting(*terms: Any) -> None:
        count()
        copy(*terms)

    rows._copy = copy_after_counting
    globals()[change](billing)
    os._exit(0)


def held(address: str) -> dict[str, int]:
    engine = create_engine(address)
    with engine.begin() as connection:
        counts = {table: connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() for table in LIFE}
    engine.dispose()
    return counts


def killed_at_every_statement(
    address: str, change: str, environment: Mapping[str, str] = os.environ
) -> tuple[list[dict[str, int]], dict[str, int]]:
    """What the database held after each kill, and after the change went through."""
    process = _forking()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps([address, change, dict(environment)]) + "\n")
    process.stdin.flush()
    said = process.stdout.readline()
    assert said.strip(), f"{change} failed, and not by being killed: its traceback is in what was captured"
    *kills, last = json.loads(said)
    assert all(kill["killed"] for kill in kills)
    assert not last["killed"]
    return [kill["held"] for kill in kills], last["held"]


@cache
def _forking() -> subprocess.Popen[str]:
    """It ends by itself when this process does."""
    command = [sys.executable, "-m", "tests.builders.crashes"]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _kill_at_each(address: str, change: str) -> list[dict[str, Any]]:
    seen = []
    for most in range(1, 100):
        status = run(address, change, most)
        seen.append({"killed": os.WIFSIGNALED(status), "held": held(address)})
        if not os.WIFSIGNALED(status):
            assert status == 0, f"{change} was refused"
            break
    return seen


def main() -> None:
    """A process a line, whose environment is the one given."""
    for line in iter(sys.stdin.readline, ""):
        child = os.fork()
        if not child:
            address, change, environment = json.loads(line)
            os.environ.clear()
            os.environ.update(environment)
            print(json.dumps(_kill_at_each(address, change)), flush=True)
            os._exit(0)
        if os.waitpid(child, 0)[1]:
            print(flush=True)


if __name__ == "__main__":
    main()
