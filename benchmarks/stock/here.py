"""The product as a server: `billing-assistant serve`, whole; alone on SQLite, or several workers where it has them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.servers import postgresql
from benchmarks.stock.environment import ROOT
from benchmarks.stock.processes import running
from benchmarks.stock.servers import Server
from tests.builders.ports import free_port
from tests.builders.redis import a_redis

COMMAND = Path(sys.executable).with_name("billing-assistant")
_UNLIMITED = dict.fromkeys(("RATE_ADDRESS", "RATE_ACCOUNT", "RATE_CONVERSATION"), "0") | {
    "TURN_PATIENCE_SECONDS": "100"
}
"""One client speaks for all customers here; stock has no limit at all, and turns nobody away."""


def load_demo(database: str) -> None:
    """The demo data, which both answer from, and the gateway's tables: a start is any but the first."""
    for command in (["demo", "load"], ["migrate"]):
        environment = os.environ | {"DATABASE_URL": database}
        subprocess.run([COMMAND, *command], env=environment, stdout=subprocess.DEVNULL, check=True)


@contextmanager
def here(database: str, folder: Path, *options: str, **settings: str) -> Iterator[Server]:
    """The product's server on a free port."""
    port, log = free_port(), folder / "here.log"
    environment = {"DATABASE_URL": database, "HOST": "127.0.0.1", "PORT": str(port), **_UNLIMITED, **settings}
    with running([COMMAND, "serve", *options], ROOT, log, environment) as process:
        yield Server(f"http://127.0.0.1:{port}", (process,), log)


@contextmanager
def on_servers(count: int, folder: Path) -> Iterator[Server]:
    """So many processes, with what they share: PostgreSQL and Redis."""
    with ExitStack() as stack:
        database = stack.enter_context(postgresql())
        redis = stack.enter_context(a_redis())
        load_demo(database)
        yield stack.enter_context(here(database, folder, "--workers", str(count), REDIS_URL=redis))
