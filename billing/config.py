"""One frozen settings object for a process, built at the start from the environment."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict

from billing.errors import SettingMissing

ROOT = Path(__file__).resolve().parent.parent
_DEMO_SECRET = "demo-only-secret-of-32-bytes-or-more"  # noqa: S105  refused in production


class Settings(BaseSettings):
    """What an operator may set; every name is read from the environment in upper case.

    In `production` the secrets have no default: `require_secrets` names the one that is missing.
    """

    model_config = SettingsConfigDict(frozen=True, env_file=None, extra="ignore")

    mode: Literal["demo", "production"] = "demo"
    database_url: str = f"sqlite:///{ROOT / 'var' / 'billing.db'}"
    tracker_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    token_secret: str | None = None
    token_jwks_url: str | None = None
    token_issuer: str = "billing-assistant"
    token_audience: str = "billing-assistant"
    internal_secret: str | None = None
    sales_webhook_url: str | None = None
    sales_webhook_secret: str | None = None
    developer_account: str | None = None

    def secret(self, name: Literal["token_secret", "internal_secret"]) -> str:
        """The secret of that name; a well-known one in demo mode only.

        Raises:
            SettingMissing: production mode, and it has no value.
        """
        value: str | None = getattr(self, name)
        if value:
            return value
        if self.mode == "production":
            raise SettingMissing(name.upper())
        return _DEMO_SECRET


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
