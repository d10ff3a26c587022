from __future__ import annotations

import pytest
from pydantic import ValidationError

from billing.config import Settings
from billing.errors import SettingInvalid


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_URL", "http://cache"),
        ("AMQP_URL", "redis://cache"),
        ("TRUSTED_PROXIES", "*"),
        ("TRUSTED_PROXIES", "10.0.0.1 proxy.example"),
        ("WORKERS", "0"),
        ("RATE_ADDRESS", "-1"),
        ("TURNS_AT_ONCE", "0"),
    ],
)
def test_what_cannot_be_meant_is_refused(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises((SettingInvalid, ValidationError)):
        Settings()


def test_a_password_in_an_address_is_not_repeated(monkeypatch):
    monkeypatch.setenv("REDIS_URL", "http://:hidden@cache")
    with pytest.raises(SettingInvalid) as refused:
        Settings()
    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize("name", ["WORKERS", "WEB_CONCURRENCY"])
def test_several_workers_on_a_server_need_a_redis(monkeypatch, name):
    monkeypatch.setenv(name, "2")
    monkeypatch.setenv("DATABASE_URL", "postgresql://localhost/billing")
    with pytest.raises(SettingInvalid, match="REDIS_URL"):
        Settings().require_secrets()
    monkeypatch.setenv("REDIS_URL", "redis://localhost")
    Settings().require_secrets()


def test_several_workers_on_one_file_need_nothing_else(monkeypatch):
    monkeypatch.setenv("WORKERS", "2")
    Settings().require_secrets()


def test_proxies_are_separated_by_spaces_or_commas():
    assert Settings(trusted_proxies="10.0.0.1, 10.1.0.0/16").trusted_proxies == ("10.0.0.1", "10.1.0.0/16")
