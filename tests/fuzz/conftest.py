"""A server with the demo data and every channel on, and who calls it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from assistant import train
from billing.api import Billing
from gateway import migrations
from gateway.operators.service import Operators
from tests.attacks.console import PASSWORD, Console
from tests.builders.server import Server
from tests.builders.teams import play_microsoft
from tests.builders.vendors import Vendors
from tests.integration.gateway.channels.conftest import _CHANNELS as CHANNELS


@pytest.fixture(scope="session")
def vendors() -> Iterator[Vendors]:
    with Vendors().running() as running:
        play_microsoft(running)
        yield running


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, vendors: Vendors) -> Iterator[Server]:
    """One real server for all calls; its ledger is right when all are done."""
    train.main([])
    given = {name: value.format(vendors=vendors.url) for name, value in CHANNELS.items()}
    given |= {"SALES_WEBHOOK_SECRET": "fuzzed-webhook-secret-of-32-bytes", "TRUSTED_PROXIES": "127.0.0.1"}
    started = Server(tmp_path_factory.mktemp("fuzzed"), **given).with_demo_data()
    billing = Billing.open(started.settings)
    migrations.upgrade(billing.database.engine)
    Operators(billing).add("admin", PASSWORD, "admin", "en", actor="test")
    billing.close()
    started.start()
    yield started
    assert started.stop() == 0, started.log
    billing = Billing.open(started.settings)
    assert billing.verify_ledger() == []
    billing.close()


@pytest.fixture(scope="session")
def console(server: Server) -> Console:
    """A browser in which an administrator is signed in."""
    return Console(server.address).signed_in("admin")


@pytest.fixture(scope="session")
def new_key(server: Server) -> Iterator[Callable[[], str]]:
    """A fresh API key each time: a key has a limit of calls a minute."""
    billing = Billing.open(server.settings)
    yield lambda: billing.create_api_key("fuzz", ["operator", "privacy", "usage:write"]).key
    billing.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "who" in metafunc.fixturenames:
        metafunc.parametrize("who", ["customer", "operator", "anonymous"])
