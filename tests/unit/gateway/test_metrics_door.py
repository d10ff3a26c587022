from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from billing.api import Billing
from billing.config import Settings
from billing.errors import SettingInvalid
from gateway import errors
from gateway.routes import metrics
from gateway.telemetry import spans
from gateway.telemetry.middleware import Observed

TOKEN = "a-token-of-prometheus-of-32-bytes-or-more"


def a_client(tmp_path: Path, address: str, **settings: str) -> TestClient:
    app = FastAPI()
    app.state.settings = Settings(database_url=f"sqlite:///{tmp_path / 'billing.db'}", **settings)
    app.state.billing = Billing.open(app.state.settings)
    errors.install(app)
    app.add_middleware(Observed)
    app.include_router(metrics.router)
    return TestClient(app, client=(address, 50000))


@pytest.mark.parametrize(("address", "status"), [("127.0.0.1", 200), ("::1", 200), ("10.0.0.7", 403), ("nobody", 403)])
def test_without_a_token_only_this_machine_reads_the_metrics(tmp_path: Path, address: str, status: int) -> None:
    assert a_client(tmp_path, address).get("/metrics").status_code == status


@pytest.mark.parametrize(
    ("shown", "status"), [(f"Bearer {TOKEN}", 200), ("Bearer other", 401), ("", 401), (TOKEN, 401)]
)
def test_with_a_token_whoever_shows_it_reads_them(tmp_path: Path, shown: str, status: int) -> None:
    for address in ("127.0.0.1", "10.0.0.7"):
        client = a_client(tmp_path, address, metrics_token=TOKEN)
        assert client.get("/metrics", headers={"Authorization": shown}).status_code == status


def test_a_short_token_is_refused_in_production() -> None:
    secrets = {"token_secret": "t" * 32, "internal_secret": "i" * 32}
    with pytest.raises(SettingInvalid, match="METRICS_TOKEN"):
        Settings(mode="production", metrics_token="short", **secrets).require_secrets()


def test_a_database_that_does_not_answer_is_told_and_fails_nothing(tmp_path: Path) -> None:
    client = a_client(tmp_path, "127.0.0.1")
    client.app.state.billing = None

    assert "billing_assistant_database_up 0.0" in client.get("/metrics").text


def test_spans_without_the_extra_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(SettingInvalid, match="make extras EXTRAS=telemetry"):
        spans.configure(Settings(otel_exporter_otlp_endpoint="http://127.0.0.1:4318"))
