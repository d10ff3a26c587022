"""A server that takes payments through localstripe; afterwards its ledger must hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from billing.api import Billing
from tests.browser.host import Host, serving
from tests.builders.localstripe import LocalStripe
from tests.builders.server import Server


@pytest.fixture(scope="module")
def stripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStripe]:
    with LocalStripe(tmp_path_factory.mktemp("stripe")) as running:
        yield running


@pytest.fixture(scope="module")
def own_server(chromium: Path, stripe: LocalStripe, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("paying")
    started = Server(folder, **stripe.environment).with_demo_data().start()
    stripe.send_webhooks_to(f"{started.address}/v1/payments/stripe/webhook")
    yield started
    assert started.stop() == 0, started.log
    billing = Billing.open(started.settings)
    assert billing.verify_ledger() == []
    billing.close()


@pytest.fixture(scope="module")
def server(own_server: Server) -> str:
    return own_server.address


@pytest.fixture(scope="module")
def host(server: str) -> Iterator[Host]:
    with serving(server) as site:
        yield site
