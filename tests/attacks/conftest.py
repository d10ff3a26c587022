"""Two real servers: one of demo mode with every channel on, one of production with tokens by a key set."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant import train
from billing.api import Billing
from gateway.operators.schemas import ROLES
from gateway.operators.service import Operators
from tests.attacks.console import PASSWORD, Console
from tests.attacks.hands import CANARY
from tests.attacks.keys import KeyServer
from tests.builders.ports import free_port
from tests.builders.server import Client, Server
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
    """Afterwards the ledger is right."""
    train.main([])
    settings = {name: value.format(vendors=vendors.url) for name, value in CHANNELS.items()}
    settings |= {"SALES_WEBHOOK_SECRET": "w" * 40, "SALES_WEBHOOK_URL": f"{vendors.url}/crm"}
    made = Server(tmp_path_factory.mktemp("attacked"), **settings).with_demo_data()
    billing = Billing.open(made.settings)
    for name, role in (*((role, role) for role in ROLES), ("second", "finance")):
        Operators(billing).add(name, PASSWORD, role, "en", actor="test")
    made.start()
    yield made
    assert made.stop() == 0, made.log
    assert billing.verify_ledger() == []
    billing.close()


@pytest.fixture(scope="session")
def keys() -> Iterator[KeyServer]:
    with KeyServer().running() as running:
        yield running


@pytest.fixture(scope="session")
def secrets() -> dict[str, str]:
    """Settings that must never be told, each recognised by its canary."""
    return {
        "INTERNAL_SECRET": f"{CANARY}-internal-secret-of-ours",
        "DATA_KEYS": f"{CANARY}-data-key-of-ours-of-enough-bytes",
        "RECEIPT_KEYS": f"{CANARY}-receipt-key-of-ours-of-enough-bytes",
        "TOKEN_SECRET": f"{CANARY}-token-secret-not-used",
        "SMTP_PASSWORD": f"{CANARY}-smtp-password",
        "STRIPE_SECRET_KEY": f"sk_test_{CANARY}",
        "STRIPE_WEBHOOK_SECRET": f"whsec_{CANARY}-webhook-secret",
        "TELEGRAM_BOT_TOKEN": f"110201543:{CANARY}",
        "TELEGRAM_WEBHOOK_SECRET": f"{CANARY}-telegram-webhook-secret",
    }


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory, keys: KeyServer, secrets: dict[str, str]) -> Iterator[Server]:
    made = Server(
        tmp_path_factory.mktemp("production"),
        MODE="production",
        TOKEN_JWKS_URL=keys.url,
        TOKEN_JWKS_SECONDS="2",
        PUBLIC_URL="https://billing.example.com",
        STRIPE_PUBLISHABLE_KEY="pk_test_x",
        STRIPE_API_URL="https://127.0.0.1:9",
        OUTGOING_PRIVATE_HOSTS="127.0.0.1",
        TELEGRAM_BOT_USERNAME="bot",
        TELEGRAM_API_URL=f"http://127.0.0.1:{free_port()}",
        **secrets,
    )
    yield made.with_demo_data().start()
    assert made.stop() == 0, made.log


@pytest.fixture
def acme(server: Server) -> Client:
    return server.customer("acme", "victim")


@pytest.fixture
def thief(server: Server) -> Client:
    """A customer of another account, signed in as they are."""
    return server.customer("sakura", "thief")


@pytest.fixture(scope="session")
def operators(server: Server) -> dict[str, Console]:
    """A browser in which each operator is signed in."""
    return {name: Console(server.address).signed_in(name) for name in (*ROLES, "second")}
