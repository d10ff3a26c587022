"""A server with the demo data, and who calls it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from assistant import train
from billing.api import Billing
from tests.builders.server import Server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One real server for all calls; its ledger is right when all are done."""
    train.main([])
    secrets = {"SALES_WEBHOOK_SECRET": "fuzzed-webhook-secret-of-32-bytes"}
    started = Server(tmp_path_factory.mktemp("fuzzed"), **secrets).with_demo_data().start()
    yield started
    assert started.stop() == 0, started.log
    billing = Billing.open(started.settings)
    assert billing.verify_ledger() == []
    billing.close()


@pytest.fixture(scope="session")
def new_key(server: Server) -> Iterator[Callable[[], str]]:
    """A fresh API key each time: a key has a limit of calls a minute."""
    billing = Billing.open(server.settings)
    yield lambda: billing.create_api_key("fuzz", ["operator", "usage:write"]).key
    billing.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "who" in metafunc.fixturenames:
        metafunc.parametrize("who", ["customer", "operator", "anonymous"])
