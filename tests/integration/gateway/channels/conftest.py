"""The real app with all channels on, the trained model and the demo data; the vendors are a server of the tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from assistant import logs, train
from billing import api, config
from billing.api import Billing
from billing.config import Settings
from gateway.app import create_app
from gateway.auth import issue
from gateway.channels.models import ChannelDelivery, ChannelEvent
from tests.builders.demo import demo_database
from tests.builders.talkers import Talker
from tests.builders.teams import play_microsoft
from tests.builders.vendors import Vendors, until

PUBLIC = "https://billing.example.com"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    train.main([])
    path = tmp_path_factory.mktemp("channels-demo") / "billing.db"
    demo_database(path)
    return path


@pytest.fixture(scope="package")
def vendors() -> Iterator[Vendors]:
    with Vendors().running() as vendors:
        play_microsoft(vendors)
        yield vendors


@pytest.fixture(scope="package")
def settings(demo: Path, vendors: Vendors, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The settings of this process, as the actions read them: a copy of the demo data of its own."""
    folder = tmp_path_factory.mktemp("channels")
    for suffix in ("", "-wal", "-shm"):
        source = demo.with_name(demo.name + suffix)
        if source.exists():
            shutil.copy(source, folder / source.name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", f"sqlite:///{folder / demo.name}")
        for name, value in _CHANNELS.items():
            patch.setenv(name, value.format(vendors=vendors.url))
        config.settings.cache_clear()
        api.default_billing.cache_clear()
        yield config.settings()
    api.default_billing.cache_clear()
    config.settings.cache_clear()


@pytest.fixture(scope="package")
def http(settings: Settings) -> Iterator[TestClient]:
    """The app, running; afterwards nothing is left to do and the ledger is right."""
    logs.configure()
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client
        billing = client.app.state.billing  # type: ignore[attr-defined]
        assert billing.verify_ledger() == []
    billing.close()


@pytest.fixture(scope="package")
def billing(http: TestClient) -> Billing:
    return http.app.state.billing  # type: ignore[attr-defined]


@pytest.fixture
def quiet(billing: Billing) -> Any:
    """Waits until every event is answered and every call made; what is seen then stays so."""

    def wait() -> None:
        until(lambda: not any(_pending(billing, table) for table in (ChannelEvent, ChannelDelivery)), within=30)

    return wait


@pytest.fixture
def signed_in(http: TestClient, settings: Settings) -> Any:
    """The headers of a web session of an account."""

    def headers(account: str, user: str | None = None) -> dict[str, str]:
        return {"Authorization": f"Bearer {issue(settings, account, user or account, timedelta(minutes=5))}"}

    return headers


@pytest.fixture
def link(http: TestClient, vendors: Vendors, quiet: Any, signed_in: Any) -> Any:
    """Links a user to an account; the link's id."""

    def link(user: Talker, account: str) -> str:
        assert user.writes("link").made(http).status_code == 200
        quiet()
        token = (user.shown(vendors)[-1].link or "").partition("#link-channel=")[2]
        answer = http.post("/v1/channel-links", json={"token": token}, headers=signed_in(account))
        assert answer.status_code == 201, answer.text
        quiet()
        return str(answer.json()["id"])

    return link


def _pending(billing: Billing, table: type[ChannelEvent | ChannelDelivery]) -> int:
    with billing.database.snapshot() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table).where(table.state == "pending"))


_CHANNELS = {
    "PUBLIC_URL": PUBLIC,
    "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5",
    "SLACK_BOT_TOKEN": "xoxb-17653672481-19874698323",
    "SLACK_API_URL": "{vendors}/slack/api/",
    "TELEGRAM_BOT_TOKEN": "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
    "TELEGRAM_WEBHOOK_SECRET": "a-secret_of_the_webhook",
    "TELEGRAM_BOT_USERNAME": "billing_demo_bot",
    "TELEGRAM_API_URL": "{vendors}/telegram",
    "TEAMS_APP_ID": "11111111-2222-3333-4444-555555555555",
    "TEAMS_APP_PASSWORD": "a-client-secret",
    "TEAMS_TENANT_ID": "72f988bf-86f1-41af-91ab-2d7cd011db47",
    "TEAMS_LOGIN_URL": "{vendors}/login",
    "TEAMS_KEYS_URL": "{vendors}/botframework/v1/.well-known/openidconfiguration",
    "MESSENGER_APP_SECRET": "c0ffee00c0ffee00c0ffee00c0ffee00",
    "MESSENGER_PAGE_TOKEN": "EAAG-a-page-token",
    "MESSENGER_VERIFY_TOKEN": "a-token-of-ours",
    "MESSENGER_API_URL": "{vendors}/messenger",
    "TWILIO_ACCOUNT_SID": "ACa1b2c3d4e5f60718293a4b5c6d7e8f90",
    "TWILIO_AUTH_TOKEN": "12345678901234567890123456789012",
    "TWILIO_API_URL": "{vendors}/twilio",
}
