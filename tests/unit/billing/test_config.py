from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import ValidationError

from billing.config import Settings
from billing.errors import SettingInvalid, SettingMissing

SECRET = "a-secret-of-32-bytes-that-is-no-secret"
STRIPE = {
    "stripe_secret_key": "sk_live_x",
    "stripe_publishable_key": "pk_live_x",
    "stripe_webhook_secret": "whsec_" + "x" * 32,
}


@pytest.fixture(autouse=True)
def no_environment(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "TOKEN_SECRET"),
        ({"token_secret": SECRET}, "INTERNAL_SECRET"),
        ({"token_secret": "", "internal_secret": SECRET}, "TOKEN_SECRET"),
        ({"token_jwks_url": "https://id.example/jwks"}, "INTERNAL_SECRET"),
        (
            {"token_secret": SECRET, "internal_secret": SECRET, "sales_webhook_url": "https://crm.example"},
            "SALES_WEBHOOK_SECRET",
        ),
        (
            {"token_secret": SECRET, "internal_secret": SECRET, "alert_webhook_url": "https://crm.example"},
            "ALERT_WEBHOOK_SECRET",
        ),
        ({"token_secret": SECRET, "internal_secret": SECRET, "smtp_host": "mail.example"}, "SMTP_FROM"),
        (
            {"token_secret": SECRET, "internal_secret": SECRET, "stripe_secret_key": "sk_live_x"},
            "STRIPE_PUBLISHABLE_KEY",
        ),
        (
            {
                "token_secret": SECRET,
                "internal_secret": SECRET,
                "stripe_secret_key": "sk_live_x",
                "stripe_publishable_key": "pk_live_x",
            },
            "STRIPE_WEBHOOK_SECRET",
        ),
        ({"token_secret": SECRET, "internal_secret": SECRET[::-1]}, "DATA_KEYS"),
        ({"token_secret": SECRET, "internal_secret": SECRET[::-1], "data_keys": (SECRET,)}, "RECEIPT_KEYS"),
        ({"token_secret": SECRET, "internal_secret": SECRET, "slack_bot_token": "x"}, "SLACK_SIGNING_SECRET"),
        ({"token_secret": SECRET, "internal_secret": SECRET, "teams_app_id": "x"}, "TEAMS_APP_PASSWORD"),
        (
            {"token_secret": SECRET, "internal_secret": SECRET, "twilio_account_sid": "x", "twilio_auth_token": "x"},
            "PUBLIC_URL",
        ),
    ],
)
def test_production_without_a_secret_is_refused_and_names_it(given, missing):
    with pytest.raises(SettingMissing, match=f"^{missing}$"):
        Settings(mode="production", **given).require_secrets()


TELEGRAM = {"telegram_bot_token": "1:x", "telegram_bot_username": "b", "telegram_webhook_secret": "s" * 32}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"public_url": "http://billing.example"}, "PUBLIC_URL"),
        ({"public_url": "https://billing.example", "telegram_webhook_secret": "s" * 31}, "TELEGRAM_WEBHOOK_SECRET"),
    ],
)
def test_production_with_a_channel_that_nothing_guards_is_refused_and_names_why(given, named):
    common = {"token_secret": SECRET, "internal_secret": SECRET[::-1], **TELEGRAM, **given}

    Settings(**common).require_secrets()
    with pytest.raises(SettingInvalid, match=f"^{named}: "):
        Settings(mode="production", **common).require_secrets()


KEYS = {"data_keys": (SECRET,), "receipt_keys": (SECRET[1:] + "r",)}


def test_production_with_its_secrets_starts():
    settings = Settings(mode="production", token_secret=SECRET, internal_secret=SECRET[::-1], **KEYS)

    settings.require_secrets()

    assert settings.secret("token_secret") == SECRET


def test_keys_published_by_the_site_stand_for_a_token_secret():
    given = {"internal_secret": SECRET, **KEYS}
    Settings(mode="production", token_jwks_url="https://id.example/jwks", **given).require_secrets()


def test_the_demo_needs_no_secrets():
    settings = Settings()

    settings.require_secrets()

    assert settings.mode == "demo"
    assert len(settings.secret("internal_secret")) >= 32


@pytest.mark.parametrize(
    ("database", "tracker"),
    [
        ("sqlite:////data/billing.db", "sqlite:////data/billing-conversations.db"),
        ("sqlite:///var/shop.db", "sqlite:///var/shop-conversations.db"),
        ("postgresql://app@db/billing", "postgresql+psycopg://app@db/billing"),
    ],
)
def test_conversations_are_kept_beside_the_database(database, tracker):
    assert Settings(database_url=database).tracker_address == tracker


def test_conversations_are_kept_where_it_is_said():
    settings = Settings(database_url="sqlite:////data/billing.db", tracker_url="postgresql://app@db/talk")

    assert settings.tracker_address == "postgresql://app@db/talk"


def test_settings_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db/billing")
    monkeypatch.setenv("PORT", "9000")

    assert (Settings().database_url, Settings().port) == ("postgresql://app@db/billing", 9000)


def test_settings_never_change():
    with pytest.raises(ValidationError):
        Settings().port = 9000


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"token_secret": "demo-only-secret-of-32-bytes-or-more"}, "TOKEN_SECRET"),
        ({"token_secret": "short"}, "TOKEN_SECRET"),
        ({"internal_secret": "short"}, "INTERNAL_SECRET"),
        ({"internal_secret": SECRET}, "INTERNAL_SECRET"),
        ({"alert_webhook_secret": "short"}, "ALERT_WEBHOOK_SECRET"),
        ({"data_keys": "short"}, "DATA_KEYS"),
        ({"data_keys": f"{SECRET} short"}, "DATA_KEYS"),
        ({"data_keys": SECRET, "receipt_keys": "short"}, "RECEIPT_KEYS"),
        ({"data_keys": SECRET, "receipt_keys": "demo-only-secret-of-32-bytes-or-more"}, "RECEIPT_KEYS"),
        ({"developer_account": "acme"}, "DEVELOPER_ACCOUNT"),
        (STRIPE | {"stripe_webhook_secret": "whsec_short"}, "STRIPE_WEBHOOK_SECRET"),
        (STRIPE | {"stripe_api_url": "http://api.stripe.example"}, "STRIPE_API_URL"),
        (STRIPE | {"stripe_js_url": "http://js.stripe.example"}, "STRIPE_JS_URL"),
    ],
)
def test_production_with_a_setting_that_guards_nothing_is_refused_and_names_it(given, named):
    good = {"token_secret": SECRET, "internal_secret": SECRET[::-1]}
    with pytest.raises(SettingInvalid, match=f"^{named}"):
        Settings(mode="production", **(good | given)).require_secrets()


def test_a_correction_limit_is_set_by_currency_and_the_others_keep_theirs(monkeypatch):
    monkeypatch.setenv("CORRECTION_LIMITS", "usd=5, JPY=0")
    assert Settings().correction_limits == {"USD": Decimal(5), "JPY": Decimal(0), "KRW": Decimal(150_000)}
    for wrong in ("EUR=5", "USD=-1"):
        monkeypatch.setenv("CORRECTION_LIMITS", wrong)
        with pytest.raises(SettingInvalid, match="CORRECTION_LIMITS"):
            Settings()
