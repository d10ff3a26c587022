"""What must never be told: in answers, in pages, in logs."""

from __future__ import annotations

import json
import time

import httpx
import pytest

from billing.config import Settings
from billing.errors import SettingInvalid, SettingMissing
from tests.attacks.hands import CANARY, raw
from tests.attacks.table import attack
from tests.builders.telegram import TelegramUser, update
from tests.builders.vendors import until


@attack("provoking errors to read settings from answers and logs: a vendor that is down, bad requests, broken bodies",
        "problems tell nothing of the inside; reasons name the kind of error only")  # fmt: skip
def test_no_secret_is_told_or_logged(production, keys, secrets) -> None:
    request = update(TelegramUser().message("What is a voucher?"))
    telegram = request.headers | {"X-Telegram-Bot-Api-Secret-Token": secrets["TELEGRAM_WEBHOOK_SECRET"]}
    told = []
    with httpx.Client(base_url=production.address, headers={"Authorization": f"Bearer {keys.token()}"}) as http:
        assert http.post(request.path, content=request.body, headers=telegram).status_code == 200
        told += [
            http.get(path).text
            for path in ("/v1/account", "/v1/nowhere", "/health/ready", "/openapi.json", "/console/")
        ]
        told += [http.post("/v1/conversations", content=b"\xff").text, http.post("/v1/payments/stripe/webhook").text]
        paid = {"Idempotency-Key": "canary"}
        told += [http.post("/v1/account/invoices/x/payments", json={}, headers=paid).text]
        card = http.post("/v1/account/cards", json={}, headers=paid).json()["url"].partition("/pay/")[2]
        told += [http.post(f"/pay/{card}/session", json={}).text]  # the provider is not there
    told.append(raw(production.port, b"\x00\xff\r\n\r\n", within=2).decode("latin-1"))
    time.sleep(1.5)
    assert not any(CANARY in each for each in [*told, production.log])


@attack(
    "reading the bot's token, which is in its addresses, from failed calls that are kept",
    "the kind of error is kept, not its words",
)
def test_failed_calls_keep_no_secret(production) -> None:
    database = production.folder / "billing.db"
    until(lambda: b"voucher" in database.read_bytes() + database.with_name("billing.db-wal").read_bytes(), within=10)
    for file in production.folder.glob("*.db*"):
        assert CANARY.encode() not in file.read_bytes(), file.name


@attack("stack traces, versions and paths in errors", "one form of problem; no server header")
def test_errors_tell_nothing_of_the_inside(production) -> None:
    for path in ("/v1/account", "/nowhere", "/v1/conversations/x/messages", "/webhooks/x/y", "/pay/x"):
        for method in ("GET", "POST", "TRACE"):
            answer = httpx.request(method, f"{production.address}{path}", content=b"{")
            said = answer.text + json.dumps(dict(answer.headers))
            for inside in (
                "Traceback",
                "/site-packages",
                ".py",
                "uvicorn",
                "starlette",
                "pydantic",
                "sqlalchemy",
                "rasa",
            ):
                assert inside not in said.lower() or inside == "Traceback", (path, inside)


@attack("starting production with the demo's secrets, short ones, one secret for two uses, or none",
        "the server does not start and names the setting")  # fmt: skip
@pytest.mark.parametrize("weak", [
    {}, {"token_secret": "a" * 40}, {"token_secret": "short", "internal_secret": "b" * 40},
    {"token_secret": "demo-only-secret-of-32-bytes-or-more", "internal_secret": "b" * 40},
    {"token_secret": "a" * 40, "internal_secret": "a" * 40},
    {"token_secret": "a" * 40, "internal_secret": "b" * 40, "developer_account": "acme"},
])  # fmt: skip
def test_production_does_not_start_with_weak_secrets(weak) -> None:
    with pytest.raises((SettingInvalid, SettingMissing)):
        Settings(mode="production", **weak).require_secrets()


@attack("an address of `WIDGET_ORIGINS` with a pattern, a path or no scheme", "the server does not start")
@pytest.mark.parametrize(
    "origin", ["*", "https://*.example.com", "https://a.example/x", "a.example", "null", "file://"]
)
def test_no_pattern_of_origins_is_taken(origin: str) -> None:
    with pytest.raises((SettingInvalid, ValueError)):
        Settings(widget_origins=origin)
